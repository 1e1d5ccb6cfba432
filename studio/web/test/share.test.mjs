// A shared page, opened from disk: pushed, scrubbed, damaged and trained without a server.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, becomes, close, fits, needs, offline, repository, studio } from "./browser.mjs";

after(close);

test("a shared page opens from disk and is retrained", needs, async (t) => {
  const s = await studio(t, { files: { "iris.yaml": readFileSync(join(repository, "examples/iris.yaml"), "utf8").replace("epochs: 200", "epochs: 60") } });
  await s.elastrain("-q", "train", "iris.yaml");
  await s.elastrain("-q", "share", "runs/iris", "-o", "page.html");
  const solve = JSON.parse(await s.elastrain("solve", "runs/iris", "--json")).answers[0];
  await s.stop(); // nothing answers any more
  const { page, faults } = await offline(t);
  await page.goto(`file://${join(s.dir, "page.html")}`);
  await page.waitForSelector(".lattice-host canvas");
  await page.waitForSelector("main[data-ready=true]");
  await page.waitForFunction(() => window.elastrain.play.solved.value && window.elastrain.play.scored.value);
  const outputs = await page.$$eval("[data-outputs] [data-value]", (l) => l.map((x) => Number(x.dataset.value))), most = Math.max(...solve.outputs.map(Math.abs));
  solve.outputs.forEach((v, i) => assert.ok(Math.abs(v - outputs[i]) <= 1e-9 * most, `output ${i}: the page has ${outputs[i]}, solve ${v}`));

  const end = await page.evaluate(() => ({ epoch: window.elastrain.play.epoch.value, loss: window.elastrain.play.scored.value.parts[0].loss }));
  await page.keyboard.press("ArrowLeft"); // scrub
  assert.ok(await page.evaluate(() => window.elastrain.play.epoch.value) < end.epoch);
  await page.keyboard.press("ArrowRight");

  await page.evaluate(() => { window.elastrain.play.chosen.value = { element: 6 }; }); // damage
  await page.getByRole("button", { name: "Cut it" }).click();
  await page.waitForFunction(() => window.elastrain.play.cuts.value.length === 1 && window.elastrain.play.scored.value);
  const cut = await page.evaluate(() => window.elastrain.play.scored.value.parts[0].loss);
  assert.ok(cut > end.loss);
  await page.getByRole("button", { name: "Train on from here" }).click();
  await page.waitForFunction((l) => !window.elastrain.play.training.value && window.elastrain.play.records.value.length > 3 && window.elastrain.play.scored.value?.parts[0].loss < l, cut);

  await page.getByRole("button", { name: "Back to the run" }).first().click(); // the whole lattice again, from its start
  await page.waitForFunction(() => window.elastrain.play.cuts.value.length === 0 && !window.elastrain.play.own.value);
  await page.getByRole("button", { name: "From the start" }).click();
  await page.waitForFunction(() => !window.elastrain.play.training.value && window.elastrain.play.records.value.at(-1)?.epoch === 60);
  const again = await page.evaluate(() => window.elastrain.play.records.value.at(-1).loss);
  assert.ok(Math.abs(again - end.loss) <= 1e-6 * end.loss, `trained in the page ${again}, by the command ${end.loss}`);

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the experiment (YAML)" }).click()]);
  assert.match(readFileSync(await download.path(), "utf8"), /kind: classification/);
  await accessible(page, "shared page");
  assert.deepEqual(faults, []);
});

/** Outputs as they stand on the page, and as the displacements say. */
function outputs(page) {
  return page.evaluate(() => {
    const p = window.elastrain.play, s = p.solved.value, [x, y] = [0, 1];
    return [[...document.querySelectorAll("[data-outputs] [data-value]")].map((e) => Number(e.dataset.value)),
      p.opened.value.shape.outputs.map((q) => q.kind === "strain" ? s.strain[q.strain] : q.dir[x] * s.u[3 * q.node + x] + q.dir[y] * s.u[3 * q.node + y])];
  });
}
function same([shown, read]) {
  assert.ok(shown.length === read.length && shown.length > 0);
  shown.forEach((v, i) => assert.ok(Math.abs(v - read[i]) <= 1e-12 * Math.abs(v), `output ${i}: ${v} is shown, ${read[i]} moved`));
}

