// What the page of a run shows is what the commands say: outputs, colours and scores, unrounded, to 1e-9 of the largest.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { close, needs, repository, studio } from "./browser.mjs";

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
/** What the drawing shows when it is coloured by the key. */
const coloured = async (page, key, colour) => {
  await page.keyboard.press(key);
  await page.waitForFunction((c) => window.elastrain.play.colour.value === c && !window.elastrain.play.busy && window.elastrain.drawings[0].shown?.value
    && (c !== "gradient" || window.elastrain.play.fields.value), colour);
  return page.evaluate(() => [...window.elastrain.drawings[0].shown.value]);
};

test("outputs and colours are those of solve, gradient and eval", needs, async (t) => {
  const s = await studio(t, { files: { "left-right.yaml": example("left-right"), "iris.yaml": example("iris"), "frame.yaml": example("frame").replace("epochs: 200", "epochs: 3") } // at the optimum the gradient is rounding
  });
  for (const name of ["left-right", "iris", "frame"]) {
    await s.elastrain("-q", "train", `${name}.yaml`);
    const id = `runs/${name}`, json = async (...words) => JSON.parse(await s.elastrain(...words, "--json"));
    const [solve, gradient, score] = [(await json("solve", id)).answers[0], await json("gradient", id), await json("eval", id)];
    const page = await open(s, id);
    near(await page.$$eval("[data-outputs] [data-value]", (l) => l.map((x) => Number(x.dataset.value))), solve.outputs, `${name}: outputs`);
    const first = solve.elements.filter((e, i, all) => i === 0 || e.element !== all[i - 1].element || e.kind !== all[i - 1].kind);
    near(await coloured(page, "3", "elongation"), first.map((e) => e.deformation), `${name}: elongations`);
    near(await coloured(page, "4", "force"), first.map((e) => e.force), `${name}: forces`);
    const slopes = gradient.bonds ?? gradient.parameters, shown = await coloured(page, "2", "gradient");
    if (gradient.bonds) near(shown, slopes.map((b) => b.mean_gradient), `${name}: gradient`);
    else {
      const of = await page.evaluate(() => [...window.elastrain.play.opened.value.geometry.thetaOf]);
      near(shown, of.map((k) => slopes[k].mean_gradient), `${name}: gradient`);
    }
    if (gradient.bonds) near(await coloured(page, "1", "parameter"), slopes.map((b) => b.stiffness), `${name}: stiffness`);
    await page.waitForSelector("[data-scores]");
    const part = name === "iris" ? "test" : "training";
    const row = page.locator("[data-scores] tr", { has: page.getByRole("rowheader", { name: part, exact: true }) });
    near([Number(await row.locator("[data-value]").getAttribute("data-value"))], [score.loss], `${name}: loss`);
    if (score.confusion) assert.deepEqual(await page.evaluate((p) => window.elastrain.play.scored.value.parts.find((x) => x.name === p).confusion, part), score.confusion);
    await page.close();
  }
  assert.deepEqual(s.faults, []);
});
