// What is heard: one sound after another, each from where one stopped.

import { audio } from "./audio.js";
import { announce } from "./media-session.js";
import { choices, choose, keep, position, setPlaying } from "./store.js";
import { find } from "./track.js";

// Seconds before each new try of a live sound.
const AGAIN = [1, 4, 15];

class Sound extends EventTarget {
  // Tracks, or what lists promise of them: id, title, source.
  queue = [];
  at = 0;
  /** "", "loading", "missing" (its page has no sound), "dead", "silent" (a live sound), "again", "ended" */
  state = "";
  file = 0;
  #turn = 0;
  // Where to go once the sound is known, in seconds.
  #wanted = 0;
  #tried = new Set();
  #again = 0;

  get track() {
    return this.queue[this.at];
  }

  get isPlaying() {
    // An element that failed still says that it isn't paused.
    return this.state ? ["loading", "again"].includes(this.state) : !audio.paused;
  }

  get duration() {
    return Number.isFinite(audio.duration) ? audio.duration : (this.track?.duration ?? 0);
  }

  get time() {
    return this.#wanted || audio.currentTime;
  }

  /** Play a list from one of its places, or make it ready; without a time, from where one stopped. */
  play(queue, at, time, now = true) {
    this.#leave();
    this.queue = queue;
    return this.#go(at, time, now);
  }

  async #go(at, time, now = true) {
    const turn = ++this.#turn;
    this.at = at;
    audio.pause();
    audio.removeAttribute("src");
    this.#say("loading");
    try {
      if (!this.track.files) this.queue[at] = await find(this.track.id);
    } catch {
      if (turn === this.#turn) this.#say("missing");
      return;
    }
    if (turn !== this.#turn) return;
    this.file = this.#choice();
    this.#tried.clear();
    this.#again = 0;
    this.#wanted = this.track.live ? 0 : (time ?? position(this.track.id));
    this.#load(now);
    announce(this);
  }

  /** Return the place of the file to play: the lightest where that was chosen, or where the reader saves data. */
  #choice() {
    const { files } = this.track;
    const able = files.filter(({ type }) => !type || audio.canPlayType(type));
    const weighed = able.filter(({ size }) => size).sort((one, other) => one.size - other.size);
    const isLight = choices().light ?? navigator.connection?.saveData;
    return files.indexOf((isLight && weighed[0]) || able[0] || files[0]);
  }

  #load(now) {
    // What comes back paused asks nobody.
    audio.preload = now ? "auto" : "none";
    audio.src = this.track.files[this.file].url;
    audio.defaultPlaybackRate = this.track.live ? 1 : (choices().rate ?? 1);
    audio.playbackRate = audio.defaultPlaybackRate;
    audio.volume = choices().volume ?? 1;
    this.#say(now ? "loading" : "");
    if (now) this.#start();
  }

  #start() {
    // A refusal of the browser leaves it paused; what can't be played is an event of its own.
    audio.play().catch(() => audio.error ?? this.#say(this.state === "loading" ? "" : this.state));
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else if (this.state || !audio.hasAttribute("src")) this.#go(this.at);
    else this.#start();
  }

  pause() {
    clearTimeout(this.waiting);
    // What was still being looked for doesn't begin any more.
    this.#turn++;
    audio.pause();
    // Stops the stream: whoever comes back hears what is said then.
    if (this.track.live) audio.removeAttribute("src");
    this.#say("");
  }

  seek(time, now = false) {
    if (this.track.live) return;
    const place = Math.max(0, Math.min(time, this.duration || time));
    if (audio.readyState) audio.currentTime = place;
    else this.#wanted = place;
    if (now && audio.paused) this.#start();
    this.#tick();
  }

  skip(seconds) {
    this.seek(this.time + seconds);
  }

  step(by) {
    if (!this.queue[this.at + by]) return;
    this.#leave();
    this.#go(this.at + by);
  }

  jump(at) {
    this.#leave();
    this.#go(at);
  }

  /** Move a sound of the queue, or take it out of it (``to`` is -1). */
  move(from, to) {
    const current = this.track;
    const [one] = this.queue.splice(from, 1);
    if (to >= 0) this.queue.splice(to, 0, one);
    this.at = this.queue.indexOf(current);
    this.#changed();
  }

  choose(file) {
    const { files } = this.track;
    const time = this.time;
    const isPlaying = this.isPlaying;
    choose({ light: files.every(({ size }) => size >= files[file].size) });
    this.file = file;
    this.#wanted = time;
    this.#load(isPlaying);
  }

  close() {
    this.#leave();
    this.#turn++;
    clearTimeout(this.waiting);
    audio.removeAttribute("src");
    audio.load();
    this.queue = [];
    this.#say("");
  }

  /** Keep where one stops: not at the very start, and not so near the end that one has heard it. */
  #leave() {
    const { id, live } = this.track ?? {};
    if (!id || live || !audio.currentTime || this.state) return;
    const rest = this.duration - audio.currentTime;
    keep(id, rest > Math.min(30, this.duration / 20) && audio.currentTime > 2 ? audio.currentTime : 0);
  }

  #say(state) {
    this.state = state;
    this.#changed();
  }

  #changed() {
    const time = Math.floor(this.time);
    setPlaying(this.track ? { queue: this.queue, at: this.at, time } : {});
    this.dispatchEvent(new Event("change"));
  }

  #tick() {
    this.dispatchEvent(new Event("time"));
  }

  #fail() {
    if (!audio.hasAttribute("src")) return;
    const { live, files } = this.track;
    this.#tried.add(this.file);
    const other = files.findIndex((_, place) => !this.#tried.has(place));
    if (other >= 0) {
      this.#wanted = this.time;
      this.file = other;
      this.#load(true);
    } else if (live && this.#again < AGAIN.length) {
      this.#say("again");
      this.waiting = setTimeout(() => this.#load(true), AGAIN[this.#again++] * 1000);
    } else {
      this.#wanted ||= audio.currentTime;
      this.#say(live ? "silent" : "dead");
    }
  }

  #end() {
    const { id, live } = this.track;
    if (live) return this.#fail();
    keep(id, 0);
    if (this.queue[this.at + 1]) this.#go(this.at + 1);
    else this.#say("ended");
  }

  /** Follow what the element says. */
  listen() {
    let kept = 0;
    audio.addEventListener("loadedmetadata", () => {
      if (this.#wanted) audio.currentTime = this.#wanted < audio.duration - 1 ? this.#wanted : 0;
      this.#wanted = 0;
      this.#changed();
    });
    audio.addEventListener("playing", () => {
      this.#again = 0;
      this.#tried.clear();
      this.#say("");
    });
    audio.addEventListener("waiting", () => audio.paused || this.#say("loading"));
    audio.addEventListener("pause", () => {
      this.#leave();
      this.#changed();
    });
    audio.addEventListener("timeupdate", () => {
      this.#tick();
      if (Math.abs(audio.currentTime - kept) < 5) return;
      kept = audio.currentTime;
      this.#leave();
      this.#changed();
    });
    // Two don't sound at once: what begins in the page silences this, and this what plays there.
    document.addEventListener("play", () => this.track && this.isPlaying && this.pause(), true);
    audio.addEventListener("play", () => document.querySelectorAll("video, audio").forEach((one) => one.pause()));
    audio.addEventListener("error", () => this.#fail());
    audio.addEventListener("ended", () => this.#end());
    addEventListener("pagehide", () => {
      this.#leave();
      if (this.track) this.#changed();
    });
  }
}

export const sound = new Sound();
sound.listen();
