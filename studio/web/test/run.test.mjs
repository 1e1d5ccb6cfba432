// The page of a run: opened, scrubbed, played, pushed; the idea; cut and retrained; watched live to its end.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, becomes, close, needs, repository, studio } from "./browser.mjs";

after(close);
const example = (name) => readFileSync(join(repository, "examples", `${name}.yaml`), "utf8");

/** Waits until the page shows a state that the engine has answered. */
const settled = (page) => page.waitForFunction(() => {
  const p = window.elastrain?.play;
  return p && !p.busy && !p.again && (p.solved.value || p.load.value?.rest) && p.theta.value;
});
const open = async (s, id) => {
  const page = await s.page(`/run/${id}`);
  await page.waitForSelector("[data-outputs]");
  await settled(page);
  return page;
};
const near = (a, b, what) => {
  assert.equal(a.length, b.length, what);
  const most = Math.max(...b.map((x) => Math.abs(x ?? 0)), 1e-300);
  a.forEach((x, i) => assert.ok(Math.abs(x - b[i]) <= 1e-9 * most, `${what} ${i}: the page has ${x}, the command ${b[i]}`));
};
test("a run is scrubbed, played, pushed, explained, cut and retrained", needs, async (t) => {
  const s = await studio(t, { files: { "iris.yaml": example("iris").replace("epochs: 200", "epochs: 60") } });
  await s.elastrain("-q", "train", "iris.yaml");
  const page = await open(s, "runs/iris"), epoch = () => page.evaluate(() => window.elastrain.play.epoch.value);
  const stiffness = () => page.evaluate(() => [...window.elastrain.play.theta.value]);

  const last = await epoch(), end = await stiffness(); // scrub
  assert.ok(last > 10, `the last frame is of epoch ${last}`);
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((n) => window.elastrain.play.epoch.value < n, last);
  const scrub = page.getByLabel("Epoch of Loss", { exact: true });
  await scrub.focus();
  await page.keyboard.press("Home");
  await page.waitForFunction(() => window.elastrain.play.epoch.value === 0);
  assert.notDeepEqual(await stiffness(), end);
  await page.getByRole("button", { name: "Play the epochs" }).click(); // play
  await page.waitForFunction((n) => window.elastrain.play.epoch.value === n && !window.elastrain.play.playing.value, last);
  assert.deepEqual(await stiffness(), end);

  await settled(page); // a load by hand
  const outputs = () => page.evaluate(() => [...window.elastrain.play.solved.value.outputs]);
  const before = await outputs();
  await page.getByLabel("petal length", { exact: true }).first().focus();
  await page.keyboard.press("End");
  await page.waitForFunction((b) => window.elastrain.play.solved.value?.outputs[0] !== b, before[0]);
  await settled(page);
  await becomes(() => page.getByText("A load of your own.").count(), 1);
  await page.locator("h1").click();
  await page.keyboard.press("Backspace"); // no load
  await page.waitForFunction(() => window.elastrain.play.load.value.rest);
  await page.keyboard.press("Backspace");
  await page.locator(".strip .dot").nth(3).click();
  await settled(page);
  await becomes(() => page.evaluate(() => window.elastrain.play.load.value.sample), { part: "training", i: 3 });
  await page.waitForSelector(".confusion"); // a cell hangs one of its samples
  await page.locator(".confusion").first().locator("button.right").nth(1).click();
  await becomes(() => page.evaluate(() => { const p = window.elastrain.play, l = p.load.value.sample; return p.opened.value.geometry.parts[l.part].class[l.i]; }), 1);

  await page.keyboard.press("i"); // forward, adjoint and product
  await page.waitForFunction(() => window.elastrain.drawings.length === 4 && window.elastrain.drawings.every((d) => d.shown));
  const three = await page.evaluate(() => window.elastrain.drawings.slice(1).map((d) => [...d.shown.value]));
  three[0].forEach((e, i) => assert.ok(Math.abs(e * three[1][i] - three[2][i]) <= 1e-9 * Math.max(...three[2].map(Math.abs)), `the product of bond ${i + 1}`));
  await accessible(page, "run");
  await page.keyboard.press("i");

  const drawing = page.locator(".lattice-host").first(); // by keyboard to a bond, and cut it
  await drawing.focus();
  for (const key of ["ArrowRight", "ArrowRight", "Enter", "ArrowLeft"]) await page.keyboard.press(key);
  const element = await page.evaluate(() => window.elastrain.play.chosen.value.element);
  assert.ok(element >= 0);
  const whole = await outputs();
  await page.keyboard.press("Delete");
  await page.waitForFunction((e) => window.elastrain.play.opened.value.geometry.cut[e] === 1 || window.elastrain.play.fault.value, element);
  assert.equal(await page.evaluate(() => window.elastrain.play.fault.value?.message), undefined);
  await settled(page);
  const number = await page.evaluate((e) => window.elastrain.play.opened.value.geometry.number[e], element);
  const said = JSON.parse(await s.elastrain("damage", "runs/iris", "--cut", String(number), "--json"));
  await page.waitForFunction(() => window.elastrain.play.scored.value);
  const loss = await page.evaluate(() => window.elastrain.play.scored.value.parts[0].loss);
  near([loss], [said.train_loss], "loss without the bond");
  assert.notDeepEqual(await outputs(), whole);
  await page.getByRole("button", { name: "Train on from here" }).click();
  await page.waitForFunction(() => !window.elastrain.play.training.value && window.elastrain.play.records.value.length > 1);
  await page.waitForFunction((l) => window.elastrain.play.scored.value?.parts[0].loss < l, loss);
  await page.getByRole("button", { name: "Back to the run" }).first().click();
  await page.waitForFunction((n) => window.elastrain.play.epoch.value === n && !window.elastrain.play.own.value, last);
  assert.deepEqual(await stiffness(), end);
  assert.deepEqual(s.faults, []);
});

