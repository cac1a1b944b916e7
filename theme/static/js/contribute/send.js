// Addresses that carry a text to a forge or into a letter. Pure.

// Windows hands programs addresses of at most 2083 letters.
export const LONGEST_LETTER = 2000;

/** Return where a forge begins a file with this name and text; empty where the address would be too long. */
export function prefilled(start, name, text, longest) {
  const address = `${start}${encodeURIComponent(name)}&value=${encodeURIComponent(text)}`;
  return address.length <= longest ? address : "";
}

/** Return a letter (RFC 6068), its lines ended as e-mail wants them. */
export function letter(contact, subject, body) {
  const lines = body.replace(/\r?\n/g, "\r\n");
  const to = encodeURIComponent(contact.trim()).replace(/%40/g, "@");
  return `mailto:${to}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(lines)}`;
}
