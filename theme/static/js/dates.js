// Days in words. French has an ordinal number for the first of a month, "1er décembre"; Intl has cardinal numbers only.

const FIRST = /(?<!\d)1(?=\s?–|\s\p{L})/gu;

/** Return a day in words, or from when to when, with the ordinal number that French asks for. */
export function withOrdinal(words, language) {
  return language.startsWith("fr") ? words.replace(FIRST, "1er") : words;
}
