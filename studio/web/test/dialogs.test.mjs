// No serious or critical finding of axe-core on dialogs and on what opens within a page, by light and dark.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, close, needs, repository, studio, until } from "./browser.mjs";

after(close);
const left = readFileSync(join(repository, "examples/left-right.yaml"), "utf8");

test("dialogs can be used by all", needs, async (t) => {
  const s = await studio(t, { files: { "left-right.yaml": left } });
  await s.elastrain("train", "left-right.yaml", "-q");
  await s.elastrain("train", "left-right.yaml", "seed=2", "-q");
  const page = await s.page("/runs"), dialog = async (name) => {
    await page.getByRole("dialog", { name }).waitFor();
    await accessible(page, String(name));
    const within = await page.evaluate(() => document.activeElement.closest("dialog, [role=dialog]") !== null);
    assert.ok(within, `${name}: the keyboard is within`);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  const row = page.locator("tbody tr[data-id]");
  await row.nth(1).waitFor();
  await page.locator("body").press("F1");
  await dialog("Keys");
  await page.getByRole("button", { name: "About" }).click();
  await dialog("Elastrain studio");
  await row.first().focus();
  await page.keyboard.press("e");
  await dialog(/^Extend/);
  await row.first().focus();
  await page.keyboard.press("Delete");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr[data-id]").length === 1);
  await page.getByRole("button", { name: "Trash" }).first().click();
  await dialog("Trash");

  await page.goto(`http://127.0.0.1:${s.port}/#/run/${await row.first().getAttribute("data-id")}`); // what opens within the page of a run
  await page.waitForSelector("[data-outputs]");
  await until("172 N/m, which is not 0.172 kN/m", async () => /stiffness, N\/m\s+1\d\d/.test(await page.locator(".scale").first().innerText()));
  await page.getByText("Bonds as a table").click();
  await page.evaluate(() => { window.elastrain.play.chosen.value = { element: 6 }; });
  await page.getByRole("button", { name: "Cut it" }).waitFor();
  await accessible(page, "a chosen bond and the table of bonds");
  await page.getByRole("button", { name: "Cut it" }).click();
  await page.waitForFunction(() => window.elastrain.play.cuts.value.length === 1);
  await accessible(page, "a lattice that was cut");

  await page.goto(`http://127.0.0.1:${s.port}/#/sketch`);
  await page.locator(".sketch-canvas").waitFor();
  await page.locator("h1").click();
  await page.keyboard.press("Control+o");
  await dialog("Open");
  await page.keyboard.press("Control+s");
  await dialog("Save in the folder");
  assert.deepEqual(s.faults, []);
});
