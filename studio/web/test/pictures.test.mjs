// The pictures of docs/studio.md that show runs: $PICTURES is the folder they go to, without it there is nothing to do. In each, what the page says is looked for first.
import test, { after } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { close, needs, repository, studio } from "./browser.mjs";

after(close);
const to = process.env.PICTURES && resolve(process.env.PICTURES), example = (n) => readFileSync(join(repository, "examples", `${n}.yaml`), "utf8");

test("pictures of the list, of a run and of runs compared", to ? needs : { skip: "no $PICTURES" }, async (t) => {
  const names = ["iris", "left-right", "frame", "flow", "truss3d"], s = await studio(t, { files: Object.fromEntries(names.map((n) => [`${n}.yaml`, example(n)])) });
  for (const n of names) await s.elastrain("train", `${n}.yaml`, "-q");
  await s.elastrain("train", "iris.yaml", "learn.method=adam", "--out", "runs/iris-adam", "-q");
  await s.elastrain("train", "iris.yaml", "learn.method=momentum", "--out", "runs/iris-momentum", "-q");
  const long = s.elastrain("train", "iris.yaml", "learn.method=adam", "learn.epochs=5000000", "--out", "runs/iris-long", "-q").catch(() => undefined); // paused below
  const page = await s.page("/runs"), keep = async (name) => {
    await page.mouse.move(640, 795);
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(to, name) });
    assert.ok(statSync(join(to, name)).size < 200_000, `${name} is too large`);
  };
  await page.getByText("Running 1").waitFor();
  for (const n of ["iris", "iris-adam", "iris-momentum"]) await page.getByRole("row").filter({ has: page.getByRole("link", { name: `runs/${n}`, exact: true }) }).getByRole("checkbox").check();
  await page.getByText(/left$/).first().waitFor();
  await keep("studio-runs.png");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByText("Compare 3 runs").waitFor();
  await page.getByText("learn.method").first().waitFor();
  await keep("studio-compare.png");
  await page.goto(`http://127.0.0.1:${s.port}/#/run/runs/iris`);
  await page.getByText("which is right.").waitFor();
  await page.getByText("Right in test").first().waitFor();
  await keep("studio-run.png");
  await page.goto(`http://127.0.0.1:${s.port}/#/run/runs/iris-long`);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator(".state.paused").waitFor();
  await long;
  assert.deepEqual(s.faults, []);
});
