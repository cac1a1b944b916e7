// The one script that every page names. Pages work without it: it loads what can improve the page that is shown,
// and nothing else. A module exports enhance(root), which is called again for what comes later.

const MODULES = [
  ["[data-play], [data-forget]", "./player.js"],
  ["[data-video]", "./video.js"],
  ["[data-search]", "./search.js"],
  ["[data-copy]", "./copy.js"],
  ["[data-contribute]", "./contribute/form.js"],
  ["[data-offline]", "./offline.js"],
];

async function enhance(root) {
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

// A module that puts something into the page later says so with this event: importing this one would close a circle.
document.addEventListener("arrived", ({ target }) => enhance(target));
enhance(document).then(() => document.documentElement.classList.add("js"));
// What was read is there without a network; a browser that can't keep it, or mustn't, goes without.
addEventListener("load", () => {
  navigator.serviceWorker?.register(new URL("../../../sw.js", import.meta.url)).catch(() => {});
});
if (hasListened()) import("./player.js").then((player) => player.comeBack());
