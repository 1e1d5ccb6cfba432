// Asks the engine in WebAssembly: node ask.cjs WASM_EXEC ENGINE_GZ QUESTIONS ANSWERS. Questions and answers are files of pieces, each with
// its length before it (32 bits, little-endian); questions are verbs and messages in turn.
const fs = require("node:fs"), zlib = require("node:zlib");
const [exec, engine, questions, answers] = process.argv.slice(2);
globalThis.require = require; globalThis.fs = fs; globalThis.path = require("node:path");
require(require("node:path").resolve(exec));

const all = fs.readFileSync(questions), pieces = [];
for (let at = 0; at < all.length;) {
  const n = all.readUInt32LE(at);
  pieces.push(all.subarray(at + 4, at + 4 + n));
  at += 4 + n;
}
const go = new Go();
globalThis.elastrainReady = () => {
  const out = [];
  for (let i = 0; i < pieces.length; i += 2) {
    const reply = globalThis.elastrainCall(pieces[i].toString(), new Uint8Array(pieces[i + 1]));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(reply.length);
    out.push(head, reply);
  }
  fs.writeFileSync(answers, Buffer.concat(out));
  process.exit(0);
};
WebAssembly.instantiate(zlib.gunzipSync(fs.readFileSync(engine)), go.importObject).then(({ instance }) => go.run(instance));
