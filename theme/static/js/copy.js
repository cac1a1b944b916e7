// Buttons that copy what their attribute holds. What they did is said where screen readers hear it, and on the button.

const said = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });

export function enhance(root) {
  document.body.append(said);
  for (const button of root.querySelectorAll("[data-copy]")) button.onclick = () => copy(button);
}

async function copy(button) {
  const { copy: what, done } = button.dataset;
  if (!(await navigator.clipboard?.writeText(what).then(() => true, () => false)) && !byHand(button, what)) return;
  const words = button.firstChild;
  button.dataset.words ??= words.textContent;
  words.textContent = done;
  said.textContent = `${done}: ${what}`;
  setTimeout(() => (words.textContent = button.dataset.words), 3000);
}

/** Copy as browsers did before, for hubs without https; where that fails too, what is to be copied stays marked. */
function byHand(button, what) {
  const field = Object.assign(document.createElement("textarea"), { value: what, readOnly: true });
  button.after(field);
  field.select();
  const isDone = document.execCommand("copy");
  if (isDone) field.remove(), button.focus();
  return isDone;
}
