// Pictures as they leave this device: drawn anew, at most 1600 pixels long. What a camera or a program wrote into them,
// such as the place and the name of whoever took them, isn't drawn, and so is gone.

const LONGEST = 1600;
const QUALITY = 0.85;
const ENDINGS = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" };

/** @returns {Promise<{blob: Blob, ending: string, canvas: HTMLCanvasElement}>} rejected where the file is no picture */
export async function shrunk(file) {
  if (!/^image\/(jpeg|png|webp|avif|heic|heif)$/.test(file.type)) throw new TypeError(file.type);
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  // A browser that can't write WebP gives PNG.
  const type = file.type === "image/jpeg" ? file.type : "image/webp";
  const blob = await new Promise((done) => canvas.toBlob(done, type, QUALITY));
  return { blob, ending: ENDINGS[blob.type], canvas };
}
