// What is heard next: seen, put in another order, taken out.

let shown = "";

/** Show a queue in its list, where it isn't that already; what was pressed there keeps the focus. */
export function showQueue(box, sound) {
  const { queue, at } = sound;
  const now = JSON.stringify([at, ...queue.map(({ id }) => id)]);
  if (now === shown) return;
  shown = now;
  const list = box.querySelector("ol");
  const focus = list.contains(document.activeElement) && document.activeElement.dataset;
  list.replaceChildren(...queue.map((one, place) => row(box.querySelector("template"), one, place, sound)));
  if (!focus) return;
  const rows = [...list.children];
  const again = rows[Math.min(queue.findIndex(({ id }) => id === focus.id), rows.length - 1)] ?? rows.at(-1);
  again?.querySelector(`[data-move="${focus.move}"]:not([hidden])`)?.focus();
  if (!list.contains(document.activeElement)) again?.querySelector("button").focus();
}

function row(template, one, place, sound) {
  const made = template.content.cloneNode(true).firstElementChild;
  const [title, ...moves] = made.querySelectorAll("button");
  title.textContent = one.title;
  title.ariaCurrent = place === sound.at ? "true" : null;
  title.addEventListener("click", () => sound.jump(place));
  for (const button of moves) {
    const to = { up: place - 1, down: place + 1, out: -1 }[button.dataset.move];
    button.dataset.id = one.id;
    button.ariaLabel = button.ariaLabel.replace("{title}", one.title);
    button.hidden = button.dataset.move === "out" ? place === sound.at : !sound.queue[to];
    button.addEventListener("click", () => sound.move(place, to));
  }
  return made;
}
