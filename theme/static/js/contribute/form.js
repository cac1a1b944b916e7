// The form of a kind: it checks while one types, and makes a file out of what was written. Nothing leaves the page
// by itself. Which fields there are, and all words, come from the HTML.

import { capitals, checked, isCode, nearest, whole } from "./checks.js";

const PAUSE = 700;

export function enhance(root) {
  const place = root.querySelector("[data-contribute]");
  if (place && !place.dataset.ready) new Form(place);
}

class Form {
  #lists = {}; // communes, tags, taken addresses of the hub, once they are asked for
  #timers = new Map();
  #changed = false;

  constructor(place) {
    place.dataset.ready = "";
    this.place = place;
    this.form = place.querySelector("form");
    this.part = Object.fromEntries([...place.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.words = JSON.parse(this.part.words.textContent);
    this.chosen = new Map(); // the picture of a field, by the field
    this.#today();
    this.#listen();
    this.#keepDraft();
  }

  /** The fields that the schema names, and the text, in the order of the page. */
  get fields() {
    return [...this.form.elements].filter((one) => one.name && one.dataset.shape);
  }

  get text() {
    return this.form.elements.text;
  }

  /** Propose today as a default value: a date that someone entered before this script was there stays. */
  #today() {
    const now = new Date();
    const today = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
    for (const one of this.fields) if (one.type === "date" && "needed" in one.dataset) one.defaultValue = today;
  }

  #listen() {
    const { form, place, part } = this;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#finish();
    });
    form.addEventListener("input", ({ target }) => this.#typed(target));
    form.addEventListener("change", ({ target }) => this.#settled(target));
    form.addEventListener("focusin", ({ target }) => target.getAttribute("role") === "combobox" && this.#suggest(target));
    part.pictures.addEventListener("change", () => this.#insertPictures());
    place.addEventListener("click", ({ target }) => this.#pressed(target.closest("[data-do]")));
    // A page that is left takes with it what was written.
    const warn = (event) => {
      if (!form.isConnected) removeEventListener("beforeunload", warn);
      else if (this.#changed && !part.keep.checked) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
  }

  #pressed(button) {
    const act = { preview: () => this.#preview(), copy: () => this.made.copy(button) }[button?.dataset.do];
    act?.();
  }

  /** What is wrong is said once someone pauses; what is right again, at once. */
  #typed(field) {
    this.#change(true);
    if (!this.part.made.hidden) this.part.made.hidden = true;
    clearTimeout(this.#timers.get(field));
    if (this.#isWrong(field)) this.#look(field);
    else this.#timers.set(field, setTimeout(() => this.#look(field), PAUSE));
  }

  async #settled(field) {
    clearTimeout(this.#timers.get(field));
    if (field.dataset.shape?.endsWith("-address")) field.value = field.value.split("\n").map(whole).join("\n");
    if (field.dataset.shape === "picture") await this.#choose(field);
    this.#look(field);
  }

  #isWrong(field) {
    return field.getAttribute("aria-invalid") === "true";
  }

  async #look(field) {
    // Who is choosing among suggestions isn't done.
    if (!field.dataset.shape || field.getAttribute("aria-expanded") === "true") return;
    const message = await this.#wrong(field);
    this.mark(field, message || this.#advice(field), Boolean(message));
    if (message) this.part.status.textContent = message;
  }

  /** Say beside a field what is wrong with it, or what would be better; nothing takes it away. */
  mark(field, message, isWrong = Boolean(message)) {
    const error = field.closest(".form-field").querySelector("[data-part=error]");
    error.textContent = message;
    error.hidden = !message;
    error.classList.toggle("form-field__error--advice", !isWrong);
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  /** Return what is wrong with a field; empty where nothing is. */
  async #wrong(field) {
    const { words, form } = this;
    const { shape } = field.dataset;
    const value = field.value.trim();
    if (shape === "picture") return this.chosen.get(field)?.error ?? "";
    if (shape === "alt") return value ? "" : words.alt;
    if (field.validity.badInput) return words.date;
    if (!value) return this.#missing(field);
    if (shape === "commune") return this.#commune(value);
    if (shape === "text") return this.#unknownPicture(value);
    return checked(shape, value, "many" in field.dataset, words);
  }

  #missing(field) {
    const { words } = this;
    if (field.name === "text") return "needed" in field.dataset ? words.text : "";
    // Inside a group what is needed counts only where the group is used; there a picture is what uses it.
    const group = field.closest("[data-group]");
    const picture = group && [...this.chosen.keys()].find((one) => group.contains(one));
    if (picture && field.name.endsWith(".alt")) return words.alt;
    return "needed" in field.dataset && !group ? words.missing.replace("{label}", label(field)) : "";
  }

  async #commune(value) {
    const { communes } = await this.#load();
    if (!communes.length) return isCode(value) ? "" : this.words.code;
    const { code, near } = nearest(value, communes);
    if (code) return "";
    return near ? `${this.words.commune} ${this.words.near.replace("{name}", near)}` : this.words.commune;
  }

  #unknownPicture(value) {
    const known = new Set([...this.part.inserted.children].map((one) => one.dataset.name));
    const used = [...value.matchAll(/\]\((image-\d+)\)/g)].map(([, name]) => name);
    const unknown = used.find((name) => !known.has(name));
    if (unknown) return this.words.unknown.replace("{name}", unknown);
    return /!\[\s*\]\(/.test(value) ? this.words.alt : "";
  }

  #advice(field) {
    return field.name === this.place.dataset.title && capitals(field.value) ? this.words.capitals : "";
  }

  /** The communes, tags and taken addresses of the hub, asked for once; without them nothing is suggested. */
  #load() {
    this.#lists.asked ??= fetch(this.place.dataset.suggestions)
      .then((answer) => answer.json())
      .catch(() => ({ communes: [], tags: [], taken: {} }));
    return this.#lists.asked;
  }

  async #suggest(field) {
    if (field.dataset.ready) return;
    field.dataset.ready = "";
    const [{ combobox }, lists] = await Promise.all([import("./combobox.js"), this.#load()]);
    combobox(field, field.dataset.shape, lists, (count) => {
      this.part.status.textContent = count ? this.words.found.replace("{count}", count) : "";
    });
  }

  async #choose(field) {
    this.chosen.delete(field);
    const [file] = field.files;
    if (!file) return;
    try {
      const { shrunk } = await import("./pictures.js");
      this.chosen.set(field, await shrunk(file));
    } catch {
      this.chosen.set(field, { error: this.words.picture });
    }
  }

  async #insertPictures() {
    const { part } = this;
    const { PictureList } = await import("./insert.js");
    this.list ??= new PictureList(this);
    const failed = await this.list.add(part.pictures.files);
    part.pictures.value = "";
    this.mark(part.pictures, failed ? this.words.picture : "");
  }

  /** Everything that keeps the file from being made: `[{field, message}]`, in the order of the page. */
  async #problems() {
    const found = [];
    for (const field of this.fields) {
      const message = await this.#wrong(field);
      this.mark(field, message || this.#advice(field), Boolean(message));
      if (message) found.push({ field, message });
    }
    for (const one of this.list?.unused() ?? []) {
      this.mark(one, this.words.unused);
      found.push({ field: one, message: this.words.unused });
    }
    return [...found, ...this.#either()];
  }

  /** Of some fields one is needed. */
  #either() {
    const names = this.place.dataset.either.split(" ").filter(Boolean);
    const fields = names.map((name) => this.form.elements[name]).filter(Boolean);
    if (!fields.length || fields.some((one) => one.value.trim())) return [];
    const message = this.words.either.replace("{labels}", fields.map(label).join(", "));
    this.mark(fields[0], message);
    return [{ field: fields[0], message }];
  }

  async #finish() {
    const found = await this.#problems();
    this.#summarise(found);
    if (found.length) return this.part.wrong.focus();
    const [{ Made }, { make }, { taken }] = await Promise.all([import("./made.js"), import("./file.js"), this.#load()]);
    const { communes } = await this.#load();
    this.made = new Made(this.place, this.words, await make(this, communes, taken[this.place.dataset.contribute] ?? []));
    await this.made.show();
    this.#change(false);
  }

  /** Note whether something is written that would be lost; while it is, the player lets the browser change pages. */
  #change(isUnsaved) {
    this.#changed = isUnsaved;
    this.place.toggleAttribute("data-unsaved", isUnsaved);
  }

  /** List what is to be mended, each with a link to its field. */
  #summarise(found) {
    const { part, words } = this;
    part.wrong.hidden = !found.length;
    part.count.textContent = found.length === 1 ? words.one : words.many.replace("{count}", found.length);
    part.problems.replaceChildren(
      ...found.map(({ field, message }) => {
        const link = Object.assign(document.createElement("a"), { href: `#${field.id}` });
        const name = label(field);
        link.textContent = message.includes(name) ? message : `${name}\u00A0: ${message}`;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          field.focus();
        });
        const item = document.createElement("li");
        item.append(link);
        return item;
      }),
    );
  }

  async #preview() {
    const { show } = await import("./preview.js");
    await show(this);
  }

  async #keepDraft() {
    const { Draft } = await import("./draft.js");
    new Draft(this);
  }
}

/** What a field is called, without what only says that it is needed. */
export function label(field) {
  return field.labels[0]?.firstChild.data.trim() ?? "";
}
