// From what was written into the form to the files of a submission: the text with its head, and its pictures beside it.

import { nearest } from "./checks.js";
import { Bare, head } from "./yaml.js";

const LONGEST_NAME = 60;

/** @returns {Promise<{name: string, text: string, pictures: {name: string, blob: Blob}[]}>} */
export async function make(form, communes, taken) {
  const slug = free(slugOf(form.form.elements[form.place.dataset.title].value) || form.place.dataset.contribute, taken);
  const pictures = [];
  const add = ({ blob, ending }, part = "") => {
    const name = `${slug}${part}.${ending}`;
    pictures.push({ name, blob });
    return name;
  };
  const pairs = pairsOf(form, communes, (field) => {
    const picture = form.chosen.get(field);
    // The first picture of a kind bears the name of its file alone.
    return picture?.blob && add(picture, pictures.length ? `-${field.name.replace(/\W/g, "-")}` : "");
  });
  const names = new Map();
  const text = form.text.value.replace(/\]\((image-(\d+))\)/g, (whole, name, number) => {
    const picture = form.list?.pictures.get(name);
    if (picture && !names.has(name)) names.set(name, add(picture, `-${number}`));
    return picture ? `]({attach}${names.get(name)})` : whole;
  });
  return { name: `${slug}.md`, text: written(pairs, text), pictures };
}

function written(pairs, text) {
  const body = text.replace(/\r\n?/g, "\n").trim();
  return ["---", ...head(pairs), "---", ...(body ? [body] : []), ""].join("\n");
}

/** The head as pairs of key and value, what is empty left out; a group holds pairs of its own. */
function pairsOf(form, communes, pictureOf) {
  const pairs = [];
  const groups = new Map();
  for (const field of form.fields) {
    const value = field.name !== "text" && valueOf(field, communes, pictureOf);
    if (!value || value.length === 0) continue;
    const [group, name] = field.name.split(".");
    if (!name) pairs.push([group, value]);
    else if (groups.has(group)) groups.get(group).push([name, value]);
    else {
      groups.set(group, [[name, value]]);
      pairs.push([group, groups.get(group)]);
    }
  }
  return pairs.filter(([group]) => isUsed(form, group, groups));
}

/** Whether what stands in a group means something: without its picture, the words about it don't. */
function isUsed(form, group, groups) {
  const field = form.form.querySelector(`[data-group="${group}"] [data-shape="picture"]`);
  return !groups.has(group) || !field || Boolean(form.chosen.get(field)?.blob);
}

/** What a field says, in the shape that its kind wants; nothing where it is empty. */
function valueOf(field, communes, pictureOf) {
  const { shape, many } = field.dataset;
  if (shape === "flag") return field.checked && new Bare("true");
  if (shape === "picture") return pictureOf(field);
  const value = field.value.trim();
  if (!value) return "";
  if (field.type === "date") return new Bare(value);
  if (shape === "commune") return nearest(value, communes).code ?? value;
  if (shape === "tags" || many !== undefined) return listOf(value, field.tagName === "TEXTAREA" ? "\n" : ",");
  return value.replace(/\s+/g, " ");
}

function listOf(value, mark) {
  return [...new Set(value.split(mark).map((one) => one.trim().replace(/\s+/g, " ")).filter(Boolean))];
}

/** Return a name for a file and an address: small letters, digits and hyphens. */
export function slugOf(title) {
  const plain = title.replace(/œ/gi, "oe").replace(/æ/gi, "ae").replace(/ß/g, "ss").normalize("NFD").replace(/\p{M}/gu, "");
  const words = plain.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
  while (words.length > 1 && words.join("-").length > LONGEST_NAME) words.pop();
  return words.join("-").slice(0, LONGEST_NAME);
}

function free(slug, taken) {
  let name = slug;
  for (let number = 2; taken.includes(name); number++) name = `${slug}-${number}`;
  return name;
}
