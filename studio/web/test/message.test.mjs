// Messages are written and read as docs/serve.md has them.
import { test } from "node:test";
import assert from "node:assert/strict";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const made = await build({ entryPoints: [fileURLToPath(new URL("../src/engine/message.ts", import.meta.url))], bundle: true, write: false, format: "esm" });
const { encode, decode } = await import(`data:text/javascript;base64,${Buffer.from(made.outputFiles[0].text).toString("base64")}`);

test("what is written is read again, to the bit", () => {
  const arrays = { theta: Float64Array.of(1, -0, 5e-324, NaN, Infinity), rows: Int32Array.of(-1, 2 ** 31 - 1), "file:ä.csv": Uint8Array.of(10, 123, 0), none: new Float64Array() };
  const back = decode(encode({ id: 3, text: "ä\n{" }, arrays));
  assert.equal(back.head.id, 3);
  assert.equal(back.head.text, "ä\n{");
  for (const [name, a] of Object.entries(arrays)) assert.deepEqual(new Uint8Array(back.arrays[name].buffer), new Uint8Array(a.buffer), name);
  assert.ok(Object.is(back.arrays.theta[1], -0));
});

test("the bytes are those of the format", () => {
  const bytes = encode({ id: 1 }, { u: Float64Array.of(1) });
  const line = Buffer.from(bytes.subarray(0, bytes.indexOf(10))).toString();
  assert.equal(line, '8 {"id":1,"arrays":[{"name":"u","type":"f8","shape":[1]}]}');
  assert.deepEqual([...bytes.subarray(-8)], [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  assert.equal(Buffer.from(encode({})).toString(), "{}\n");
});

test("what is cut short is refused", () => {
  const bytes = encode({ id: 1 }, { u: Float64Array.of(1, 2) });
  assert.throws(() => decode(bytes.subarray(0, bytes.length - 1)), /cut short/);
  assert.throws(() => decode(new Uint8Array()), /without its line/);
});