/** Pulls a node with Ctrl: it follows, and goes back when it is let go. */
async function pushed(page) {
  same(await outputs(page));
  const before = await page.evaluate(() => [...window.elastrain.play.solved.value.u]), node = 2;
  const [x, y] = await page.evaluate((n) => { const d = window.elastrain.drawings[0], r = document.querySelector(".lattice-host").getBoundingClientRect(); return [r.x + d.frame.x[n], r.y + d.frame.y[n]]; }, node);
  await page.keyboard.down("Control");
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y, { steps: 3 });
  await page.waitForFunction((was) => { const p = window.elastrain.play; return p.pulled.value && p.solved.value.u.some((v, i) => v !== was[i]); }, before);
  const by = await page.evaluate((n) => window.elastrain.play.solved.value.u[3 * n], node);
  assert.ok(by > 0, `pulled to the right it goes by ${by} m`);
  same(await outputs(page)); // those of the task, as it stands now
  await page.mouse.up();
  await page.keyboard.up("Control");
  await page.waitForFunction((was) => { const p = window.elastrain.play; return !p.pulled.value && p.solved.value.u.every((v, i) => v === was[i]); }, before);
}

test("a shared page of several networks offers them; the address names the one that is shown", needs, async (t) => {
  const s = await studio(t, { files: Object.fromEntries(["left-right", "cell"].map((n) => [`${n}.yaml`, readFileSync(join(repository, `examples/${n}.yaml`), "utf8")])) });
  await s.elastrain("-q", "train", "cell.yaml", "--no-figures");
  const told = JSON.parse(await s.elastrain("share", "left-right.yaml", "runs/cell", "-o", "two.html", "--json"));
  assert.deepEqual(told.networks.map((n) => [n.subject, n.key]), [["left-right.yaml", "left-right"], ["runs/cell", "cell"]]);
  await s.stop();
  const { page, faults } = await offline(t), address = `file://${join(s.dir, "two.html")}`;
  const shows = (key) => page.waitForFunction((k) => document.querySelector("main")?.dataset.network === k && document.querySelector("main").dataset.ready === "true" && window.elastrain.play.solved.value, key);
  await page.goto(address);
  await shows("left-right");
  await page.getByRole("button", { name: "From the start" }).click();
  await page.waitForFunction(() => !window.elastrain.play.training.value && window.elastrain.play.note.value);
  await pushed(page);
  const learned = await page.evaluate(() => [...window.elastrain.play.theta.value]);

  await page.keyboard.press("n"); // by a key, by a click, by the address
  await shows("cell");
  await becomes(() => page.evaluate(() => location.hash), "#cell");
  await pushed(page);
  await becomes(() => page.title(), "A cell of beams that grows wider when it is pulled");
  await becomes(() => page.$$eval("nav a", (l) => l.map((a) => a.getAttribute("aria-current"))), [null, "page"]);
  await page.getByRole("link", { name: "The left node moves most" }).click();
  await shows("left-right"); // as it was left
  assert.deepEqual(await page.evaluate(() => [...window.elastrain.play.theta.value]), learned);
  await page.getByRole("button", { name: "Back to the run" }).first().click();
  await page.waitForFunction(() => !window.elastrain.play.own.value && window.elastrain.play.fault.value === undefined);
  await accessible(page, "shared page of several networks");
  await page.goto("about:blank");
  await page.goto(`${address}#cell`);
  await shows("cell");
  await page.setViewportSize({ width: 360, height: 720 });
  await fits(page, "a cell");
  assert.deepEqual(faults, []);
});
