// What can be wrong with what someone writes into a field, told in the words of the page. Pure.

const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const EMAIL = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+\.[^\s@<>,;:"()[\]\\.]+$/;
const CODE = /\b(\d[\dAB]\d{3})\b/;

function isAddress(value) {
  try {
    const { protocol, hostname } = new URL(value);
    return /^https?:$/.test(protocol) && hostname.includes(".") && !/\s/.test(value);
  } catch {
    return false;
  }
}

/** A file of the hub may stand in the place of a feed's address. */
const isFile = (value) => /^[\w-][\w./-]*\/[\w./-]+$/.test(value) && !value.includes("..");

const SHAPES = {
  "web-address": (value, words) => (isAddress(value) ? "" : words.address),
  "feed-address": (value, words) => (isAddress(value) || isFile(value) ? "" : words.address),
  email: (value, words) => (EMAIL.test(value) ? "" : words.email),
  language: (value, words) => (LANGUAGE.test(value) ? "" : words.language),
  slug: (value, words) => (SLUG.test(value) ? "" : words.slug),
};

/** Return what is wrong with a value of a shape, or the first wrong one of many, a line each. */
export function checked(shape, value, isMany, words) {
  const values = isMany && SHAPES[shape] ? value.split("\n").map((line) => line.trim()).filter(Boolean) : [value];
  return values.map((one) => SHAPES[shape]?.(one, words) ?? "").find(Boolean) ?? "";
}

/** Return an address with its scheme, which people leave out: `www.radio.example`. */
export function whole(line) {
  const value = line.trim();
  return /^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(:\d+)?(\/.*)?$/i.test(value) ? `https://${value}` : value;
}

/** Whether a line is shouted. */
export function capitals(value) {
  const letters = value.match(/\p{L}/gu) ?? [];
  return letters.length > 7 && letters.filter((one) => one !== one.toLowerCase()).length > letters.length * 0.7;
}

/** Whether a value is the code of a commune. */
export const isCode = (value) => /^\d[\dAB]\d{3}$/i.test(value);

/** Return words without case, accents and what parts them. */
export function folded(value) {
  return value
    .replace(/œ/gi, "oe")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/\bst(e?)\b/g, "saint$1")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Return the code of the commune that is meant, by name, former name or code; else the name that is nearest, if any is. */
export function nearest(value, communes) {
  const [, code] = CODE.exec(value.toUpperCase()) ?? [];
  const wanted = folded(value);
  const found = communes.find(([own, ...names]) => own === code || names.some((name) => folded(name) === wanted));
  if (found) return { code: found[0] };
  const near = communes
    .map(([, ...names]) => [Math.min(...names.map((name) => distance(folded(name), wanted))), names[0]])
    .sort(([one], [other]) => one - other)[0];
  return { near: near && near[0] <= Math.max(2, wanted.length / 3) ? near[1] : "" };
}

/** How many letters must change to make one word of another (Levenshtein). */
function distance(one, other) {
  let row = [...Array(other.length + 1).keys()];
  for (const [i, letter] of [...one].entries()) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < other.length; j++) {
      row.push(Math.min(row[j] + 1, above[j + 1] + 1, above[j] + (letter === other[j] ? 0 : 1)));
    }
  }
  return row.at(-1);
}
