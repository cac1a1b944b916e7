// The page about reading without a network: what is kept on this device, taking the week's texts, and forgetting all.
// The service worker (templates/sw.js) keeps pages as they are read, in caches of the same names.

import { withOrdinal } from "./dates.js";

const ROOT = new URL("../../../", import.meta.url).pathname;
const [PAGES, PICTURES, WEEK, NOTHING] = ["pages", "images", "semaine", "rien"].map((one) => `kiosque ${ROOT} ${one}`);
const AT_ONCE = 4;
const language = document.documentElement.lang;

/** Say bytes in words: "340 ko". */
function size(bytes) {
  const [unit, amount] = bytes < 1e6 ? ["kilobyte", Math.ceil(bytes / 1000)] : ["megabyte", bytes / 1e6];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
}

/** Say in words from when to when, written as 2026-03-15. */
function range(...dates) {
  const days = dates.map((date) => new Date(`${date}T12:00`));
  return withOrdinal(new Intl.DateTimeFormat(language, { dateStyle: "long" }).formatRange(...days), language);
}

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

/** Return the pages of a cache, in the order of their keeping: address, title as it stands in the page, size in bytes. */
async function pages(name) {
  if (!(await caches.has(name))) return [];
  const cache = await caches.open(name);
  const found = (await cache.keys()).filter(({ url }) => url.endsWith("/"));
  return Promise.all(
    found.map(async ({ url }) => {
      const text = await (await cache.match(url)).text();
      const title = new DOMParser().parseFromString(/<title>[^<]*/.exec(text)?.[0] ?? "", "text/html").title;
      return { address: new URL(url).pathname, title, size: new Blob([text]).size };
    }),
  );
}

/** Read the list of the week's texts; null where it can't be had. */
async function newest(address) {
  try {
    return await (await fetch(address, { cache: "no-cache" })).json();
  } catch {
    return null;
  }
}

/** Store texts; `told` hears how many are through. Throws where the network, the room or the reader ends it. */
async function take({ texts }, signal, told) {
  const cache = await caches.open(WEEK);
  const read = await caches.open(PAGES);
  const left = [...texts];
  let done = 0;
  const next = async () => {
    for (let text; (text = left.shift()); told(++done)) {
      const answer = await fetch(text.address, { cache: "no-cache", signal });
      // What was taken down meanwhile isn't there any more, and that is as it should be.
      if (!answer.ok || answer.redirected) continue;
      await cache.put(text.address, answer);
      await read.delete(text.address);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  const wanted = new Set(texts.map(({ address }) => address));
  for (const { url } of await cache.keys()) if (!wanted.has(new URL(url).pathname)) await cache.delete(url);
}

class Offline {
  constructor(place) {
    this.place = place;
    this.part = Object.fromEntries([...place.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
    this.button = Object.fromEntries([...place.querySelectorAll("[data-do]")].map((one) => [one.dataset.do, one]));
    for (const [name, button] of Object.entries(this.button)) button.addEventListener("click", () => this[name]());
  }

  async begin() {
    const { lost, intro, unable, week, kept } = this.part;
    if (location.pathname !== `${ROOT}hors-ligne/`) {
      lost.hidden = false;
      intro.hidden = true;
      this.place.querySelector("h1").textContent = this.place.dataset.lost;
      document.title = `${this.place.dataset.lost} · ${this.place.dataset.site}`;
    }
    try {
      this.button.keep.checked = !(await caches.has(NOTHING));
      await navigator.serviceWorker.ready;
    } catch {
      return; // forbidden, or not there
    }
    unable.hidden = true;
    week.hidden = kept.hidden = false;
    this.week = await newest(this.place.dataset.offline);
    await this.show();
  }

  async show() {
    const { offer, limits, status, sum, list } = this.part;
    const [taken, read] = await Promise.all([pages(WEEK), pages(PAGES)]);
    const texts = this.week?.texts ?? [];
    const here = new Set(taken.map(({ address }) => address));
    const isLeft = texts.some(({ address }) => !here.has(address));
    const { none, away, one, many } = offer.dataset;
    const total = texts.reduce((all, text) => all + text.size, 0);
    const words = !this.week ? away : [none, one][texts.length] ?? many;
    const dates = texts.length && range(this.week.since, this.week.until);
    offer.textContent = fill(words, { count: texts.length, size: size(total), dates });
    limits.hidden = !texts.length;
    this.button.take.hidden = !isLeft;
    this.button.leave.hidden = !taken.length;
    this.button.stop.hidden = true;
    if (taken.length) status.textContent = counted(taken, status.dataset.takenOne, status.dataset.takenMany);
    const all = [...taken.sort((one, other) => one.title.localeCompare(other.title, language)), ...read.reverse()];
    sum.textContent = all.length ? counted(all, sum.dataset.one, sum.dataset.many) : sum.dataset.none;
    list.replaceChildren(...all.map((page) => this.#line(page)));
    this.button.forget.disabled = !all.length;
  }

  #line({ address, title }) {
    const link = Object.assign(document.createElement("a"), { href: address });
    const ending = ` · ${this.place.dataset.site}`;
    link.textContent = (title.endsWith(ending) ? title.slice(0, -ending.length) : title) || address;
    const line = document.createElement("li");
    line.append(link);
    return line;
  }

  async take() {
    const { status, progress } = this.part;
    const count = this.week.texts.length;
    this.stopping = new AbortController();
    this.button.take.hidden = this.button.leave.hidden = true;
    progress.hidden = this.button.stop.hidden = false;
    this.button.stop.focus();
    const tell = (done) => {
      Object.assign(progress, { value: done, max: count });
      status.textContent = fill(status.dataset.taking, { done, count });
    };
    tell(0);
    let wrong = "";
    try {
      await take(this.week, this.stopping.signal, tell);
    } catch ({ name }) {
      this.stopping.abort();
      wrong = name === "QuotaExceededError" ? status.dataset.full : status.dataset.stopped;
    }
    progress.hidden = true;
    status.textContent = "";
    await this.show();
    status.textContent = `${wrong} ${status.textContent}`.trim();
    this.#focus("leave", "take");
  }

  stop() {
    this.stopping.abort();
  }

  async leave() {
    await caches.delete(WEEK);
    await this.show();
    this.part.status.textContent = this.part.status.dataset.forgotten;
    this.#focus("take", "forget");
  }

  async forget() {
    for (const name of [PAGES, PICTURES, WEEK]) await caches.delete(name);
    this.part.status.textContent = "";
    await this.show();
    this.part.forgotten.textContent = this.part.forgotten.dataset.words;
    this.button.keep.focus();
  }

  async keep() {
    if (this.button.keep.checked) return caches.delete(NOTHING);
    await caches.open(NOTHING);
    for (const name of [PAGES, PICTURES]) await caches.delete(name);
    await this.show();
  }

  retry() {
    location.reload();
  }

  /** A button that goes takes the focus with it: it goes to the first of these that is there. */
  #focus(...names) {
    this.button[names.find((name) => !this.button[name].hidden)]?.focus();
  }
}

function counted(all, one, many) {
  const values = { count: all.length, size: size(all.reduce((sum, page) => sum + page.size, 0)) };
  return fill(all.length === 1 ? one : many, values);
}

export function enhance(root) {
  for (const place of root.querySelectorAll("[data-offline]")) new Offline(place).begin();
}
