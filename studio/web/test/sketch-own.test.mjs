// A lattice of one's own, drawn by hand.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, close, needs } from "./browser.mjs";
import { sketch } from "./sketch-hand.mjs";

after(close);

test("a lattice of one's own with a floppy corner is mended, trained, saved and kept as a run", needs, async (t) => {
  const h = await sketch(t);
  const { page } = h;
  await h.key("Control+o");
  await page.getByRole("button", { name: "Empty drawing" }).click();
  await page.getByText("Make a lattice at the left").waitFor();
  await h.key("n");
  const box = await page.locator(".lattice-host").boundingBox();
  let n = 0;
  for (const [x, y] of [[-150, 100], [0, 100], [150, 100], [-75, 0], [75, 0], [0, -100]]) {
    await page.mouse.click(box.x + box.width / 2 + x, box.y + box.height / 2 + y);
    await h.said(`Node ${++n} is at`);
  }
  await h.key("b");
  for (const [a, b] of [[1, 2], [2, 3], [1, 4], [2, 4], [2, 5], [3, 5], [4, 5], [4, 6]]) await h.drag(a, b, `joins nodes ${a} and ${b}.`);
  await h.key("p");
  await h.click(1, "Node 1 is pinned.");
  await h.click(3, "Node 3 is pinned.");
  await page.getByText("It is floppy: one motion costs nothing.").waitFor();
  assert.match(await h.advice(), /node 6 is free to move/);
  const still = await page.evaluate(() => window.elastrain.drawings[0].shown.arrows.filter((a) => a.kind === "reading").map((a) => window.elastrain.drawings[0].shown.geometry.numbers[a.node]));
  assert.deepEqual(still, [6], "without motion an arrow says which node moves");
  await accessible(page, "a floppy sketch");
  await h.key("b");
  await h.drag(5, 6, "joins nodes 5 and 6.");
  await h.key("u");
  await h.drag(2, [0, 60], "Node 2 is pushed along -y");
  await h.field("Push of node 2: force", "60 mN", "60 mN");
  await h.key("t");
  await h.drag(6, [3, 10], "Node 6 is to go");
  await page.getByText("It stands and can learn.").waitFor();
  await h.answers();
  const start = (await h.outputs())[0];
  await h.field("Target of node 6: move", "NaN mm", "NaN"); // what is no number is told at its place, and nothing is drawn of it
  await page.getByText(/things? (is|are) wrong/).waitFor();
  await h.key("Control+z");
  await page.getByText("It stands and can learn.").waitFor();
  const goal = start * 1.1;
  await h.field("Target of node 6: move", `${(goal * 1e3).toFixed(4)} mm`, "mm");
  await page.locator(".lattice-host").focus(); // by keys, while the drawing has them
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Control+Enter");
  await page.locator(".verdict").waitFor();
  assert.match(await page.locator(".verdict").innerText(), /The wanted displacements are reached/);
  assert.ok(Math.abs((await h.outputs())[0] - goal) < 1e-7, `reached ${await h.outputs()}, wanted ${goal}`);

  await h.key("Control+s");
  await page.getByRole("textbox", { name: "Name" }).fill("roof");
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  await page.getByText("Saved as roof.yaml.").waitFor();
  assert.equal(readFileSync(join(h.s.dir, "roof.yaml"), "utf8").trim(), (await h.text()).trim());
  await page.getByRole("button", { name: "Keep as run" }).click();
  await page.getByText("Trained again as the run").waitFor();
  assert.deepEqual(h.s.faults, []);
});
