// A text as the site will show it. Whatever was written or pasted is taken apart in a document that runs and loads nothing;
// only the elements and attributes of the lists below are made anew in the page.

import { Marked } from "../vendor/marked.js";

const ALLOWED = new Set(
  ("a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q " +
    "s samp small span strong sub sup table tbody td tfoot th thead time tr u ul var").split(" "),
);
const HEADINGS = { H1: "h2" };
const ATTRIBUTES = { a: ["title"], ol: ["start"], td: ["colspan", "rowspan"], th: ["colspan", "rowspan", "scope"] };
// Their words are no text.
const SILENT = new Set("script style x-style template iframe object embed noscript title textarea select svg math".split(" "));
// What would run or apply is renamed before it is even parsed: a browser reports it otherwise, though it does neither.
const markdown = new Marked({
  renderer: {
    html: ({ text }) => text.replace(/([\s"'/])(on\w+|style)(\s*=)/gi, "$1data-$2$3").replace(/(<\/?)(style)/gi, "$1x-$2"),
  },
});

/** Show what the form holds now below it. */
export function show({ form, part, place, text, list, chosen }) {
  const title = Object.assign(document.createElement("h1"), { textContent: form.elements[place.dataset.title].value });
  const parts = [element("header", [title, ...introduction(form)])];
  const [[, lead] = []] = chosen;
  if (lead?.canvas) parts.push(element("figure", [drawn(lead.canvas, form.elements["image.alt"]?.value ?? "")], "lead"));
  parts.push(element("div", rendered(text.value, list?.pictures ?? new Map()), "prose"));
  part.article.replaceChildren(...parts);
  part.preview.hidden = false;
  part.preview.querySelector("h2").focus();
}

function introduction(form) {
  const { value } = form.elements.summary ?? { value: "" };
  return value ? [Object.assign(element("p", [value]), { className: "intro" })] : [];
}

function element(name, children, className = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Return Markdown as nodes that can do nothing. */
export function rendered(source, pictures) {
  const inert = new DOMParser().parseFromString(markdown.parse(source), "text/html");
  return [...inert.body.childNodes].flatMap((node) => copied(node, pictures));
}

function copied(node, pictures) {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const name = HEADINGS[node.nodeName] ?? node.nodeName.toLowerCase();
  if (SILENT.has(name)) return [];
  if (name === "img") return [picture(node, pictures)];
  const children = [...node.childNodes].flatMap((child) => copied(child, pictures));
  if (!ALLOWED.has(name) || !(node instanceof HTMLElement)) return children;
  const made = document.createElement(name);
  for (const attribute of ATTRIBUTES[name] ?? []) {
    if (node.hasAttribute(attribute)) made.setAttribute(attribute, node.getAttribute(attribute));
  }
  if (name === "a") lead(made, node.getAttribute("href"));
  made.append(...children);
  return [made];
}

/** Let a link lead where it says, if that is a page of the web; the hub's own are only known once it is built. */
function lead(link, address) {
  if (/^https?:\/\//i.test(address ?? "")) Object.assign(link, { href: address, target: "_blank", rel: "noopener" });
}

function picture(node, pictures) {
  const found = pictures.get(node.getAttribute("src"));
  const words = node.getAttribute("alt") ?? "";
  return found ? drawn(found.canvas, words) : element("em", [words]);
}

function drawn(canvas, words) {
  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  copy.getContext("2d").drawImage(canvas, 0, 0);
  copy.setAttribute("role", "img");
  copy.setAttribute("aria-label", words);
  return copy;
}
