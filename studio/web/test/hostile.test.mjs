// Runs of somebody else, whose words and numbers lie: they are shown as text, as far as they can be, and the page stays whole.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { close, fits, needs, repository, studio } from "./browser.mjs";

after(close);
const example = readFileSync(join(repository, "examples", "left-right.yaml"), "utf8");
const evil = `\u202e<img src=x onerror=alert(1)>${"W".repeat(2000)}`;

/** CRC-32C, by which a line of a log is known to be whole. */
function crc(bytes) {
  let c = 0xffffffff;
  for (const b of bytes) { c ^= b; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1; }
  return ((c ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}
/** Writes a log again with other records; its sums are right. */
function forge(path, change) {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n").map((l) => { const r = JSON.parse(l); delete r.sum; return r; });
  writeFileSync(path, change(lines).map((r, i) => {
    const text = JSON.stringify({ ...r, seq: i + 1 }).slice(0, -1);
    return `${text},"sum":"${crc(Buffer.from(text))}"}\n`;
  }).join(""));
}

test("a forged run is shown as far as it can be", needs, async (t) => {
  const s = await studio(t, { files: { "a.yaml": example } }), forged = { words: 0, frames: 0, numbers: 0 };
  for (const name of Object.keys(forged)) await s.elastrain("-q", "train", "a.yaml", "learn.epochs=3", "--out", name);
  const log = (name) => join(s.dir, name, "log.jsonl");
  forge(log("words"), ([head, ...rest]) => [{ ...head, head: { ...head.head, title: evil, method: evil, spec: `../../${evil}`, nodes: -5, elements: 2 ** 52 } }, ...rest, { kind: "fault", epoch: 3, text: evil }]);
  forge(log("frames"), (all) => [...all.filter((r) => r.kind !== "end"), { kind: "epoch", epoch: 4, steps: 4, loss: 1, theta: [1, 2, 3] }, { kind: "epoch", epoch: 5, steps: 5, loss: 1, theta: Array(500).fill(1) }]);
  forge(log("numbers"), (all) => [...all.filter((r) => r.kind !== "end"), ...[1e9, 1e9 + 1].map((epoch) => ({ kind: "epoch", epoch, steps: -1, loss: -1e308, test_accuracy: 5e300, theta: Array(28).fill(1e-320) }))]);
  const page = await s.page("/runs");
  let asked = 0;
  page.on("dialog", (d) => { asked++; void d.dismiss(); });
  await page.getByText("words").first().waitFor();
  const rows = (await page.evaluate(async () => (await (await ask("/api/runs")).json()).runs));
  assert.deepEqual(rows.filter((r) => r.state === "broken"), [], "the sums are right");
  for (const name of Object.keys(forged)) {
    await page.evaluate((id) => { location.hash = `#/run/${id}`; }, name);
    await page.locator("main.run p.small", { hasText: `${name} · ` }).waitFor();
    await page.waitForSelector("[data-outputs]");
    for (const key of ["2", "4", "5", "ArrowLeft", "ArrowRight", "i"]) await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => document.querySelectorAll("main img[src='x']").length), 0);
    await fits(page, name);
  }
  assert.equal(asked, 0);
  assert.deepEqual(s.faults, []);
});

test("what cannot be solved is not shown as what was solved before", needs, async (t) => {
  const s = await studio(t, { files: { "a.yaml": example } });
  await s.elastrain("-q", "train", "a.yaml", "learn.epochs=3");
  const page = await s.page("/run/runs/a@learn.epochs=3");
  await page.getByText("which is right").waitFor();
  const good = await page.evaluate(() => { const p = window.elastrain.play, was = p.theta.value; p.theta.value = was.map(() => -1); p.refresh(); return [...was]; });
  await page.getByText("a stiffness is positive").first().waitFor();
  assert.equal(await page.evaluate(() => window.elastrain.play.solved.value), undefined);
  await page.getByText("which is right").waitFor({ state: "detached" });
  await page.evaluate((was) => { const p = window.elastrain.play; p.theta.value = Float64Array.from(was); p.refresh(); }, good);
  await page.getByText("which is right").waitFor();
  assert.deepEqual(s.faults, []);
});
