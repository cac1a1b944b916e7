// The head of a content file, as YAML that means what was written: a code stays text, a colon stays part of a title.

// What YAML (1.1, as Python reads it) takes for text without quotes, in a list too.
const PLAIN = /^\p{L}[\p{L}\p{M}\p{N} '’«»“”()!;/.–—\u00A0\u202F-]*$/u;
const WORDS = /^(y|n|yes|no|on|off|true|false|null)$/i;
// What JSON leaves as it is and YAML doesn't take, or folds.
const ESCAPED = /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

/** A value that is written as it is: a day, true, false. */
export class Bare {
  constructor(value) {
    this.value = value;
  }
}

/** Return the lines of a head; values are text, lists of text, `Bare`, or again pairs of key and value. */
export function head(pairs) {
  return pairs.flatMap(([key, value]) => {
    if (Array.isArray(value?.[0])) return [`${key}:`, ...head(value).map((line) => `  ${line}`)];
    return [`${key}: ${Array.isArray(value) ? `[${value.map(scalar).join(", ")}]` : scalar(value)}`];
  });
}

function scalar(value) {
  if (value instanceof Bare) return value.value;
  const text = value.toWellFormed?.() ?? value;
  if (PLAIN.test(text) && !WORDS.test(text) && text === text.trim()) return text;
  return JSON.stringify(text).replace(ESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
