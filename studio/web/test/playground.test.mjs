// docs/playground.html as it is committed: from disk, without a net, each of its networks is solved and trained again. scripts/playground.sh makes it.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { accessible, close, needs, offline, repository } from "./browser.mjs";

after(close);

const file = process.env.PLAYGROUND || join(repository, "docs/playground.html");
const made = existsSync(file) ? {} : { skip: `there is no ${file}: scripts/playground.sh makes it` };

test("the playground of docs is solved and trained again", { ...needs, ...made }, async (t) => {
  assert.ok(statSync(file).size <= 6_000_000, `${statSync(file).size} bytes`);
  const { page, faults, asked } = await offline(t);
  const play = (f, ...given) => page.evaluate(`(${f})(window.elastrain.play, ${given.map((x) => JSON.stringify(x)).join()})`);
  await page.goto(`file://${file}`);
  const list = await page.$$eval("nav[aria-label=Networks] a", (l) => l.map((a) => a.getAttribute("href")));
  assert.deepEqual(list, ["#iris", "#left-right", "#cell"]);

  for (const [i, key] of ["iris", "left-right", "cell"].entries()) {
    if (i) await page.click(`nav a[href="#${key}"]`);
    await page.waitForFunction((k) => document.querySelector("main")?.dataset.network === k && document.querySelector("main").dataset.ready === "true"
      && window.elastrain.play.solved.value && window.elastrain.play.scored.value, key);
    // Solved: what moves answers the load; twice the load of a linear lattice moves it twice as far.
    const [outputs, twice] = await play(async (p) => {
      const input = [...p.load.value.input], o = p.opened.value;
      const one = await p.engine.solve(o.id, { input }, p.theta.value), two = await p.engine.solve(o.id, { input: input.map((v) => 2 * v) }, p.theta.value);
      return [one.outputs, two.outputs];
    });
    const most = Math.max(...outputs.map(Math.abs));
    assert.ok(most > 0);
    outputs.forEach((v, k) => assert.ok(Math.abs(twice[k] - 2 * v) <= 1e-9 * most, `${key}, output ${k}`));
    const shown = await play((p) => p.solved.value.outputs);
    outputs.forEach((v, k) => assert.ok(Math.abs(shown[k] - v) <= 1e-9 * most, `${key}: shown ${shown[k]}, solved ${v}`));

    // Retrained, from where the experiment starts; what is trained already comes to the same again.
    const trained = await play((p) => ({ frames: p.frames.value.epochs.length, loss: p.scored.value.parts[0].loss }));
    assert.equal(trained.frames > 1, key !== "left-right", `${key} has ${trained.frames} frames`);
    await page.getByRole("button", { name: "From the start" }).click();
    await page.waitForFunction(() => !window.elastrain.play.training.value && window.elastrain.play.note.value && window.elastrain.play.scored.value);
    const records = await play((p) => p.records.value.map((r) => r.loss)), end = records.at(-1);
    assert.ok(records.length > 2 && end < records[0], `${key}: the loss went from ${records[0]} to ${end}`);
    if (key === "iris") assert.ok(Math.abs(end - trained.loss) <= 1e-6 * trained.loss, `${end}, by the command ${trained.loss}`);
    if (key === "cell") assert.ok(end < 1e-12, `the loss of the cell is ${end}`);
    if (key === "left-right") assert.ok((await play((p) => p.opened.value.shape.output_names.length)) === 2 && end < 0.99 * trained.loss);
    assert.equal(await play((p) => p.fault.value), undefined);
  }
  const [exx, eyy] = await play((p) => [p.solved.value.strain.exx, p.solved.value.strain.eyy]);
  assert.ok(exx > 0 && eyy > 0.5 * exx, `pulled by ${exx} it grows by ${eyy}`); // auxetic

  await page.getByRole("button", { name: "Back to the run" }).first().click();
  await page.waitForFunction(() => !window.elastrain.play.own.value && window.elastrain.play.solved.value);
  await page.keyboard.press("n"); // round to the first, which is as it was left
  await page.waitForFunction(() => document.querySelector("main").dataset.network === "iris" && document.querySelector("main").dataset.ready === "true");
  assert.ok(await play((p) => p.own.value));
  await accessible(page, "playground");
  assert.deepEqual(faults, []);
  assert.deepEqual(asked, []);
});
