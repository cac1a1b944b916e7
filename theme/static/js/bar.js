// The player at the foot of the window. Its markup and words come from the page that explains it.

import { audio, clock } from "./audio.js";
import "./beside.js";
import { takeOver } from "./navigation.js";
import { showQueue } from "./queue.js";
import { sound } from "./sound.js";
import { choices, choose } from "./store.js";
import { open } from "./track.js";

const [BACK, ON, STEP] = [-15, 30, 5]; // seconds
const KEYS = { k: "toggle", j: "back", l: "forward", m: "mute", n: "next", p: "previous", escape: "fold" };

const { page } = await open(new URL("../../../lecteur/", import.meta.url));
const [skip, bar] = document.importNode(page.getElementById("player").content, true).children;
const parts = Object.fromEntries([...bar.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
const { seek, volume, speed } = parts;
const language = document.documentElement.lang;
let shown; // the track that is shown

/** Say seconds in words: "12 minutes 5 seconds". */
function inWords(seconds) {
  const units = [["hour", seconds / 3600], ["minute", (seconds / 60) % 60], ["second", seconds % 60]];
  const said = units.map(([unit, amount]) => [unit, Math.floor(amount)]).filter(([, amount]) => amount);
  const words = (said.length ? said : [["second", 0]]).map(([unit, amount]) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(amount),
  );
  return words.join(" ");
}

function fold(isOpen) {
  bar.classList.toggle("bar--open", isOpen);
  parts.expand.setAttribute("aria-expanded", isOpen);
}

const actions = {
  toggle: () => sound.toggle(),
  back: () => sound.skip(BACK),
  forward: () => sound.skip(ON),
  previous: () => sound.step(-1),
  next: () => sound.step(1),
  mute: () => (audio.muted = !audio.muted),
  expand: () => fold(!bar.classList.contains("bar--open")),
  fold: () => fold(false),
  close() {
    sound.close();
    document.querySelector("main").focus({ preventScroll: true });
  },
};

function showTrack(track) {
  const isFirst = !shown;
  shown = track;
  parts.title.textContent = track.title;
  parts.title.href = track.id;
  parts.source.textContent = track.source;
  for (const link of bar.querySelectorAll("[data-original]")) link.href = track.original || track.id;
  bar.classList.toggle("bar--live", Boolean(track.live));
  // What begins by itself is told; what was just pressed isn't.
  parts.now.textContent = isFirst ? "" : parts.now.dataset.words.replace("{title}", track.title);
  const { files = [], chapters = [] } = track;
  parts.file.replaceChildren(...files.map(({ name }, place) => new Option(name || place + 1, place)));
  parts.files.hidden = files.length < 2;
  parts.download.hidden = !files.length || track.live;
  parts.chapters.hidden = !chapters.length;
  parts.chapters.lastElementChild.replaceChildren(
    ...chapters.map(({ time, title }) => {
      const row = parts.chapter.content.cloneNode(true);
      row.querySelector("button").dataset.time = time;
      row.querySelector("span").textContent = clock(time);
      row.querySelector("b").textContent = title;
      return row;
    }),
  );
}

function show() {
  const { track, state, queue, at, isPlaying } = sound;
  skip.hidden = bar.hidden = !track;
  if (!track) return (shown = undefined);
  if (track !== shown) showTrack(track);
  const { play, pause, resume } = parts.toggle.dataset;
  const paused = sound.time >= 1 && !track.live ? resume.replace("{time}", clock(sound.time)) : play;
  parts.toggle.setAttribute("aria-label", isPlaying ? pause : paused);
  bar.classList.toggle("bar--playing", isPlaying);
  bar.setAttribute("aria-busy", state === "loading");
  for (const one of bar.querySelectorAll("[data-when]")) one.hidden = !one.dataset.when.split(" ").includes(state);
  for (const one of bar.querySelectorAll("[data-queued]")) one.hidden = queue.length < 2;
  for (const [name, by] of [["previous", -1], ["next", 1]]) parts[name].setAttribute("aria-disabled", !queue[at + by]);
  parts.after.hidden = !queue[at + 1];
  parts.mute.setAttribute("aria-pressed", audio.muted);
  volume.value = audio.volume;
  speed.value = audio.defaultPlaybackRate;
  if (track.files) {
    parts.file.value = sound.file;
    parts.download.href = track.files[sound.file].url;
  }
  showQueue(parts.queue, sound);
  tick();
}

function tick(isAsked = document.activeElement !== seek) {
  const { time, duration, track } = sound;
  if (!track) return;
  seek.max = Math.max(1, Math.floor(duration));
  seek.value = time;
  seek.style.setProperty("--done", `${(100 * time) / seek.max}%`);
  parts.elapsed.textContent = clock(time);
  parts.rest.textContent = duration ? `−${clock(Math.max(0, duration - time))}` : "";
  // A screen reader would read each second of a slider that has the focus.
  const words = seek.dataset.words.replace("{time}", inWords(time)).replace("{duration}", inWords(duration));
  if (isAsked) seek.setAttribute("aria-valuetext", words);
  const moments = [...parts.chapters.querySelectorAll("[data-time]")];
  const current = moments.findLast((one) => one.dataset.time <= time);
  for (const one of moments) one.ariaCurrent = one === current ? "true" : null;
  parts.chapterNow.textContent = current?.lastElementChild.textContent ?? "";
}

bar.addEventListener("click", ({ target }) => {
  const pressed = target.closest("[data-do], [data-time]");
  if (!pressed || pressed.ariaDisabled === "true") return;
  if (pressed.dataset.time) sound.seek(Number(pressed.dataset.time), true);
  else actions[pressed.dataset.do]();
});

// Keys count within the player only: elsewhere they belong to the reader's own tools.
bar.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target.localName === "select") return;
  const ahead = { ArrowUp: 1, ArrowDown: -1, ArrowRight: 1, ArrowLeft: -1 }[key];
  const isMirrored = ahead && key.length > 9 - (ahead < 0) && getComputedStyle(bar).direction === "rtl";
  const action = actions[KEYS[key.toLowerCase()]];
  if (target === seek && ahead) {
    sound.skip(STEP * (isMirrored ? -ahead : ahead));
    tick(true);
  } else if (action) action();
  else return;
  event.preventDefault();
});

seek.addEventListener("change", () => {
  sound.seek(Number(seek.value));
  tick(true);
});
seek.addEventListener("focus", () => tick(true));
volume.addEventListener("input", () => {
  audio.volume = volume.value;
  audio.muted = false;
  choose({ volume: audio.volume });
});
speed.addEventListener("change", () => {
  audio.defaultPlaybackRate = audio.playbackRate = speed.value;
  choose({ rate: audio.playbackRate });
});
parts.file.addEventListener("change", () => sound.choose(Number(parts.file.value)));
audio.addEventListener("volumechange", show);
sound.addEventListener("change", show);
sound.addEventListener("time", () => tick());

// Nothing of the page stays under the player: neither its end nor what has the focus.
new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
audio.volume = choices().volume ?? 1;
document.querySelector(".skip")?.after(skip);
document.body.append(bar);
show();
takeOver(() => sound.isPlaying);
