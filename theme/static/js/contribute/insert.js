// The pictures that stand in the text: each is described, then put in where one writes, as ![description](image-1).

import { shrunk } from "./pictures.js";

export class PictureList {
  #count = 0;

  constructor(form) {
    this.form = form;
    this.pictures = new Map(); // by the name that the text calls them by
  }

  /** Add files; returns how many were no pictures. */
  async add(files) {
    let failed = 0;
    let first;
    for (const file of [...files]) {
      try {
        const item = this.#item(await shrunk(file));
        first ??= item;
      } catch {
        failed++;
      }
    }
    first?.querySelector("input").focus();
    return failed;
  }

  #item(picture) {
    const { part } = this.form;
    const name = `image-${++this.#count}`;
    const item = part.picture.content.cloneNode(true).firstElementChild;
    const [field, error] = ["input", "[data-part=error]"].map((selector) => item.querySelector(selector));
    item.dataset.name = name;
    field.id = `f-${name}`;
    error.id = `f-${name}-error`;
    field.setAttribute("aria-describedby", error.id);
    item.querySelector("label").htmlFor = field.id;
    thumbnail(item.querySelector("canvas"), picture.canvas, name);
    item.querySelector("[data-do=insert]").addEventListener("click", () => this.#insert(item, field));
    item.querySelector("[data-do=remove]").addEventListener("click", () => this.#remove(item));
    this.pictures.set(name, picture);
    part.inserted.append(item);
    return item;
  }

  #insert(item, field) {
    const { text, words, part } = this.form;
    const described = field.value.trim().replace(/[[\]\\]/g, "");
    this.form.mark(field, described ? "" : words.alt);
    if (!described) return field.focus();
    const { selectionEnd, value } = text;
    const [before, after] = [value.slice(0, selectionEnd).trimEnd(), value.slice(selectionEnd).trimStart()];
    text.value = [before, `![${described}](${item.dataset.name})`, after].filter(Boolean).join("\n\n");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    part.status.textContent = words.inserted;
  }

  #remove(item) {
    const { text, part } = this.form;
    const { name } = item.dataset;
    this.pictures.delete(name);
    text.value = text.value.replace(new RegExp(`\\n*!\\[[^\\]]*\\]\\(${name}\\)`, "g"), "");
    item.remove();
    part.pictures.focus();
  }

  /** The fields of pictures that the text doesn't show. */
  unused() {
    const shown = this.form.text.value;
    const items = [...this.form.part.inserted.children].filter((one) => !shown.includes(`](${one.dataset.name})`));
    return items.map((one) => one.querySelector("input"));
  }
}

/** Draw a picture into a small canvas, as large as it fits. */
function thumbnail(canvas, picture, name) {
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.setAttribute("aria-label", name);
}
