// Tests of the page wait for what comes, and not for a time: on a machine that is busy with other things all takes longer.
import test from "node:test";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const wrong = [
  [/waitForFunction\(\s*async\b/, "a promise is true for waitForFunction before it is kept: until() asks again"],
  [/\btimeout: *[\d_]+ *[,}]/, "a limit of its own: that of browser.mjs ends what hangs"],
  [/assert\.(ok|equal|deepEqual)\(await [^;]*(\.count\(\)|scrollWidth|\.url\(\)|clipboard)/, "it is looked at once: becomes() and fits() look until it is so"],
];

test("no test of the page depends on how quick the machine is", () => {
  assert.ok(wrong.every(([like], i) => like.test(["waitForFunction(async", "timeout: 5 }", "assert.equal(await x.count()"][i])));
  const found = [];
  for (const name of readdirSync(here).filter((n) => n.endsWith(".mjs") && !/^(large|pictures|steady)/.test(n)))
    readFileSync(join(here, name), "utf8").split("\n").forEach((line, i) => {
      for (const [like, why] of wrong) if (like.test(line)) found.push(`${name}:${i + 1}: ${why}`);
    });
  assert.deepEqual(found, []);
});
