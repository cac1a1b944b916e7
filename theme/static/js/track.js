// Pages are the data: what can be played stands in figures there.

/** Fetch a page of this site; throws where it isn't one. */
export async function open(address) {
  const answer = await fetch(address);
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("text/html")) throw new Error(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, address: answer.url };
}

/** Return what a figure plays; ``address`` is that of its page. Moments and durations are in seconds, sizes in bytes. */
export function track(figure, address) {
  const { track: title, source, original, image, duration, live } = figure.dataset;
  const url = new URL(`#${figure.id}`, address);
  const absolute = (written) => new URL(written, address).href;
  return {
    id: url.pathname + url.hash,
    title,
    source,
    original,
    image: image && absolute(image),
    duration: Number(duration) || 0,
    live: live !== undefined,
    files: [...figure.querySelectorAll("source")].map((one) => ({
      url: absolute(one.getAttribute("src")),
      type: one.type,
      size: Number(one.dataset.size) || 0,
      name: one.dataset.name,
    })),
    chapters: [...figure.querySelectorAll("[data-chapters] [data-time]")].map((one) => ({
      time: Number(one.dataset.time),
      title: one.lastChild.textContent.trim(),
    })),
  };
}

/** Return what a page plays at an address: the figure of its fragment, or the first; throws where there is none. */
export async function find(id) {
  const { page, address } = await open(id.split("#")[0]);
  const named = page.getElementById(id.split("#")[1]);
  const figure = named?.matches("[data-track]") ? named : page.querySelector("[data-track]");
  return track(figure, address);
}
