// What listening leaves on this device, and nowhere else: where one stopped, speed and volume for as long as the browser
// keeps them (localStorage); what is playing for as long as the tab is there (sessionStorage).

const KEY = "kiosque-player";
const MOST = 100;

function read(storage) {
  try {
    return JSON.parse(window[storage].getItem(KEY)) ?? {};
  } catch {
    return {}; // forbidden, or not ours
  }
}

function write(storage, value) {
  try {
    window[storage].setItem(KEY, JSON.stringify(value));
  } catch {
    // Forbidden or full: then nothing is kept.
  }
}

export const choices = () => read("localStorage");
export const choose = (changes) => write("localStorage", { ...choices(), ...changes });
export const position = (id) => choices().positions?.[id] ?? 0;

/** Keep where one stopped, in seconds; 0 forgets. */
export function keep(id, seconds) {
  const { [id]: _, ...positions } = choices().positions ?? {};
  if (seconds) positions[id] = Math.floor(seconds);
  choose({ positions: Object.fromEntries(Object.entries(positions).slice(-MOST)) });
}

export const playing = () => read("sessionStorage");
export const setPlaying = (value) => write("sessionStorage", value);

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Then there is nothing.
  }
}
