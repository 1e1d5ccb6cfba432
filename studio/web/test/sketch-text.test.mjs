// The text of a sketch is its only state.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, close, needs, repository } from "./browser.mjs";
import { sketch } from "./sketch-hand.mjs";

after(close);

test("the text is the only state: undo, broken text, other hands, generated lattices drawn by hand, 2000 nodes, space", needs, async (t) => {
  const left = readFileSync(join(repository, "examples/left-right.yaml"), "utf8");
  const h = await sketch(t, { "left.yaml": left, "large.yaml": left.replace("rows: 5-4-3-2", "size: 50 x 40").replace("[1, 5]", "[1, 50]") }, "/sketch/left.yaml");
  const { page } = h, before = await h.text();
  await page.getByText("It stands and can learn.").waitFor();
  await h.answers();
  // A generated lattice that is drawn into becomes lists, with the same numbers in them, in one step that undo takes back.
  const reached = await h.outputs();
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
  await page.keyboard.type("broken: [1, 2");
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
  await page.getByText("It stands and can learn.").waitFor({ timeout: 20_000 });
  await h.key("p");
  await h.click(25, "Node 25 is pinned.");
  // In space: generated, and shown.
  await page.getByLabel("Kind").selectOption("cubic");
  await page.getByRole("button", { name: "Make it" }).click();
  await h.said("is made");
  await page.getByText("27 nodes").waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360, "nothing is wider than a phone");
  await accessible(page, "a sketch on a phone");
  assert.deepEqual(h.s.faults, []);
});
