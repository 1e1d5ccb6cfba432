// The list of runs: found, sorted, chosen, started, paused, resumed, extended, put into the trash and back; and runs compared.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, becomes, close, fits, needs, repository, studio, until } from "./browser.mjs";

after(close);
const example = (name) => readFileSync(join(repository, "examples", `${name}.yaml`), "utf8");
const names = (page) => page.locator("tbody tr[data-id]").evaluateAll((rows) => rows.map((r) => r.dataset.id));

test("a list is searched, sorted, chosen and compared", needs, async (t) => {
  const s = await studio(t, { files: { "iris.yaml": example("iris"), "left-right.yaml": example("left-right") } });
  await s.elastrain("train", "iris.yaml", "learn.epochs=30", "-q");
  await s.elastrain("train", "iris.yaml", "learn.epochs=40", "learn.method=adam", "seed=7", "-q");
  await s.elastrain("train", "left-right.yaml", "-q");
  const [a, b, c] = ["runs/iris@learn.epochs=30", "runs/iris@learn.epochs=40,learn.method=adam,seed=7", "runs/left-right"];
  const page = await s.page("/runs");
  await page.locator("tbody tr[data-id]").nth(2).waitFor();
  assert.deepEqual((await names(page)).sort(), [a, b, c].sort());
  assert.equal(await page.title(), "Runs · Elastrain");

  const find = page.getByRole("searchbox", { name: "Search runs" });
  await page.keyboard.press("/");
  await page.keyboard.type("iris -adam");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr[data-id]").length === 1);
  assert.deepEqual(await names(page), [a]);
  await find.fill("left|seed=7$");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr[data-id]").length === 2);
  await find.fill("(");
  await page.getByText("no regular expression").waitFor();
  await becomes(async () => (await names(page)).length, 3);
  await find.fill("");
  await page.getByRole("button", { name: "Loss", exact: true }).click();
  const result = (id) => JSON.parse(readFileSync(join(s.dir, id, "result.json"), "utf8"));
  const byLoss = [a, b, c].sort((x, y) => result(y).loss - result(x).loss);
  await becomes(() => names(page), byLoss);
  await accessible(page, "runs");

  // By keys alone: into the list, choose two, compare.
  await page.locator(`tr[data-id="${byLoss[0]}"]`).focus();
  for (const id of byLoss) {
    await page.waitForFunction((id) => document.activeElement.dataset.id === id, id);
    if (id !== c) await page.keyboard.press("Space");
    if (id !== byLoss[2]) await page.keyboard.press("ArrowDown");
  }
  await page.getByText("2 chosen").waitFor();
  await page.keyboard.press("c");
  await page.getByRole("heading", { name: "Compare 2 runs" }).waitFor();
  const outcome = page.getByRole("table", { name: "What came out" });
  await page.getByRole("table", { name: "Keys of the experiments" }).getByText("learn.method", { exact: true }).waitFor();
  const keys = await page.getByRole("table", { name: "Keys of the experiments" }).locator("tbody tr[data-id]").evaluateAll((rows) => rows.map((r) => r.dataset.id));
  assert.ok(keys.includes("seed") && keys.includes("learn.epochs") && keys.includes("learn.method") && !keys.includes("task.loss"), keys.join());

  // What is copied is what the program says, to the last digit.
  await page.getByRole("button", { name: "Copy as CSV" }).click();
  const copied = (like) => until(`a copy like ${like}`, async () => { const text = await page.evaluate(() => navigator.clipboard.readText()); return like.test(text) && text; });
  const rows = (await copied(/^[^\n]*\bloss\b[^\n]*,/)).trim().split("\n").map((l) => l.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map((x) => x.replace(/,$/, "").replace(/^"|"$/g, "").replace(/""/g, '"')));
  const column = (name) => rows[0].indexOf(name);
  for (const row of rows.slice(1)) {
    const r = result(row[0]);
    for (const key of ["loss", "test_loss", "train_accuracy", "test_accuracy", "epochs", "steps"]) assert.equal(Number(row[column(key)]), r[key], `${key} of ${row[0]}`);
    assert.equal(row[column("learn.method")], row[0] === b ? "adam" : "l-bfgs");
  }
  await page.getByRole("button", { name: "Copy as commands" }).click();
  await copied(/^elastrain train iris\.yaml .*learn\.epochs=/m);

  // The address holds the view: smoothing, axis, keys; another page opened on it shows the same.
  await page.getByRole("slider", { name: "Smooth" }).first().fill("0.6");
  await page.getByText("Time", { exact: true }).first().click();
  await page.getByRole("checkbox", { name: "Also keys that are the same" }).check();
  await page.waitForFunction(() => location.hash.includes("smooth=0.6") && location.hash.includes("axis=time") && location.hash.includes("keys=all"));
  const other = await s.page((await page.evaluate(() => location.hash)).slice(1));
  await other.getByRole("table", { name: "Keys of the experiments" }).getByText("network.lattice", { exact: true }).waitFor();
  assert.equal(await other.getByRole("slider", { name: "Smooth" }).first().inputValue(), "0.6");
  await other.locator(".curves canvas").nth(3).waitFor();
  await accessible(other, "compare");
  await outcome.getByText("Ended").first().waitFor();
  await other.setViewportSize({ width: 360, height: 740 });
  await fits(other, "compare");
  await page.goto(page.url().replace(/#.*/, "#/runs"));
  await page.setViewportSize({ width: 360, height: 740 });
  await page.locator("tbody tr[data-id]").first().waitFor();
  await fits(page, "the list");
  assert.deepEqual(s.faults, []);
});

test("a training is started, watched, paused, resumed, extended, and put into the trash and back", needs, async (t) => {
  const text = example("iris").replace("epochs: 200", "epochs: 20000000").replace("l-bfgs", "adam") + "  stop: {change: 0, gradient: 0}\n";
  const s = await studio(t, { files: { "long.yaml": text } });
  const page = await s.page("/runs");
  await page.getByRole("heading", { name: "No runs yet" }).waitFor();
  await page.getByRole("button", { name: "All examples and files" }).click();
  const dialog = page.getByRole("dialog", { name: "Train" });
  await dialog.getByRole("radio", { name: "long.yaml" }).check();
  await dialog.getByRole("textbox", { name: "Changes" }).fill("seed=3");
  await accessible(page, "train");
  await dialog.getByRole("button", { name: "Train", exact: true }).dblclick().catch(() => undefined); // twice: one training
  await page.waitForURL(/#\/run\//);
  await page.goto(page.url().replace(/#.*/, "#/runs"));
  const row = page.locator("tbody tr[data-id]");
  await row.getByText("Running").waitFor();
  await becomes(() => row.count(), 1);
  const id = await row.getAttribute("data-id");
  const epoch = async () => Number((await row.locator(".progress > span").first().innerText()).replace(/\s/g, "").split("/")[0]);
  const before = await epoch();
  await page.waitForFunction((n) => Number(document.querySelector("tbody .progress > span").textContent.split("/")[0]) > n, before); // by itself
  await row.getByText("left").waitFor();
  await row.focus();
  await page.keyboard.press("p");
  await row.getByText("Paused").waitFor();
  const held = await epoch();
  await page.getByRole("button", { name: `Resume ${id}` }).click();
  await row.getByText("Running").waitFor();
  await page.waitForFunction((n) => Number(document.querySelector("tbody .progress > span").textContent.split("/")[0]) > n, held);
  await page.getByRole("button", { name: `Pause ${id}` }).click();
  await row.getByText("Paused").waitFor();

  await row.getByRole("checkbox").check();
  await page.keyboard.press("e");
  await page.getByRole("spinbutton", { name: "Epochs in all" }).fill("40000000");
  await page.getByRole("button", { name: "Extend", exact: true }).click();
  await row.getByText("/ 40000000").waitFor();
  await page.getByRole("button", { name: `Pause ${id}` }).click();
  await row.getByText("Paused").waitFor();

  await row.focus();
  await page.keyboard.press("Delete");
  await page.getByRole("heading", { name: "No runs yet" }).waitFor();
  assert.ok(!existsSync(join(s.dir, id)));
  await page.getByRole("button", { name: "Undo" }).click();
  await row.getByText("Paused").waitFor();
  assert.ok(existsSync(join(s.dir, id, "manifest.json")));
  assert.deepEqual(s.faults, []);
});

test("in an empty folder a wrong experiment is told with its line, and an example is one click", needs, async (t) => {
  const s = await studio(t, { files: { "wrong.yaml": example("iris").replace("rows: 5-4-3-2", "rows: 5-4-3-x") } });
  const page = await s.page("/runs");
  await page.getByRole("button", { name: "All examples and files" }).click();
  const dialog = page.getByRole("dialog", { name: "Train" });
  await dialog.getByRole("radio", { name: "wrong.yaml" }).check();
  await dialog.getByRole("button", { name: "Train", exact: true }).click();
  const fault = dialog.getByRole("alert");
  await fault.getByText(/E0\d+/).waitFor();
  const line = example("iris").split("\n").findIndex((l) => l.includes("rows: 5-4-3-2")) + 1;
  assert.match(await fault.innerText(), new RegExp(`Line ${line}`));
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "No runs yet" }).waitFor();
  await accessible(page, "no runs");

  // An example is looked at first, and trained by one click.
  await page.getByRole("link", { name: "Look first" }).first().click();
  await page.waitForURL(/#\/sketch\/example/);
  await page.locator(".cm-content").getByText("elastrain: 1").waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Train left-right" }).click();
  await page.waitForURL(/#\/run\/runs\/left-right/);
  assert.equal(readFileSync(join(s.dir, "left-right.yaml"), "utf8"), example("left-right"));
  assert.deepEqual(s.faults, []);
});

test("three thousand runs stay quick, and the page is there for less than a second of the processor", needs, async (t) => {
  const s = await studio(t, { files: { "left-right.yaml": example("left-right") } });
  await s.elastrain("train", "left-right.yaml", "-q");
  await s.stop();
  const one = join(s.dir, "runs/left-right");
  for (let i = 0; i < 3000; i++) for (const f of ["manifest.json", "log.jsonl", "result.json"]) {
    const to = join(s.dir, "runs", `copy-${String(i).padStart(4, "0")}`);
    if (f === "manifest.json") cpSync(join(one, f), join(to, f), { recursive: true });
    else writeFileSync(join(to, f), readFileSync(join(one, f)));
  }
  await s.start();
  const page = await s.page("/runs");
  await page.locator("tbody tr[data-id]").nth(5).waitFor();
  await becomes(async () => await page.locator("tbody tr").count() < 60, true, "only what is seen is in the page");
  const rowcount = await page.getByRole("grid", { name: "Runs" }).getAttribute("aria-rowcount");
  assert.equal(rowcount, "3002");
  // What it costs the processor, not how long it takes: a machine may be busy with other things.
  const cdp = await s.context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const cost = async () => ({ page: 1000 * (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value, server: s.spent() });
  let before = await cost();
  const spent = async () => { const was = before; before = await cost(); return { page: before.page - was.page, server: before.server - was.server }; };
  await page.reload(); // the list is known to the server now
  await page.locator("tbody tr[data-id]").nth(5).waitFor();
  const opened = await spent();
  t.diagnostic(`list of 3001 runs: ${opened.page.toFixed(0)} ms in the page, ${opened.server.toFixed(0)} ms in the server`);
  assert.ok(opened.page + opened.server < 1000, JSON.stringify(opened));
  await page.evaluate(async () => {
    const box = document.querySelector(".table");
    for (let i = 1; i <= 60; i++) {
      box.scrollTop = (box.scrollHeight * i) / 60;
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
  });
  const frame = (await spent()).page / 60;
  t.diagnostic(`scrolling: ${frame.toFixed(1)} ms a frame`);
  assert.ok(frame > 0 && frame < 100, `${frame} ms a frame`);
  await page.getByRole("searchbox", { name: "Search runs" }).fill("copy-2999");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr[data-id]").length === 1);
  assert.deepEqual(s.faults, []);
});

test("the server is killed and comes back: the page goes on by itself", needs, async (t) => {
  const s = await studio(t, { files: { "left-right.yaml": example("left-right") } });
  await s.elastrain("train", "left-right.yaml", "-q");
  const page = await s.page("/runs");
  await page.locator('tr[data-id="runs/left-right"]').waitFor();
  await s.stop("SIGKILL");
  await page.getByText("The server does not answer.").waitFor();
  await s.elastrain("train", "left-right.yaml", "seed=5", "-q");
  await s.start();
  await page.locator('tr[data-id="runs/left-right@seed=5"]').waitFor();
  await page.getByText("The server does not answer.").waitFor({ state: "detached" });
  await becomes(() => page.locator("tbody tr[data-id]").count(), 2);
  assert.deepEqual(s.faults, []);
});
