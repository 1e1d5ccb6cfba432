// What is changed on the page of a run: ports that are moved, trained there and as a run; bonds that are cut, retrained as a run.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { close, needs, repository, studio, until } from "./browser.mjs";

after(close);
const iris = readFileSync(join(repository, "examples/iris.yaml"), "utf8").replace("epochs: 200", "epochs: 30");

test("ports are moved, and what was changed becomes a run", needs, async (t) => {
  const s = await studio(t, { files: { "iris.yaml": iris } });
  await s.elastrain("-q", "train", "iris.yaml");
  const page = await s.page("/run/runs/iris");
  await page.waitForSelector("[data-outputs]");
  const play = (f, ...more) => page.evaluate(`(${f})(window.elastrain.play, ${JSON.stringify(more)})`);
  const before = await play((p) => ({ inputs: p.opened.value.shape.inputs.map((q) => p.opened.value.geometry.numbers[q.node]), outputs: p.opened.value.shape.outputs.map((q) => p.opened.value.geometry.numbers[q.node]) }));
  const free = await play((p) => { const o = p.opened.value, taken = new Set([...o.shape.inputs, ...o.shape.outputs, ...o.shape.supports].map((q) => q.node)); return [...o.geometry.numbers.keys()].filter((i) => !taken.has(i)); });
  await page.getByText("Push or read other nodes").click();
  assert.ok(await page.getByRole("button", { name: "Move it there" }).isDisabled(), "no node is chosen");
  for (const [list, k] of [["inputs", 1], ["outputs", 0]]) {
    const node = free.pop(), number = await play((p, [i]) => { p.chosen.value = { node: i }; return p.opened.value.geometry.numbers[i]; }, node);
    await page.getByLabel("Port").selectOption(`${list}:${k}`);
    await page.getByRole("button", { name: "Move it there" }).click();
    await page.getByText(`Node ${number} is ${list === "inputs" ? "pushed" : "read"} now.`).waitFor();
    before[list][k] = number;
  }
  await page.waitForFunction(() => window.elastrain.play.solved.value);
  const now = await play((p) => ({ inputs: p.opened.value.shape.inputs.map((q) => p.opened.value.geometry.numbers[q.node]), outputs: p.opened.value.shape.outputs.map((q) => p.opened.value.geometry.numbers[q.node]) }));
  assert.deepEqual(now, before);
  await page.getByRole("button", { name: "Train this as a run" }).click();
  await page.waitForURL(/#\/run\/runs\/iris-changed$/);
  await page.waitForSelector("[data-outputs]");
  const spec = readFileSync(join(s.dir, "iris-changed.yaml"), "utf8"); // one word in each of two lines is another
  const lines = (text) => text.trimEnd().split("\n"), was = lines(readFileSync(join(s.dir, "runs/iris/resolved.yaml"), "utf8")), other = lines(spec).filter((l, i) => l !== was[i]);
  assert.equal(lines(spec).length, was.length);
  assert.ok(other.length === 2 && other.join().includes(String(before.inputs[1])) && other.join().includes(String(before.outputs[0])), other.join("\n"));
  await until("the end of the training", () => page.evaluate(async () => (await (await ask("/api/run?id=runs/iris-changed")).json()).run.state === "ended"));

  await page.goto(`http://127.0.0.1:${s.port}/#/run/runs/iris`);
  await page.reload();
  await page.waitForFunction(() => window.elastrain?.play?.opened.value && !window.elastrain.play.own.value && window.elastrain.play.solved.value);
  const bond = await play((p) => { p.chosen.value = { element: 6 }; return p.opened.value.geometry.number[6]; });
  await page.getByRole("button", { name: "Cut it" }).click();
  await page.waitForFunction(() => window.elastrain.play.cuts.value.length === 1);
  await page.getByRole("button", { name: "Retrain as a run" }).click();
  await page.waitForURL((u) => u.hash.startsWith("#/run/") && u.hash !== "#/run/runs/iris");
  await page.waitForSelector("[data-outputs]");
  const id = await page.evaluate(() => decodeURIComponent(location.hash.slice("#/run/".length)));
  const manifest = JSON.parse(readFileSync(join(s.dir, id, "manifest.json"), "utf8"));
  assert.ok(JSON.stringify(manifest).includes(String(bond)), `bond ${bond} is named in ${JSON.stringify(manifest)}`);
  assert.equal(await page.evaluate(() => window.elastrain.play.opened.value.geometry.cut[6]), 1, "it is cut in the run as well");
  assert.deepEqual(s.faults, []);
});
