// Bonds in N/m beside angles in N m: one kind is coloured at a time, by a scale of its own, and every value has its own unit.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, becomes, close, needs, repository, studio } from "./browser.mjs";

after(close);
const angles = readFileSync(join(repository, "examples/angles.yaml"), "utf8").replace("epochs: 300", "epochs: 20");

test("elements that are measured otherwise are coloured apart", needs, async (t) => {
  const s = await studio(t, { files: { "angles.yaml": angles } });
  await s.elastrain("-q", "train", "angles.yaml");
  const page = await s.page("/run/runs/angles");
  await page.waitForSelector("[data-outputs]");
  const drawn = (unit) => page.waitForFunction((unit) => window.elastrain.drawings?.[0]?.shown?.scale?.unit === unit, unit);
  await page.waitForFunction(() => window.elastrain?.play?.solved.value);
  await drawn("N/m");
  const seen = () => page.evaluate(() => {
    const p = window.elastrain.drawings[0].shown, kind = (e) => p.shape.kinds[p.geometry.kind[e]], play = window.elastrain.play;
    const of = (name) => [...p.value].filter((_, e) => kind(e) === name);
    return { bars: of("bar"), angles: of("angle"), low: p.scale.low, high: p.scale.high, unit: p.scale.unit, theta: [...p.geometry.thetaOf].map((t, e) => [kind(e), play.theta.value[t]]),
      e: [...play.solved.value.e].map((v, e) => [kind(e), v]) };
  });
  const of = (pairs, name) => pairs.filter(([k]) => k === name).map(([, v]) => v), legend = page.locator(".stage .scale"), which = page.getByLabel("Elements that are coloured");
  let now = await seen();
  assert.ok(now.angles.length > 10 && now.angles.every((v) => v === null || Number.isNaN(v)), "angles have no colour of the scale of bars");
  assert.deepEqual(now.bars, of(now.theta, "bar"));
  assert.equal(now.unit, "N/m");
  assert.ok(now.low >= 500 - 1e-9 && now.high <= 2000 + 1e-9, `${now.low} to ${now.high} N/m`);
  assert.match(await legend.innerText(), /stiffness, k?N\/m/);
  await which.selectOption("angle");
  await drawn("N m");
  now = await seen();
  assert.ok(now.bars.every((v) => v === null || Number.isNaN(v)));
  assert.deepEqual(now.angles, of(now.theta, "angle"));
  assert.ok(now.low >= 1e-3 - 1e-12 && now.high <= 1e-2 + 1e-12, `${now.low} to ${now.high} N m`);
  assert.match(await legend.innerText(), /m?N\sm/);
  await accessible(page, "two kinds");
  await page.keyboard.press("3"); // elongations are of angles in rad
  await drawn("rad");
  now = await seen();
  assert.deepEqual(now.angles, of(now.e, "angle"));
  await which.selectOption("bar");
  await drawn("m");
  const chosen = async (kind) => { // what is said of one element has its own units
    await page.evaluate((kind) => { const p = window.elastrain.play, o = p.opened.value; p.chosen.value = { element: [...o.geometry.kind].findIndex((k) => o.shape.kinds[k] === kind) }; }, kind);
    await page.locator("section.chosen dt", { hasText: kind === "bar" ? "bond" : kind }).first().waitFor();
    return page.locator("section.chosen").innerText();
  };
  const bar = await chosen("bar"), angle = await chosen("angle");
  assert.match(bar, /N\/m/);
  assert.match(bar, /elongation\s+\S+\s\S?m\b/);
  assert.match(angle, /[mµ]?N\sm\b/);
  assert.match(angle, /change of angle\s+\S+\s\S?rad/);
  assert.match(angle, /moment\s+\S+\s\S?N\sm/);
  assert.doesNotMatch(angle, /N\/m/);
  await page.goto(`http://127.0.0.1:${s.port}/#/sketch/angles.yaml`); // the sketch likewise
  await page.locator("[data-outputs]").waitFor();
  await becomes(() => page.evaluate(() => { const s = window.elastrain.drawings[0]?.shown?.scale; return s && [s.low, s.high, s.unit]; }), [500, 2000, "N/m"]);
  assert.deepEqual(s.faults, []);
});
