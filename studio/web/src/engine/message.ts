// Messages as docs/serve.md has them: a line with a JSON object and, where arrays follow, the number of their bytes before it.

export type Numbers = Float64Array | Int32Array | Uint8Array;
export interface Message { head: Record<string, unknown>; arrays: Record<string, Numbers> }
interface Listed { name: string; type: "f8" | "i4" | "u1"; shape: number[] }

const text = new TextEncoder(), words = new TextDecoder();

export function encode(head: object, arrays: Record<string, Numbers> = {}): Uint8Array {
  const list: Listed[] = [], parts: Uint8Array[] = [];
  let bytes = 0;
  for (const [name, a] of Object.entries(arrays)) {
    list.push({ name, type: a instanceof Float64Array ? "f8" : a instanceof Int32Array ? "i4" : "u1", shape: [a.length] });
    parts.push(new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
    bytes += a.byteLength;
  }
  const line = text.encode(list.length ? `${bytes} ${JSON.stringify({ ...head, arrays: list })}\n` : `${JSON.stringify(head)}\n`);
  const out = new Uint8Array(line.length + bytes);
  out.set(line);
  let at = line.length;
  for (const p of parts) { out.set(p, at); at += p.length; }
  return out;
}

export function decode(bytes: Uint8Array): Message {
  const end = bytes.indexOf(10);
  if (end < 0) throw new Error("a message without its line");
  const line = words.decode(bytes.subarray(0, end));
  const head = JSON.parse(line.slice(line.indexOf("{"))) as Record<string, unknown>;
  const arrays: Record<string, Numbers> = {};
  let at = end + 1;
  for (const a of (head["arrays"] as Listed[] | undefined) ?? []) {
    const n = a.shape.reduce((x, y) => x * y, 1), size = n * { f8: 8, i4: 4, u1: 1 }[a.type];
    if (at + size > bytes.length) throw new Error(`the array ${a.name} is cut short`);
    const own = bytes.slice(at, at + size).buffer; // aligned
    arrays[a.name] = a.type === "f8" ? new Float64Array(own) : a.type === "i4" ? new Int32Array(own) : new Uint8Array(own);
    at += size;
  }
  return { head, arrays };
}
