// The keys of keyboards, headphones and locked screens.

import { audio } from "./audio.js";

const session = navigator.mediaSession;

/** Say what plays, and take the keys that make sense for it. */
export function announce(sound) {
  if (!session) return;
  const { title, source, image, live } = sound.track;
  session.metadata = new MediaMetadata({ title, artist: source, artwork: image ? [{ src: image, type: "image/webp" }] : [] });
  const seekable = (act) => (live ? null : act);
  const actions = {
    play: () => sound.isPlaying || sound.toggle(),
    pause: () => sound.pause(),
    stop: () => sound.close(),
    seekbackward: seekable(({ seekOffset }) => sound.skip(-(seekOffset || 15))),
    seekforward: seekable(({ seekOffset }) => sound.skip(seekOffset || 30)),
    seekto: seekable(({ seekTime }) => sound.seek(seekTime)),
    previoustrack: sound.queue[sound.at - 1] ? () => sound.step(-1) : null,
    nexttrack: sound.queue[sound.at + 1] ? () => sound.step(1) : null,
  };
  for (const [name, act] of Object.entries(actions)) {
    try {
      session.setActionHandler(name, act);
    } catch {
      // This browser doesn't know that key.
    }
  }
}

/** Tell where one is; of a live sound there is nothing to tell. */
function tell() {
  const { duration, playbackRate, currentTime } = audio;
  session.playbackState = audio.paused ? "paused" : "playing";
  if (Number.isFinite(duration)) session.setPositionState({ duration, playbackRate, position: Math.min(currentTime, duration) });
  else session.setPositionState();
}

if (session) for (const name of ["play", "pause", "seeked", "ratechange", "durationchange"]) audio.addEventListener(name, tell);
