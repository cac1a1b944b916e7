// While something plays, links of this site change the page without ending it; on any doubt, the browser goes there.

import { open } from "./track.js";

const HEAD = 'link[rel="canonical"], link[rel="alternate"], meta[name="description"], meta[name="robots"], meta[property], [type$="ld+json"]';
// How far down each address was when it was left, in pixels.
const left = new Map();
let isTaken = false;
let turn = 0;
let here = location.pathname + location.search;

/** Begin to take over; ``isPlaying`` tells whether there is anything to lose. */
export function takeOver(isPlaying) {
  // Before what someone is writing is left, the browser asks, as this page couldn't.
  const isOurs = () => isPlaying() && !document.querySelector("[data-unsaved]");
  document.addEventListener("click", (event) => {
    const url = isOurs() && target(event);
    if (url) go(event, url);
  });
  document.addEventListener("submit", (event) => {
    const url = isOurs() && question(event);
    if (url) go(event, url);
  });
  addEventListener("popstate", () => {
    if (!isTaken) return;
    if (here !== location.pathname + location.search) visit(new URL(location.href), true);
    else scrollTo({ top: left.get(location.href) ?? 0, behavior: "instant" });
  });
  addEventListener("scroll", () => left.set(location.href, scrollY), { passive: true });
  addEventListener("pagehide", () => (history.scrollRestoration = "auto"));
}

/** Return where a press leads, if that is a page of this site that is to be shown here. */
function target(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  if (!["", "_self"].includes(link.target) || link.hasAttribute("download")) return null;
  const url = new URL(link.href);
  return isPage(url) && !(url.hash && url.pathname + url.search === here) ? url : null;
}

/** Return the address of what a form asks with GET. */
function question(event) {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "get") return null;
  const url = new URL(form.action);
  url.search = new URLSearchParams(new FormData(form, submitter));
  return isPage(url) ? url : null;
}

function isPage({ origin, pathname }) {
  return origin === location.origin && /(\/|\.html)$/.test(pathname);
}

function go(event, url) {
  event.preventDefault();
  visit(url, false);
}

async function visit(url, isBack) {
  const mine = ++turn;
  document.querySelector("main").setAttribute("aria-busy", "true");
  try {
    const { page, address } = await open(url);
    if (mine !== turn) return;
    if (version(page) !== version(document) || !page.querySelector("main")) throw new Error("another site");
    history.scrollRestoration = "manual";
    isTaken = true;
    if (!isBack) history.pushState(null, "", new URL(url.hash, address));
    show(page);
    arrive(isBack);
  } catch {
    if (mine !== turn) return;
    if (isBack) location.reload();
    else location.assign(url);
  }
}

/** Return the addresses of style and script, which change with each version of the site. */
function version(page) {
  return [...page.head.querySelectorAll('script[src], link[rel="stylesheet"]')]
    .map((one) => one.getAttribute("src") ?? one.getAttribute("href"))
    .join();
}

function show(page) {
  here = location.pathname + location.search;
  document.title = page.title;
  const { lang, dir } = page.documentElement;
  Object.assign(document.documentElement, { lang, dir });
  for (const one of document.head.querySelectorAll(HEAD)) one.remove();
  document.head.append(...page.head.querySelectorAll(HEAD));
  for (const link of document.querySelectorAll("header a[href]")) {
    const same = page.querySelector(`header a[href="${CSS.escape(link.getAttribute("href"))}"]`);
    link.ariaCurrent = same?.ariaCurrent ?? null;
  }
  const main = document.adoptNode(page.querySelector("main"));
  document.querySelector("main").replaceWith(main);
  main.dispatchEvent(new Event("arrived", { bubbles: true }));
}

/** Go to where the address says, or where one was; the focus, and with it what is read aloud, goes to the heading. */
function arrive(isBack) {
  const named = !isBack && location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const place = named || document.querySelector("main h1") || document.querySelector("main");
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  if (named) named.scrollIntoView({ behavior: "instant" });
  else scrollTo({ top: isBack ? (left.get(location.href) ?? 0) : 0, behavior: "instant" });
}
