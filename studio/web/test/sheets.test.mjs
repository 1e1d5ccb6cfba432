// All pages share one style sheet. So a class that the sheet of one page styles wherever it stands must not be used on another page:
// `.chosen` of a run once took the rows that were chosen in the list apart.
import test from "node:test";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const src = join(dirname(fileURLToPath(import.meta.url)), "../src"), pages = ["runs", "run", "compare", "sketch", "bench", "sweeps"], common = ["ui", "lattice"];
const files = (folder, end) => readdirSync(join(src, folder)).filter((n) => n.endsWith(end)).map((n) => readFileSync(join(src, folder, n), "utf8"));

/** Classes with which selectors of the sheets of a folder begin, if nothing else keeps them on their page. */
export function roots(text) {
  const found = new Set();
  for (const [, list] of text.replace(/\/\*[^]*?\*\//g, "").matchAll(/(?:^|[{}])\s*([^{}@]+)\{/g)) for (const one of list.split(/,(?![^(]*\))/)) {
    const first = one.trim().match(/^(?:\.([\w-]+)|([a-z]+)\b)/);
    if (first && !/^(from|to)$/.test(first[2])) found.add(first[1] ?? `<${first[2]}>`); // of key frames
  }
  return found;
}

/** Words that stand in class attributes, in whatever way they are put together. */
function used(folder) {
  const found = new Set();
  for (const text of files(folder, ".tsx")) for (const [, value] of text.matchAll(/\bclass=("[^"]*"|\{(?:`[^`]*`|[^{}`])*\})/g)) for (const word of value.match(/[\w-]+/g) ?? []) found.add(word);
  return found;
}

test("a sheet of one page styles nothing of another", () => {
  assert.deepEqual([...roots(".a, .b:is(.c, .d) { x: y } @media (max-width: 1rem) { .e > .f { x: y } } select { x: y }")], ["a", "b", "e", "<select>"]);
  const wrong = [];
  for (const page of pages) {
    const own = new Set(files(page, ".css").flatMap((t) => [...roots(t)]));
    for (const c of own) if (c.startsWith("<")) wrong.push(`${c} of src/${page} is everywhere: it belongs in src/ui`);
    for (const other of [...pages, ...common]) if (other !== page) for (const c of used(other)) if (own.has(c)) wrong.push(`.${c} of src/${page} is a class of src/${other}`);
  }
  assert.deepEqual(wrong, []);
});
