// What was made, and the ways to send it: each is offered only where it can carry what was made.

import { LONGEST_LETTER, letter, prefilled } from "./send.js";
import { zip } from "./zip.js";

export class Made {
  static #addresses = [];

  /** @param {{name: string, text: string, pictures: {name: string, blob: Blob}[]}} files */
  constructor(place, words, { name, text, pictures }) {
    Object.assign(this, { place, words, name, text });
    this.files = [{ name, blob: new Blob([text], { type: "text/markdown;charset=utf-8" }) }, ...pictures];
    this.part = (part) => place.querySelectorAll(`[data-part=made] [data-part="${part}"]`);
  }

  async show() {
    for (const address of Made.#addresses.splice(0)) URL.revokeObjectURL(address);
    const made = this.place.querySelector("[data-part=made]");
    this.part("file")[0].textContent = this.text;
    this.part("files")[0].replaceChildren(...this.files.map((file) => this.#item(file)));
    this.#download(this.part("download"), this.files[0]);
    if (this.files.length > 1 || this.#needsUpload) {
      const name = this.name.replace(/md$/, "zip");
      this.#download(this.part("zip"), { name, blob: await zip(this.files) });
    }
    this.#forge();
    this.#letter();
    made.hidden = false;
    made.querySelector("h2").focus();
  }

  #item({ name, blob }) {
    const link = Object.assign(document.createElement("a"), { textContent: this.words.download.replace("{name}", name) });
    this.#download([link], { name, blob });
    const item = document.createElement("li");
    item.append(link, ` ${weight(blob.size)}`);
    return item;
  }

  #download(links, { name, blob }) {
    const address = URL.createObjectURL(blob);
    Made.#addresses.push(address);
    for (const link of links) Object.assign(link, { href: address, download: name });
  }

  /** Show, of what stands there, only the ways that are open. */
  #ways(open) {
    for (const way of this.place.querySelectorAll("[data-way]")) {
      if (way.dataset.way in open) way.hidden = !open[way.dataset.way];
    }
  }

  get #prefilled() {
    const { new: start, longest } = this.place.dataset;
    return this.files.length === 1 && start ? prefilled(start, this.name, this.text, Number(longest)) : "";
  }

  get #needsUpload() {
    return this.files.length > 1 || !this.#prefilled;
  }

  #forge() {
    const address = this.#prefilled;
    for (const link of this.part("open")) link.href = address || link.href;
    const isLong = this.files.length === 1 && !address && Number(this.place.dataset.longest) > 0;
    this.#ways({ prefilled: Boolean(address), upload: !address, long: isLong });
  }

  #letter() {
    const { contact, subject } = this.place.dataset;
    if (!contact) return;
    const named = `${subject}\u00A0: ${this.name.replace(/\.md$/, "")}`;
    const whole = letter(contact, named, `${this.words.greeting}\n\n${this.text}`);
    const isWhole = this.files.length === 1 && whole.length <= LONGEST_LETTER;
    this.part("letter")[0].href = whole;
    this.part("attach")[0].href = letter(contact, named, `${this.words.attached}\n\n`);
    this.#ways({ letter: isWhole, attach: !isWhole });
  }

  async copy(button) {
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      // A hub without https has no clipboard: the text is shown, marked, to be copied by hand.
      const [shown] = this.part("file");
      shown.closest("details").open = true;
      getSelection().selectAllChildren(shown);
      return shown.focus();
    }
    button.textContent = button.dataset.done;
    this.place.querySelector("[data-part=status]").textContent = button.dataset.done;
    setTimeout(() => (button.textContent = words), 3000);
  }
}

function weight(bytes) {
  const language = document.documentElement.lang;
  const format = (unit, value) => new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
  return bytes < 1e6 ? format("kilobyte", Math.max(1, Math.round(bytes / 1e3))) : format("megabyte", bytes / 1e6);
}
