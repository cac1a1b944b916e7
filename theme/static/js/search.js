// The search page: what is asked, what is found, and the address that says both. Nothing of the index is loaded before
// the form has the focus or the address asks for something.

import { withOrdinal } from "./dates.js";

const FILTERS = ["format", "source", "theme", "commune", "year"];
const AT_ONCE = 10;
const PAUSE = 250;
const SHORTEST = 2;

export function enhance(root) {
  const form = root.querySelector("[data-search]");
  if (form && !form.dataset.ready) new Search(form);
}

class Search {
  #asking = 0;
  #found = [];

  constructor(form) {
    form.dataset.ready = "";
    this.form = form;
    this.title = document.title;
    this.language = document.documentElement.lang;
    this.part = Object.fromEntries(
      [...form.parentElement.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]),
    );
    this.#listen();
    this.#start();
  }

  /** Begin with what the address says. On a slow connection people type before this script is there: their words stay. */
  #start() {
    const { q } = this.form;
    const typed = q.value;
    this.#read();
    if (typed) q.value = typed;
    if (this.#isAsked) this.#ask("replace");
  }

  #listen() {
    const { form, part } = this;
    form.addEventListener("focusin", () => this.#open().catch(() => {}), { once: true });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask("push");
    });
    form.q.addEventListener("input", () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.#ask("replace"), PAUSE);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !form.q.value) return;
      form.q.value = "";
      form.q.focus();
      this.#ask("replace");
    });
    form.addEventListener("change", ({ target }) => target !== form.q && this.#ask("push"));
    part.filters.addEventListener("toggle", () => this.#count());
    for (const name of ["everywhere", "anywhere"]) part[name].addEventListener("click", () => this.#widen());
    part.more.addEventListener("click", () => this.#more());
    part.again.addEventListener("click", () => this.#ask());
    part.older.addEventListener("click", () => this.#reachBack());
    const back = () => {
      if (!form.isConnected) return removeEventListener("popstate", back);
      this.#read();
      this.#ask();
    };
    addEventListener("popstate", back);
  }

  /** The module that searches, and the index, opened once; after a failure the next try opens it anew. */
  #open() {
    this.opening ??= import("./finder.js").then(async (tools) => {
      this.finder = await tools.Finder.open(this.form.dataset.search, this.language);
      return tools;
    });
    return this.opening;
  }

  /** Fill the form from the address. A choice that isn't there yet is added: only the index knows the others. */
  #read() {
    const given = new URLSearchParams(location.search);
    for (const field of this.form.elements) {
      const values = given.getAll(field.name);
      if (field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.name) choose(field, values[0] ?? "");
    }
  }

  /** The filters that are chosen: `{format: ["sound", "video"], year: ["2025"]}`. */
  get #filters() {
    const data = new FormData(this.form);
    const chosen = FILTERS.map((name) => [name, data.getAll(name).filter(Boolean)]);
    return Object.fromEntries(chosen.filter(([, values]) => values.length));
  }

  get #words() {
    return this.form.q.value.trim();
  }

  get #isAsked() {
    return this.#words || Object.keys(this.#filters).length;
  }

  #write(how) {
    const given = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => value));
    const search = `${given}` && `?${given}`;
    if (search !== location.search) history[`${how}State`](history.state, "", location.pathname + search);
  }

  /** Search for what the form says. `how` is what becomes of the address: "push", "replace", or nothing. */
  async #ask(how) {
    clearTimeout(this.pause);
    const number = ++this.#asking;
    if (how) this.#write(how);
    const words = this.#words;
    document.title = words ? `${words} · ${this.title}` : this.title;
    this.part.results.setAttribute("aria-busy", true);
    this.#name();
    if (!this.#isAsked) return this.#show("", []);
    if (words && words.length < SHORTEST) return this.#show("short", []);
    try {
      if (!this.finder) this.part.status.textContent = this.part.status.dataset.busy;
      await this.#open();
      const found = await this.finder.find(await this.#asked(), this.#filters, this.form.sort.value || !words);
      const items = await this.#load(found.slice(0, AT_ONCE));
      if (number !== this.#asking) return;
      this.#show(found.length ? "found" : "none", items, found);
      await this.#count();
    } catch {
      this.opening = this.finder = undefined;
      if (number === this.#asking) this.#show("failed", []);
    }
  }

  async #asked() {
    const { asked } = await this.#open();
    return this.#words ? asked(this.#words, this.form.dataset.small.split(" ")) : null;
  }

  async #load(found) {
    const { excerpt } = await this.#open();
    return Promise.all(found.map(async (load) => this.#item(await load(), excerpt)));
  }

  /** Put results, or what is said instead of them, into the page. */
  #show(state, items, found = []) {
    const { part } = this;
    this.#found = found;
    part.results.replaceChildren(...items);
    part.results.setAttribute("aria-busy", false);
    announce(part.results);
    part.none.hidden = state !== "none";
    part.again.hidden = state !== "failed";
    part.browse.hidden = Boolean(items.length);
    part.anywhere.hidden = !Object.keys(this.#filters).length;
    this.#say(state);
  }

  #say(state) {
    const { status, results, more, older } = this.part;
    const [count, shown] = [this.#found.length, results.children.length];
    const { since } = this.finder ?? {};
    more.hidden = shown === count;
    older.hidden = !more.hidden || !since || !this.#isAsked;
    older.textContent = older.dataset.text.replace("{year}", since?.slice(0, 4));
    const number = new Intl.PluralRules(this.language).select(count) === "one" ? "one" : "many";
    const pattern = status.dataset[state === "found" ? number : state] ?? "";
    const rest = more.hidden ? "" : ` ${status.dataset.shown.replace("{count}", shown)}`;
    status.textContent = pattern.replace("{count}", count.toLocaleString(this.language)) + rest;
  }

  async #more() {
    const { results, more } = this.part;
    const shown = results.children.length;
    const number = this.#asking;
    const items = await this.#load(this.#found.slice(shown, shown + AT_ONCE));
    if (number !== this.#asking) return;
    results.append(...items);
    items.forEach(announce);
    this.#say("found");
    // The focus is never lost: where its button has gone, it goes to what has come.
    if (more.hidden) items[0].querySelector("h2 a").focus();
  }

  async #reachBack() {
    await this.finder.reachBack();
    await this.#ask();
    this.form.q.focus();
  }

  /** Take all filters away. */
  #widen() {
    for (const field of this.form.elements) {
      if (field.type === "checkbox") field.checked = false;
      else if (FILTERS.includes(field.name)) field.value = "";
    }
    this.form.q.focus();
    this.#ask("push");
  }

  /** Name what is chosen on the line that opens the filters. */
  #name() {
    const { chosen, everywhere, filters } = this.part;
    const names = [...filters.querySelectorAll("input:checked, select")].map((field) => field.dataset.label ?? field.value);
    chosen.textContent = names.filter(Boolean).join(", ");
    everywhere.hidden = !chosen.textContent;
  }

  /** Tell what each choice would find, once someone wants to choose. */
  async #count() {
    if (!this.part.filters.open) return;
    const number = this.#asking;
    await this.#open();
    const counts = await this.finder.counts(await this.#asked(), this.#filters);
    if (number !== this.#asking) return;
    for (const field of this.part.filters.querySelectorAll("input, select")) this.#fill(field, counts[field.name] ?? {});
  }

  #fill(field, counts) {
    const { value } = field;
    const isChosen = field.checked ?? value;
    if (field.type === "checkbox") {
      field.nextElementSibling.textContent = `${field.dataset.label}${counts[value] ? ` (${counts[value]})` : ""}`;
      field.parentElement.hidden = !counts[value] && !isChosen;
      return;
    }
    const names = Object.keys(counts).filter((name) => counts[name]);
    if (value && !counts[value]) names.push(value);
    names.sort((one, other) => one.localeCompare(other, this.language));
    if (field.name === "year") names.reverse();
    field.replaceChildren(field.options[0], ...names.map((name) => new Option(`${name} (${counts[name] ?? 0})`, name)));
    field.value = value;
    field.parentElement.hidden = !names.length;
  }

  /** Return one result as the page shows it. Whatever it holds came from elsewhere: all of it is text, none is HTML. */
  #item({ anchors: [{ id, location: start }], content, filters, locations, meta }, excerpt) {
    const [address, day, duration, language, kind] = JSON.parse(id);
    const [format] = filters.format;
    const item = this.part.result.content.cloneNode(true).firstElementChild;
    const [from, title, text, time] = ["from a", "title a", "summary", "facts time"].map((name) => item.querySelector(`.card__${name}`));
    const { root } = this.form.dataset;
    title.textContent = meta.title;
    title.href = root + address;
    text.append(...excerpt(content, locations, start, this.language.startsWith("fr") && !language));
    if (language) for (const part of [title, text]) Object.assign(part, { lang: language, dir: "auto" });
    from.textContent = filters.source?.[0] ?? "";
    from.href = root + address.split("/", 3).join("/") + "/";
    if (!from.textContent) from.remove();
    for (const part of item.querySelectorAll("[data-kind]")) if (part.dataset.kind !== kind && part.dataset.kind !== format) part.remove();
    for (const play of item.querySelectorAll(".play")) {
      play.href = `${root}${address}#ecouter`;
      play.querySelector("[data-name]").textContent = `${duration ? ` ${shownDuration(duration)}` : ""}`;
      play.lastElementChild.textContent = ` · ${meta.title}`;
    }
    time.dateTime = day.replace(/(....)(..)/u, "$1-$2-");
    const inWords = (date) => date.toLocaleDateString(this.language, { dateStyle: "long", timeZone: "UTC" });
    if (day) time.textContent = withOrdinal(inWords(new Date(time.dateTime)), this.language);
    else time.remove();
    return item;
  }
}

/** Say that a part has come into the page: main.js improves it. */
function announce(part) {
  part.dispatchEvent(new Event("arrived", { bubbles: true }));
}

function choose(field, value) {
  if (field.options && ![...field.options].some((option) => option.value === value)) field.add(new Option(value, value));
  field.value = value;
}

/** Return a duration as the rest of the site writes it: `52 min`, `1 h 05`, `40 s`. */
function shownDuration(seconds) {
  const minutes = Math.round(seconds / 60);
  if (seconds < 59.5) return `${Math.round(seconds)}\u202Fs`;
  return minutes < 60 ? `${minutes}\u202Fmin` : `${Math.floor(minutes / 60)}\u202Fh\u202F${`${minutes % 60}`.padStart(2, "0")}`;
}
