// The text of a sketch is its only state.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, close, fits, needs, repository } from "./browser.mjs";
import { sketch } from "./sketch-hand.mjs";

after(close);

test("the text is the only state: undo, broken text, other hands, generated lattices drawn by hand, 2000 nodes, space", needs, async (t) => {
  const left = readFileSync(join(repository, "examples/left-right.yaml"), "utf8");
  const h = await sketch(t, { "left.yaml": left, "large.yaml": left.replace("rows: 5-4-3-2", "size: 50 x 40").replace("[1, 5]", "[1, 50]") }, "/sketch/left.yaml");
  const { page } = h, before = await h.text();
  await page.getByText("It stands and can learn.").waitFor();
  await h.answers();
  // A generated lattice that is drawn into becomes lists, with the same numbers in them, in one step that undo takes back.
  const reached = await h.outputs(), solved = JSON.parse(await h.s.elastrain("solve", "left.yaml", "--json"));
  const near = (a, b) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.abs(b), `${a} in the page, ${b} by the command`);
  [13, 14].forEach((n, i) => near(reached[i], solved.answers[0].nodes.find((x) => x.node === n).displacement.y));
  // The load goes on by its slider, and the answer is there at once.
  await page.getByLabel("Load", { exact: true }).fill("0.5");
  await page.waitForFunction((r) => Math.abs(Number(document.querySelector("[data-outputs] [data-value]").dataset.value) / r - 0.5) < 1e-9, reached[0]);
  await page.getByLabel("Load", { exact: true }).fill("1");
  await page.waitForFunction((r) => Number(document.querySelector("[data-outputs] [data-value]").dataset.value) === r, reached[0]);
  // A push by hand, with Ctrl, moves the node that is pulled; let go, the task is shown again.
  const moved = () => page.evaluate(() => { const p = window.elastrain.drawings[0].shown, i = [...p.geometry.numbers].indexOf(8); return [p.u[3 * i], p.u[3 * i + 1]]; });
  const task = await moved(), [x, y] = await h.place(8);
  await page.keyboard.down("Control");
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y, { steps: 3 });
  await page.waitForFunction((u) => { const p = window.elastrain.drawings[0].shown, i = [...p.geometry.numbers].indexOf(8); return p.u[3 * i] > 1e-5 && p.u[3 * i] !== u; }, task[0]);
  await page.mouse.up();
  await page.keyboard.up("Control");
  await page.waitForFunction((u) => { const p = window.elastrain.drawings[0].shown, i = [...p.geometry.numbers].indexOf(8); return p.u[3 * i] === u; }, task[0]);
  await h.key("n");
  await h.drag(3, [0, -30], "now a list of points and bonds");
  assert.match(await h.text(), /nodes: \[\[0 mm, 0 mm\]|nodes:/);
  await h.key("Control+z");
  assert.equal(await h.text(), before);
  await h.answers();
  assert.deepEqual(await h.outputs(), reached);
  // A bond that is taken out of it is cut, and the others keep their numbers.
  await page.getByText("Tables of nodes and bonds").click();
  await page.getByRole("tab", { name: "Bonds" }).click();
  await h.key("d");
  const [a, b] = [await h.place(1), await h.place(2)];
  await page.mouse.click((a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
  await h.said("is cut; the others keep their numbers");
  assert.match(await h.text(), /cut: \[1\]/);
  await h.key("Control+z");
  // A text that is broken: drawing waits, and says so.
  const editor = page.getByRole("textbox", { name: "Experiment file" });
  await editor.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("statics: {de");
  await page.locator(".cm-tooltip-autocomplete", { hasText: "deformation" }).waitFor();
  await page.locator(".cm-completionInfo", { hasText: "ends move little" }).waitFor();
  await page.waitForTimeout(200); // a list that has just come takes no key yet
  await page.keyboard.press("Enter");
  await page.keyboard.type("finite, step");
  await page.keyboard.press("Escape");
  assert.match(await h.text(), /^statics: \{deformation: finite, step$/m, "letters are letters while one types");
  await page.getByText("The text is no YAML").waitFor();
  await h.key("p");
  await h.click(3);
  await page.getByText("Drawing waits: the text is no YAML").waitFor();
  for (let i = 0; i < 20 && (await h.text()) !== before; i++) await h.key("Control+z");
  assert.equal(await h.text(), before);
  await page.getByText("It stands and can learn.").waitFor();
  // Somebody else has written the file meanwhile.
  await h.click(3, "Node 3 is pinned.");
  writeFileSync(join(h.s.dir, "left.yaml"), left + "# theirs\n");
  await h.key("Control+s");
  await page.getByText("left.yaml is another now").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.match(readFileSync(join(h.s.dir, "left.yaml"), "utf8"), /# theirs/);
  // 2000 nodes.
  await h.key("Control+o");
  await page.getByRole("button", { name: /^large\.yaml/ }).click();
  await page.getByText("2000 nodes").waitFor();
  await page.getByText("It stands and can learn.").waitFor();
  await h.key("p");
  await h.click(25, "Node 25 is pinned.");
  // In space: generated, and shown.
  await page.getByLabel("Kind").selectOption("cubic");
  await page.getByRole("button", { name: "Make it" }).click();
  await h.said("is made");
  await page.getByText("27 nodes").waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await fits(page, "a sketch on a phone");
  await accessible(page, "a sketch on a phone");
  assert.deepEqual(h.s.faults, []);
});
