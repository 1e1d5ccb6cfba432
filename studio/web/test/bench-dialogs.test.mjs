// No serious or critical finding of axe-core on the dialogs of a bench, by light and dark: Give up, End, Let a phone in.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { accessible, close, fits, needs, repository, studio } from "./browser.mjs";

after(close);
const example = readFileSync(join(repository, "examples/lab-behaviour.yaml"), "utf8");
const byHand = `${example.slice(0, example.indexOf("lab:"))}lab:\n  bench: manual\n  steps: 2\n  limits: {force: 30 gf, displacement: 8 mm}\n`;

const host = Object.values(networkInterfaces()).flat().find((a) => a.family === "IPv4" && !a.internal)?.address;

test("dialogs of a bench can be used by all", { ...needs, ...(!host && { skip: "this machine is in no network" }) }, async (t) => {
  const s = await studio(t, { files: { "mine.yaml": byHand }, args: ["--host", host] });
  const page = await s.page("/bench/mine.yaml");
  await page.getByRole("button", { name: "Begin, or go on" }).click();
  await page.waitForURL(/#\/bench\/runs\/mine-lab$/);
  for (const [button, name] of [["Give up…", "Give this session up?"], ["End…", "End it as it is?"], ["Use a phone…", "Let a phone in"]]) {
    await page.getByRole("button", { name: button }).click();
    const dialog = page.getByRole("dialog", { name });
    await dialog.waitFor();
    if (button === "Use a phone…") await dialog.getByText("not encrypted").waitFor();
    await accessible(page, name);
    assert.ok(await page.evaluate(() => document.activeElement.closest("dialog") !== null), `${name}: the keyboard is within`);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: "Use a phone…" }).click();
  await page.getByText("not encrypted").waitFor();
  await fits(page, "Let a phone in");
  assert.deepEqual(s.faults, []);
});