test("a training is watched live to its end", needs, async (t) => {
  const s = await studio(t, { files: { "iris.yaml": example("iris").replace("method: l-bfgs", "method: adam").replace("epochs: 200", "epochs: 40000") } });
  const page = await s.page();
  const run = await page.evaluate(async () => (await (await ask("/api/train", { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "iris.yaml", text: (await (await ask("/api/spec?name=iris.yaml")).json()).text, was: (await (await ask("/api/spec?name=iris.yaml")).json()).was }) })).json()).run);
  await page.goto(`${new URL(page.url()).origin}/#/run/${run.id}`);
  await page.waitForSelector("[data-outputs]");
  await page.waitForFunction(() => window.elastrain.drawings[0]?.shown);
  await page.mouse.move(640, 300);
  await page.mouse.wheel(0, -300); // the view that a person has chosen is kept
  await page.waitForFunction(() => window.elastrain.drawings[0].looking.touched);
  const height = await page.evaluate(() => window.elastrain.drawings[0].looking.height);
  const first = await page.evaluate(() => window.elastrain.play.epoch.value);
  await page.waitForFunction((e) => window.elastrain.play.epoch.value > e || document.querySelector(".state.ended"), first);
  const press = (name) => page.evaluate((name) => [...document.querySelectorAll("button")].find((b) => b.textContent.trim() === name)?.click(), name); // if it is there: the training may have ended
  await press("Pause"); // paused and resumed by the same page
  await page.waitForSelector(".state.paused, .state.ended");
  await press("Resume");
  await page.waitForSelector(".state.ended");
  await page.waitForFunction(() => window.elastrain.play.epoch.value === window.elastrain.play.records.value.at(-1).epoch);
  const told = await page.evaluate(() => window.elastrain.play.records.value.map((r) => r.epoch));
  assert.deepEqual(told, [...new Set(told)].sort((a, b) => a - b), "every epoch once, in order");
  assert.equal(await page.evaluate(() => window.elastrain.drawings[0].looking.height), height);
  const theta = await page.evaluate(() => [...window.elastrain.play.theta.value]);
  const bonds = JSON.parse(await s.elastrain("gradient", run.id, "--json")).bonds.map((b) => b.stiffness);
  near(theta, bonds, "stiffness at the end");
  assert.deepEqual(s.faults, []);
});
