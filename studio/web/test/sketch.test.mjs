// Sketching as a person does: by clicks and keys alone, from an empty page to a lattice that has learned.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, close, needs, repository, studio } from "./browser.mjs";

after(close);

/** A sketch as a hand and an eye have it. */
async function sketch(t, files = {}, path = "/sketch") {
  const s = await studio(t, { files });
  const page = await s.page(path, { reducedMotion: "reduce" });
  await page.locator(".sketch-canvas").waitFor({ timeout: 30_000 });
  const hand = {
    s, page,
    text: () => page.evaluate(() => [...document.querySelector(".sketch-editor").shadowRoot.querySelectorAll(".cm-line")].map((l) => l.textContent).join("\n")),
    advice: () => page.locator(".sketch-advice").innerText(),
    place: (n) => page.evaluate((n) => {
      const d = window.elastrain.drawings[0], r = document.querySelector(".lattice-host").getBoundingClientRect(), i = [...d.shown.geometry.numbers].indexOf(n);
      return i < 0 ? undefined : [r.left + d.frame.x[i], r.top + d.frame.y[i]];
    }, n),
    /** Waits until what was done last is said, and the engine has looked at it. */
    said: async (words) => {
      await page.locator(".sketch-note", { hasText: words }).waitFor();
      await page.locator('.sketch-advice[aria-busy="false"]').waitFor();
    },
    key: async (k) => { await page.locator("h1").click(); await page.keyboard.press(k); },
    click: async (n, words) => { await page.mouse.click(...await hand.place(n)); if (words) await hand.said(words); },
    drag: async (n, to, words) => {
      const [x, y] = await hand.place(n), [a, b] = typeof to === "number" ? await hand.place(to) : [x + to[0], y + to[1]];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(a, b, { steps: 3 });
      await page.mouse.up();
      if (words) await hand.said(words);
    },
    field: async (name, value, words) => { const f = page.getByLabel(name, { exact: true }); await f.fill(value); await f.press("Enter"); if (words) await hand.said(words); },
    /** Waits until the engine has answered what the text says now. */
    answers: async () => { await page.locator('.sketch-advice[aria-busy="false"]').waitFor(); await page.locator("[data-outputs]").waitFor(); },
    train: async () => { await page.getByRole("button", { name: "Train", exact: true }).click(); await page.locator(".verdict").waitFor({ timeout: 30_000 }); },
    outputs: () => page.locator("[data-outputs] [data-value]").evaluateAll((cells) => cells.map((c) => Number(c.dataset.value))),
  };
  return hand;
}

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
  await page.locator(".entry", { hasText: "Node 14" }).getByText("moves most").click();
  await h.said("Node 14 is to move most.");
  await page.getByText("It stands and can learn.").waitFor();
  await h.train();
  assert.match(await page.locator(".verdict").innerText(), /Converged: no bond can lower the loss 0\.569594/);

  // What the command says of the example, and what was published (docs/reproduction.md: mm, to the optimum 3.3e-8 mm away).
  await h.s.elastrain("train", join(repository, "examples/left-right.yaml"), "--out", "run", "--no-figures").catch(() => h.s.elastrain("train", join(repository, "examples/left-right.yaml"), "--out", "run"));
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
  assert.deepEqual(h.s.faults, []);
});

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
  await h.train();
  assert.match(await page.locator(".verdict").innerText(), /The wanted displacements are reached/);
  assert.ok(Math.abs((await h.outputs())[0] - goal) < 1e-7, `reached ${await h.outputs()}, wanted ${goal}`);

  await h.key("Control+s");
  await page.getByRole("textbox", { name: "Name" }).fill("roof");
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  await page.getByText("Saved as roof.yaml.").waitFor();
  assert.equal(readFileSync(join(h.s.dir, "roof.yaml"), "utf8").trim(), (await h.text()).trim());
  await page.getByRole("button", { name: "Keep as run" }).click();
  await page.getByText("Trained again as the run").waitFor().catch(async (e) => { console.log(await page.locator(".sketch-text").innerText(), await page.locator(".toasts").innerText()); throw e; });
  assert.deepEqual(h.s.faults, []);
});

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
  await h.s.elastrain("version");
  const { writeFileSync } = await import("node:fs");
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
