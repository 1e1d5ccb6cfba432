// The lattice of the paper, sketched by clicks and keys alone, learns what was published.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, close, needs, repository } from "./browser.mjs";
import { sketch } from "./sketch-hand.mjs";

after(close);

test("the lattice of Li and Mao by clicks and keys, trained to the published optimum", needs, async (t) => {
  const h = await sketch(t);
  const { page } = h;
  await h.key("Control+o");
  await page.getByRole("button", { name: "Empty drawing" }).click();
  await page.getByText("Make a lattice at the left").waitFor();
  await page.getByLabel("Nodes in each row").fill("5-4-3-2");
  await page.getByLabel("Spacing").fill("16 mm");
  await page.getByRole("button", { name: "Make it" }).click();
  await h.said("is made");
  await h.key("p");
  await h.click(1, "Node 1 is pinned.");
  await h.click(5, "Node 5 is pinned.");
  await page.getByText("one moves most").click();
  await h.said("One output is to move most");
  await h.key("u");
  await h.drag(11, [4, 70], "Node 11 is pushed along -y");
  await h.field("Push of node 11: force", "49 mN", "49 mN");
  await h.key("r");
  await h.click(13, "Node 13 is read along y.");
  await h.click(14, "Node 14 is read along y.");
  await page.getByLabel("Node 14 moves most").click();
  await h.said("Node 14 is to move most.");
  await page.getByText("It stands and can learn.").waitFor();
  await h.train();
  assert.match(await page.locator(".verdict").innerText(), /Converged: no bond can lower the loss 0\.569594/);

  // What the command says of the example, and what was published (docs/reproduction.md: mm, to the optimum 3.3e-8 mm away).
  await h.s.elastrain("train", join(repository, "examples/left-right.yaml"), "--out", "run");
  const run = JSON.parse(readFileSync(join(h.s.dir, "run/result.json"), "utf8")), reached = await h.outputs();
  assert.equal(reached.length, 2);
  run.outputs.forEach((o, i) => assert.ok(Math.abs(reached[i] - o.reached) <= 1e-9 * Math.abs(o.reached), `${o.output}: ${reached[i]} in the page, ${o.reached} by the command`));
  assert.ok(Math.abs(reached[1] * 1e3 + 0.625333116) < 4e-8 && Math.abs(reached[0] * 1e3 + 0.479973464) < 4e-8, `published: -0.625333116 and -0.479973464 mm; here ${reached}`);

  // The colours are the stiffnesses of that network.
  const shown = await page.evaluate(() => Array.from(window.elastrain.drawings[0].shown.value));
  const theta = JSON.parse(readFileSync(join(h.s.dir, "run/log.jsonl"), "utf8").trim().split("\n").findLast((l) => l.includes('"theta"'))).theta;
  assert.equal(shown.length, 28);
  shown.forEach((k, i) => assert.ok(Math.abs(k - theta[i]) <= 1e-9 * theta[i], `bond ${i + 1}: ${k}, ${theta[i]}`));
  await accessible(page, "a sketch that has learned");
  if (process.env.PICTURES) { // docs/images/studio-sketch.png
    await page.setViewportSize({ width: 1280, height: 860 });
    await h.key("Escape");
    await page.mouse.move(5, 850);
    await page.screenshot({ path: join(process.env.PICTURES, "studio-sketch.png") });
  }
  assert.deepEqual(h.s.faults, []);
});
