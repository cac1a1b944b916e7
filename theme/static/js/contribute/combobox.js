// A field that suggests communes or tags while one types (the pattern "combobox" of the ARIA Authoring Practices).
// What is typed stays free: a suggestion is taken with Enter or a press, and Escape puts the list away.

import { folded } from "./checks.js";

const MOST = 8;

/** @param {"commune" | "tags"} shape @param {(count: number) => void} say told how many are suggested */
export function combobox(field, shape, { communes, tags }, say) {
  new Combobox(field, shape === "tags" ? new Tags(tags) : new Communes(communes), say);
}

/** One commune; former names lead to the present one. */
class Communes {
  constructor(communes) {
    this.all = communes.map(([code, name, ...former]) => ({
      text: `${name} (${code})`,
      keys: [name, code, ...former].map(folded),
    }));
  }
  asked = (value) => folded(value);
  taken = (_value, text) => text;
}

/** Tags, parted by commas: the last is being written. */
class Tags {
  constructor(tags) {
    this.all = tags.map((text) => ({ text, keys: [folded(text)] }));
  }
  asked = (value) => folded(value.split(",").at(-1));
  taken = (value, text) => [...value.split(",").slice(0, -1).map((one) => one.trim()), text].join(", ");
}

class Combobox {
  #shown = [];
  #active = -1;

  constructor(field, kind, say) {
    Object.assign(this, { field, kind, say, list: document.getElementById(field.getAttribute("aria-controls")) });
    field.addEventListener("input", () => this.#open());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.#close());
    // Pressing a suggestion must not take the focus from the field.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => this.#take([...this.list.children].indexOf(target.closest("li"))));
    if (document.activeElement === field && field.value) this.#open();
  }

  #open() {
    const asked = this.kind.asked(this.field.value);
    const begins = this.kind.all.filter(({ keys }) => asked && keys.some((key) => key.startsWith(asked)));
    const holds = this.kind.all.filter((one) => asked && !begins.includes(one) && one.keys.some((key) => key.includes(asked)));
    this.#shown = [...begins, ...holds].slice(0, MOST).map(({ text }) => text);
    this.list.replaceChildren(...this.#shown.map((text, place) => this.#option(text, place)));
    this.#mark(-1);
    this.#show(this.#shown.length > 0);
    this.say(this.#shown.length);
  }

  #option(text, place) {
    const option = Object.assign(document.createElement("li"), { id: `${this.list.id}-${place}`, role: "option", textContent: text });
    option.setAttribute("aria-selected", "false");
    return option;
  }

  #show(isOpen) {
    this.list.hidden = !isOpen;
    this.field.setAttribute("aria-expanded", isOpen);
  }

  #mark(place) {
    this.#active = place;
    for (const [index, option] of [...this.list.children].entries()) option.setAttribute("aria-selected", index === place);
    const option = this.list.children[place];
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.#mark(-1);
    this.#show(false);
  }

  #key(event) {
    const count = this.#shown.length;
    if (event.key === "Escape" && !this.list.hidden) this.#close();
    else if (event.key === "ArrowDown" && this.list.hidden) this.#open();
    else if (event.key === "ArrowDown" && count) this.#mark((this.#active + 1) % count);
    else if (event.key === "ArrowUp" && count) this.#mark((this.#active > 0 ? this.#active : count) - 1);
    else if (event.key === "Enter" && this.#active >= 0) this.#take(this.#active);
    else return;
    event.preventDefault();
  }

  #take(place) {
    if (place < 0) return;
    this.field.value = this.kind.taken(this.field.value, this.#shown[place]);
    this.#close();
    this.say(0);
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
