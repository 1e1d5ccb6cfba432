// Two tabs with one sketch: who saves later is asked before what the other has saved is written over, and can take another name.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, close, needs, repository } from "./browser.mjs";
import { sketch } from "./sketch-hand.mjs";

after(close);
const left = readFileSync(join(repository, "examples/left-right.yaml"), "utf8");

test("two tabs on one sketch: the later save does not silently write over the earlier", needs, async (t) => {
  const h = await sketch(t, { "left.yaml": left }, "/sketch/left.yaml"), { s } = h;
  const file = (name = "left.yaml") => readFileSync(join(s.dir, name), "utf8"), second = await s.page("/sketch/left.yaml");
  await second.locator(".sketch-canvas").waitFor();
  const epochs = async (page, n) => {
    const field = page.getByLabel("Epochs", { exact: true });
    await field.fill(String(n));
    await field.press("Enter");
    await page.getByText("not saved").waitFor();
  };
  const store = async (page) => { await page.locator("h1").click(); await page.keyboard.press("Control+s"); };
  await epochs(h.page, 111);
  await epochs(second, 222);
  await store(h.page);
  await h.page.getByText("Saved as left.yaml.").waitFor();
  const first = file();
  assert.match(first, /epochs: 111/);
  await store(second);
  const asked = second.getByRole("dialog", { name: "left.yaml is another now" });
  await asked.waitFor();
  assert.equal(file(), first, "nothing is written before somebody says so");
  await accessible(second, "Save over");
  assert.ok(await second.evaluate(() => document.activeElement.closest("dialog") !== null), "the keyboard is within");
  await second.keyboard.press("Escape"); // cancelled: under another name
  await asked.waitFor({ state: "detached" });
  await store(second);
  await second.getByRole("textbox", { name: "Name" }).fill("mine");
  await second.getByRole("button", { name: "Save", exact: true }).last().click();
  await second.getByText("Saved as mine.yaml.").waitFor();
  assert.equal(file(), first);
  assert.match(file("mine.yaml"), /epochs: 222/);

  await epochs(h.page, 333); // and written over, when that is what is wanted
  const third = await s.page("/sketch/left.yaml");
  await third.getByText("Take the file").click(); // the other tab's changes come back here; not these
  await epochs(third, 444);
  await store(third);
  await third.getByText("Saved as left.yaml.").waitFor();
  await store(h.page);
  await h.page.getByRole("button", { name: "Write over it" }).click();
  await h.page.getByText("Saved as left.yaml.").last().waitFor();
  await h.page.waitForFunction(() => !document.querySelector("h1").textContent.includes("not saved"));
  assert.match(file(), /epochs: 333/);
  assert.deepEqual(s.faults, []);
});
