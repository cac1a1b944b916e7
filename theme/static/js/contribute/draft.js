// A draft on this device, and only where someone asks for it. Pictures aren't kept.

export class Draft {
  constructor(form) {
    this.form = form;
    this.key = `kiosque-draft-${location.pathname}`;
    const { keep, returned } = form.part;
    this.#bringBack();
    form.form.addEventListener("input", () => this.#save());
    form.form.addEventListener("change", () => this.#save());
    keep.addEventListener("change", () => !keep.checked && this.#forget());
    returned.querySelector("[data-do=forget]").addEventListener("click", () => {
      keep.checked = false;
      this.#forget();
      keep.focus();
    });
  }

  #bringBack() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(this.key));
    } catch {
      return; // forbidden, or not ours
    }
    if (!kept) return;
    for (const field of this.form.fields) {
      // What someone typed before this script was there is newer than the draft.
      if (field.type === "file" || !(field.name in kept) || isTyped(field)) continue;
      if (field.type === "checkbox") field.checked = Boolean(kept[field.name]);
      else field.value = kept[field.name];
    }
    this.form.part.keep.checked = true;
    this.form.part.returned.hidden = false;
  }

  #save() {
    if (!this.form.part.keep.checked) return;
    const fields = this.form.fields.filter((one) => one.type !== "file");
    const values = fields.map((one) => [one.name, one.type === "checkbox" ? one.checked : one.value]);
    try {
      localStorage.setItem(this.key, JSON.stringify(Object.fromEntries(values)));
    } catch {
      // Forbidden or full: then nothing is kept, and the box says so.
      this.form.part.keep.checked = false;
    }
  }

  #forget() {
    this.form.part.returned.hidden = true;
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Then there is nothing.
    }
  }
}

const isTyped = (field) => "defaultValue" in field && field.type !== "checkbox" && field.value !== field.defaultValue;
