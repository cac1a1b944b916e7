// The one script that every page names. Pages work without it: it loads what can improve the page that is shown,
// and nothing else. A module exports enhance(root), which may be called again for what came later.

const MODULES = [
  ["[data-play]", "./player.js"],
  ["[data-video]", "./video.js"],
  ["[data-search]", "./search.js"],
  ["[data-copy]", "./copy.js"],
];

export async function enhance(root) {
  const wanted = MODULES.filter(([selector]) => root.querySelector(selector));
  const modules = await Promise.all(wanted.map(([, file]) => import(file)));
  for (const module of modules) module.enhance(root);
}

document.documentElement.classList.add("js");
enhance(document);
