// Asks Pagefind, which runs in a worker. The worker is spoken to directly: what Pagefind gives pages to speak with it is
// the same code once more, for browsers without workers, and 13 kB that no phone needs.

// As many documents as are loaded at once: 9 bytes of each are, before the first word is looked up.
const MOST = 15_000;
// What follows folds as plugins/kiosque/site/search/documents.py folds what is indexed.
const ELISION = /(^|[^\p{L}\p{N}])(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)'(?=[\p{L}\p{N}])/giu;
const ELIDED = /^[^\p{L}]*(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)'$/iu;
const LETTERS = { "’": "'", ʼ: "'", œ: "oe", Œ: "Oe", æ: "ae", Æ: "Ae" };
const PHRASE = /^["“”«]\s*(.+?)\s*["“”»]$/u;
const LENGTH = 30;
const BEFORE = 6;

/**
 * Return what is asked of Pagefind for what was written: folded, and without the small words of the language, which
 * nearly every text has. What stands in quotation marks is asked as it is.
 */
export function asked(written, smallWords) {
  const folded = written.replace(/[’ʼœŒæÆ]/gu, (letter) => LETTERS[letter]);
  const phrase = PHRASE.exec(folded);
  if (phrase) return `"${phrase[1].replace(ELISION, "$& ")}"`;
  const words = folded.replace(ELISION, "$1").match(/[^\s"“”«»]+/gu) ?? [];
  const telling = words.filter((word) => !smallWords.includes(word.toLowerCase()));
  return (telling.length ? telling : words).join(" ");
}

/** What the index of a hub can be asked; `folder` is its address, `language` the hub's. */
export class Finder {
  #waiting = new Map();
  #number = 0;

  static async open(folder, language) {
    const finder = new Finder();
    const { shards } = await (await fetch(`${folder}index.json`, { cache: "no-cache" })).json();
    await finder.#start(shards, (shard) => ({
      basePath: `${folder}${shard.folder}/`,
      language,
      // A folder's name says what it holds: its files may be kept by the browser.
      metaCacheTag: "1",
      // A filter that only this shard answers, so that it can be asked alone.
      mergeFilter: { shard: shard.folder },
    }));
    return finder;
  }

  async #start(shards, options) {
    const main = shards.find((shard) => shard.code);
    this.options = options;
    this.loaded = [main];
    this.left = shards.filter((shard) => shard !== main);
    this.worker = new Worker(`${options(main).basePath}pagefind-worker.js`);
    this.worker.onmessage = ({ data }) => {
      const { resolve, reject } = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      data.error ? reject(new Error(data.error)) : resolve(data.result);
    };
    this.worker.onerror = () => this.#waiting.forEach(({ reject }) => reject(new Error("The search has stopped")));
    await this.#call("init", { ...options(main), primary: true });
    let size = main.documents;
    while ((size += this.left[0]?.documents) <= MOST) await this.reachBack();
  }

  #call(method, ...args) {
    return new Promise((resolve, reject) => {
      const id = this.#number++;
      this.#waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, instanceId: "kiosque", method, args });
    });
  }

  /** The day from which publications are searched, where there are older ones. */
  get since() {
    return this.left.length ? this.loaded.at(-1).since : "";
  }

  /** Search in the next older shard too. */
  async reachBack() {
    const shard = this.left.shift();
    this.loaded = [...this.loaded, shard].sort((one, other) => (one.since < other.since ? 1 : -1));
    await this.#call("mergeIndex", this.options(shard).basePath, this.options(shard));
  }

  #search(words, filters, more) {
    const any = Object.entries(filters).map(([name, values]) => [name, { any: values }]);
    return this.#call("search", words, { filters: Object.fromEntries(any), ...more });
  }

  /**
   * Find; `words` are null where `filters` alone say what is looked for: `{format: ["sound"], year: ["2025"]}`.
   * Returns how to load each result, closest first or, `byDate`, newest first.
   */
  async find(words, filters, byDate) {
    // Pagefind orders each shard by date, but merges them by score. No two shards share a stretch of time.
    const shards = byDate ? this.loaded.map(({ folder }) => ({ ...filters, shard: [folder] })) : [filters];
    const sort = byDate ? { date: "desc" } : {};
    const found = await Promise.all(shards.map((wanted) => this.#search(words, wanted, { sort })));
    return found.flatMap(({ results }) => results).map(({ data }) => () => this.#call("getData", data));
  }

  /** How many results each choice of each filter would give: `{format: {sound: 12}}`, with the other filters as they are. */
  async counts(words, filters) {
    this.filters ??= this.#call("filters");
    await this.filters;
    const all = (await this.#search(words, filters)).filters;
    for (const name of Object.keys(filters)) {
      const { [name]: _, ...others } = filters;
      all[name] = (await this.#search(words, others)).filters[name];
    }
    return all;
  }
}

/**
 * Return the nodes of an excerpt: the words around what was found, marked, as they were before they were folded. Only
 * text and <mark> are made: whatever a text holds stays text. `locations` are the places of found words in `content`,
 * `start` is where its text begins behind title and names; in French, ligatures are put together again.
 */
export function excerpt(content, locations, start, isFrench) {
  const words = content.split(/\s+/u);
  const places = locations.filter((place) => place >= start).slice(0, 50);
  const held = (from) => places.filter((place) => place >= from && place < from + LENGTH - BEFORE).length;
  const best = places.reduce((one, other) => (held(other) > held(one) ? other : one), places[0] ?? start);
  const near = Math.min(best - BEFORE, words.length - LENGTH);
  const from = near > start + 2 ? near : start;
  const shown = words.slice(from, from + LENGTH);
  if (from + LENGTH < words.length) shown.push(shown.pop().replace(/[,;:.]*$/u, "…"));
  const nodes = shown.map((word, at) => {
    const text = unfolded(word, isFrench);
    if (!places.includes(from + at)) return text;
    const mark = document.createElement("mark");
    mark.textContent = text;
    return mark;
  });
  const spaced = nodes.flatMap((node, at) => (at && !ELIDED.test(shown[at - 1]) ? [" ", node] : [node]));
  return [from > start ? "… " : "", ...spaced];
}

function unfolded(word, isFrench) {
  const curled = word.replace(/(\p{L})'(?=\p{L})/gu, "$1’").replace(ELIDED, (elided) => elided.replace("'", "’"));
  return isFrench ? curled.replace(/oe(?=u|il)/gu, "œ").replace(/Oe(?=u|il)/gu, "Œ") : curled;
}
