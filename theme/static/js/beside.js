// What stands in the page beside a sound follows it: its button, its chapters, its words.

import { audio } from "./audio.js";
import { sound } from "./sound.js";

function figures() {
  const all = [...document.querySelectorAll("main [data-track]")];
  return all.map((figure) => [figure, sound.track?.id === `${location.pathname}#${figure.id}`]);
}

export function show() {
  for (const [figure, isHeard] of figures()) {
    const button = figure.querySelector("button[data-play]");
    const words = button.firstChild;
    button.dataset.words ??= words.textContent;
    words.textContent = isHeard && sound.isPlaying ? button.dataset.pause : button.dataset.words;
    button.classList.toggle("play--on", isHeard && sound.isPlaying);
  }
  for (const link of document.querySelectorAll("main a[data-play]")) {
    link.classList.toggle("play--on", sound.isPlaying && sound.track?.id.split("#")[0] === link.pathname);
  }
  follow();
}

function follow() {
  for (const [figure, isHeard] of figures()) {
    for (const list of figure.querySelectorAll("[data-chapters], [data-words]")) {
      const moments = [...list.querySelectorAll("[data-time]")];
      const current = isHeard ? moments.findLast((one) => one.dataset.time <= audio.currentTime) : undefined;
      if (current?.ariaCurrent) continue;
      for (const one of moments) one.ariaCurrent = one === current ? "true" : null;
      // Whoever is reading elsewhere in the words isn't called back.
      if (!current || !("words" in list.dataset) || list.matches(":hover, :focus-within")) continue;
      list.scrollTop = current.parentElement.offsetTop - list.clientHeight / 3;
    }
  }
}

sound.addEventListener("change", show);
sound.addEventListener("time", follow);
