// The element that plays, and its moments in figures. A leaf: it imports nothing, so that all of the player may import it.

// One element for all that is heard: a browser lets it play on once a press has begun it.
export const audio = new Audio();

/** Return seconds as a clock shows them: `4:05`, `1:04:05`. */
export const clock = (seconds) => {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  return [...(hours ? [hours] : []), hours ? `${minutes}`.padStart(2, "0") : minutes, `${rest}`.padStart(2, "0")].join(":");
};
