// Sweeps of the folder: named with their points, state and best; their table is that of `elastrain sweep table`; their runs are runs.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, becomes, close, fits, needs, repository, studio } from "./browser.mjs";

after(close);
const iris = readFileSync(join(repository, "examples/iris.yaml"), "utf8").replace("method: l-bfgs", "method: adam").replace("epochs: 200", "epochs: 5");

test("sweeps are shown with their table and their runs", needs, async (t) => {
  const s = await studio(t, { files: { "iris.yaml": iris } });
  await s.elastrain("-q", "sweep", "iris.yaml", "learn.rate=1e-3..1e-1/4", "seed=1..3", "-o", "rates");
  await s.elastrain("-q", "sweep", "iris.yaml", "seed=1..2", "--runs", "-o", "kept");
  await s.elastrain("-q", "sweep", "iris.yaml", "seed=1..2", "-o", "hurt");
  appendFileSync(join(s.dir, "hurt/sweep.json"), "x");
  const page = await s.page("/runs"), list = page.getByRole("region", { name: "Sweeps" });
  await list.getByText("rates", { exact: true }).waitFor();
  await becomes(() => list.locator("tbody tr").count(), 3);
  const rows = await list.locator("tbody tr").evaluateAll((all) => Object.fromEntries(all.map((r) => [r.dataset.id, r.innerText.replace(/\s+/g, " ")])));
  assert.deepEqual(Object.keys(rows).sort(), ["hurt", "kept", "rates"]);
  assert.match(rows.rates, /Ended.*12 ?\/ ?12.*learn\.rate=/);
  assert.match(rows.hurt, /Broken/);
  await becomes(() => page.getByRole("grid", { name: "Runs" }).locator("tbody tr[data-id^='kept/']").count(), 2); // runs inside are runs
  await accessible(page, "the list with sweeps");
  await page.setViewportSize({ width: 360, height: 740 });
  await fits(page, "the list");

  const said = JSON.parse(await s.elastrain("sweep", "table", "rates", "--over", "seed", "--json"));
  await list.getByRole("link", { name: "rates" }).click();
  const table = page.getByRole("table", { name: "Settings of the sweep" });
  await table.waitFor();
  await fits(page, "a sweep");
  await page.setViewportSize({ width: 1280, height: 800 });
  const told = await page.evaluate(async () => (await (await ask("/api/sweep?id=rates")).json()).table);
  assert.deepEqual(told.settings, said.settings);
  assert.equal(told.best_point, said.best_point);
  await becomes(() => table.locator("tbody tr").count(), 4);
  assert.match(await table.locator("tbody tr", { hasText: "★" }).innerText(), new RegExp(`★\\s*${said.best_point}\\b`));
  await page.getByText(/along learn\.rate; the band is one deviation/).waitFor();
  const points = () => table.locator("tbody tr").evaluateAll((all) => all.map((r) => Number(r.dataset.id)));
  await table.getByRole("button", { name: "loss", exact: true }).click(); // sorted by a column, in the address
  const by = said.settings.slice().sort((a, b) => b.scores.loss.mean - a.scores.loss.mean).map((x) => x.point);
  await becomes(points, by);
  await page.waitForURL(/sort=-loss/);
  await accessible(page, "a sweep");
  await page.goto(`http://127.0.0.1:${s.port}/#/sweep/kept`);
  await page.getByRole("link", { name: "Its runs" }).click();
  await page.waitForURL(/#\/runs\?q=kept/);
  await page.goto(`http://127.0.0.1:${s.port}/#/sweep/hurt`);
  await page.getByText("its sum is another").waitFor();
  assert.deepEqual(s.faults, []);
});
