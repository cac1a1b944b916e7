// Videos: another host's player is called when it is asked for, and not before.

const ALLOWED = "autoplay; encrypted-media; fullscreen; picture-in-picture";
// It may do all that a player does, but not lead this window elsewhere.
const SANDBOX = "allow-forms allow-popups allow-popups-to-escape-sandbox allow-presentation allow-same-origin allow-scripts";

export function enhance(root) {
  for (const figure of root.querySelectorAll("[data-video]")) {
    const link = figure.querySelector("[data-frame]");
    const video = figure.querySelector("video");
    if (link) offer(figure, link);
    if (video) watch(figure, video);
  }
}

/** Put a button in the place of the link to the source. */
function offer(figure, link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.append(...link.childNodes);
  link.replaceWith(button);
  button.addEventListener("click", () => {
    const box = button.parentElement;
    const before = [...box.childNodes];
    const frame = Object.assign(document.createElement("iframe"), {
      title: link.dataset.title,
      allow: ALLOWED,
      // YouTube and Vimeo ask who shows their player; the page that one reads is nobody's business.
      referrerPolicy: "strict-origin",
      src: link.dataset.frame,
    });
    frame.sandbox = SANDBOX;
    document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
      if (new URL(link.dataset.frame).origin !== new URL(blockedURI, location).origin) return;
      box.replaceChildren(...before);
      figure.querySelector("[data-dead]").hidden = false;
    });
    box.replaceChildren(frame);
    frame.focus();
    box.dispatchEvent(new Event("play")); // what is heard pauses
  });
}

/** Prefer the lightest file where the reader saves data; say plainly where none answers. */
function watch(figure, video) {
  const sources = [...video.querySelectorAll("source")];
  if (navigator.connection?.saveData) {
    const weight = (one) => Number(one.dataset.size) || Infinity;
    video.prepend(...sources.sort((one, other) => weight(one) - weight(other)));
  }
  const say = () => (figure.querySelector("[data-dead]").hidden = false);
  sources.at(-1).addEventListener("error", say);
  video.addEventListener("error", say);
}
