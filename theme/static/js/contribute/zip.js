// Several files in one, as ZIP without compression (APPNOTE.TXT 6.3.10): pictures are compressed already.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte;
});
const UTF_8 = 0x0800;

/** @param {{name: string, blob: Blob}[]} files @returns {Promise<Blob>} */
export async function zip(files, now = new Date()) {
  const [local, central] = [[], []];
  let offset = 0;
  for (const { name, blob } of files) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const named = new TextEncoder().encode(name);
    const facts = [20, UTF_8, 0, ...moment(now), long(crc(bytes)), long(bytes.length), long(bytes.length), named.length, 0];
    const start = record(0x04034b50, facts, named);
    local.push(start, bytes);
    central.push(record(0x02014b50, [20, ...facts, 0, 0, 0, long(0), long(offset)], named));
    offset += start.length + bytes.length;
  }
  const size = central.reduce((sum, one) => sum + one.length, 0);
  const end = record(0x06054b50, [0, 0, files.length, files.length, long(size), long(offset), 0]);
  return new Blob([...local, ...central, end], { type: "application/zip" });
}

/** Mark a number of four bytes; all others have two. */
const long = (value) => ({ value });

function record(signature, numbers, tail = new Uint8Array()) {
  const bytes = [long(signature), ...numbers].flatMap((one) => {
    const value = one.value ?? one;
    return [0, 8, ...(one.value === undefined ? [] : [16, 24])].map((shift) => (value >>> shift) & 0xff);
  });
  return Uint8Array.from([...bytes, ...tail]);
}

/** Time and day as MS-DOS wrote them. */
function moment(now) {
  const time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  return [time, ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate()];
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
