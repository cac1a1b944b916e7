// What a page offers to play. The player itself is loaded when something is asked of it.

import { audio, clock } from "./audio.js";
import { forget, playing, position } from "./store.js";
import { track } from "./track.js";

const started = () => Promise.all([import("./sound.js"), import("./bar.js")]).then(([{ sound }]) => sound);

/** Play a list from its beginning; to be called while a press is handled. */
async function play(list) {
  audio.load();
  const sound = await started();
  await sound.play(list, 0);
  return sound;
}

/** Return what a list's link promises; the player reads the rest from that page. */
function promised(link) {
  const { pathname, hash } = new URL(link.href);
  const card = link.closest("article");
  return {
    id: pathname + hash,
    title: card?.querySelector("h2, h3, h4")?.textContent.trim() ?? link.textContent.trim(),
    source: card?.querySelector(".card__from a")?.textContent ?? "",
  };
}

function dress(figure) {
  const button = figure.querySelector("button[data-play]");
  const one = track(figure, location.href);
  const stopped = position(one.id);
  if (stopped) button.firstChild.textContent = button.dataset.resume.replace("{time}", clock(stopped));
  button.hidden = false;
  figure.querySelector("audio").hidden = true;
  button.addEventListener("click", async () => {
    audio.load();
    const sound = await started();
    if (sound.track?.id === one.id) sound.toggle();
    else sound.play([one], 0);
  });
  for (const moment of figure.querySelectorAll("[data-time]")) {
    moment.addEventListener("click", async (event) => {
      event.preventDefault();
      audio.load();
      const sound = await started();
      const time = Number(moment.dataset.time);
      if (sound.track?.id === one.id) sound.seek(time, true);
      else sound.play([one], 0, time);
    });
  }
}

function onPress(link, act) {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

export function enhance(root) {
  for (const figure of root.querySelectorAll("[data-track]")) dress(figure);
  for (const link of root.querySelectorAll("a[data-play]")) {
    onPress(link, async () => {
      if (link.classList.contains("play--on")) return (await started()).pause();
      const sound = await play([promised(link)]);
      if (sound.state !== "missing") return;
      sound.close();
      // That page says what there is.
      location.assign(link.href);
    });
  }
  for (const link of root.querySelectorAll("[data-play-all]")) {
    onPress(link, () => play([...document.querySelectorAll("main .card a[data-play]")].map(promised)));
  }
  for (const button of root.querySelectorAll("[data-forget]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      forget();
      button.disabled = true;
      button.textContent = button.dataset.forget;
    });
  }
}

/** Bring back, paused, what played before this page was loaded, unless a press has begun something else meanwhile. */
export async function comeBack() {
  const { queue, at, time } = playing();
  if (!queue) return;
  const sound = await started();
  if (!sound.track) sound.play(queue, at, time, false);
}
