// The one script that every page names. Pages work without it: it loads what can improve the page that is shown,
// and nothing else. A module exports enhance(root), which may be called again for what came later.

const MODULES = [
  ["[data-play], [data-forget]", "./player.js"],
  ["[data-video]", "./video.js"],
  ["[data-search]", "./search.js"],
  ["[data-copy]", "./copy.js"],
  ["[data-contribute]", "./contribute/form.js"],
];

export async function enhance(root) {
  const wanted = MODULES.filter(([selector]) => root.querySelector(selector));
  const modules = await Promise.all(wanted.map(([, file]) => import(file)));
  for (const module of modules) module.enhance(root);
}

/** Whether something was being listened to in this tab when the page was loaded. */
function hasListened() {
  try {
    return sessionStorage.getItem("kiosque-player")?.includes("queue");
  } catch {
    return false;
  }
}

// Not awaited: modules that import this one wait for its end.
enhance(document).then(() => document.documentElement.classList.add("js"));
if (hasListened()) import("./player.js").then((player) => player.comeBack());
