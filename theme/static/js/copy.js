// Buttons that copy what their attribute holds, and say so: on themselves, and where screen readers hear it.

const said = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });

export function enhance(root) {
  document.body.append(said);
  for (const button of root.querySelectorAll("[data-copy]")) button.onclick = () => copy(button);
}

async function copy(button) {
  const { copy: what, done } = button.dataset;
  const words = button.firstChild;
  try {
    await navigator.clipboard.writeText(what);
  } catch {
    // A hub without https has no clipboard: what is to be copied is shown, marked.
    return prompt(words.data, what);
  }
  const before = (button.dataset.words ??= words.data);
  said.textContent = `${(words.data = done)}: ${what}`;
  setTimeout(() => (words.data = before), 3000);
}
