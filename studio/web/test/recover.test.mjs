// Killed server, killed training, closed laptop: pages recover by themselves, nothing is lost and nothing is shown twice.
//   $ELASTRAIN_ASLEEP  seconds that the server is stopped (2; 60 for the minute of a closed laptop)
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { becomes, close, needs, repository, studio, until, wait } from "./browser.mjs";

after(close);
const asleep = Number(process.env.ELASTRAIN_ASLEEP ?? 2) * 1000;
const left = readFileSync(join(repository, "examples/left-right.yaml"), "utf8");
/** A training that does not end by itself. Its steps are epochs, so that a pause is always at one. */
const long = left.replace(/learn:.*/, "learn: {method: gradient-descent, rate: 1e-9, epochs: 100000000, stop: {change: 0, gradient: 0}}");

/** Stops a process, and returns when each of its threads stands still: on a busy machine that is a while after the signal. */
const halt = async (p) => {
  process.kill(p, "SIGSTOP");
  const stands = () => readdirSync(`/proc/${p}/task`).every((t) => /\) [Tt] /.test(readFileSync(`/proc/${p}/task/${t}/stat`, "utf8")));
  await until(`process ${p} to stand`, stands);
};
/** What the log has: epochs in their order, as far as lines are whole. */
const logged = (s, id) => readFileSync(join(s.dir, id, "log.jsonl"), "utf8").split("\n").flatMap((l) => { try { const r = JSON.parse(l); return r.kind === "epoch" ? [r.epoch] : []; } catch { return []; } });
const shown = (page) => page.evaluate(() => window.elastrain.play.records.value.map((r) => r.epoch));
const begin = async (s, text = long) => {
  const page = await s.page("/runs");
  const { run } = await page.evaluate(async (text) => (await ask("/api/train", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "long.yaml", text }) })).json(), text);
  await page.goto(`${new URL(page.url()).origin}/#/run/${run.id}`);
  await page.waitForSelector("[data-outputs]");
  return { page, id: run.id };
};
const grows = async (page) => { const n = (await shown(page)).length; await page.waitForFunction((n) => window.elastrain.play.records.value.length > n, n); };
/** Ends the training by the page and compares what it shows with what is on the disk. */
const compare = async (s, page, id) => {
  await page.getByRole("button", { name: "Pause" }).click();
  await page.waitForSelector(".state.paused");
  const all = logged(s, id);
  await page.waitForFunction((n) => window.elastrain.play.records.value.length >= n, all.length);
  assert.deepEqual(await shown(page), all, "the page has the epochs of the log, each once, in order");
  assert.deepEqual(all, [...new Set(all)].sort((a, b) => a - b), "the log has each epoch once");
  const bonds = JSON.parse(await s.elastrain("gradient", id, "--json")).bonds.map((b) => b.stiffness);
  await page.waitForFunction((k) => window.elastrain.play.frames.value.theta.at(-1)[0] === k, bonds[0]); // the last frame comes by itself
  const { theta, frames } = await page.evaluate(() => ({ theta: [...window.elastrain.play.frames.value.theta.at(-1)], frames: [...window.elastrain.play.frames.value.epochs] }));
  assert.deepEqual(theta, bonds, "the last frame is the checkpoint");
  assert.deepEqual(frames, [...new Set(frames)].sort((a, b) => a - b), "each frame once");
  await page.getByText("The server does not answer.").waitFor({ state: "detached" });
  assert.deepEqual(s.faults, []);
};

test("the server is killed while a training is watched: it goes on, and so does the page", needs, async (t) => {
  const s = await studio(t), { page, id } = await begin(s);
  for (let n = 0; n < 2; n++) {
    await grows(page);
    const [training] = s.trainings();
    await s.stop("SIGKILL");
    await page.getByText("The server does not answer.").waitFor();
    const before = (await shown(page)).length;
    await until("the training to go on without the server", () => logged(s, id).length > before);
    assert.deepEqual(s.trainings(), [training]);
    await s.start();
    await page.getByText("The server does not answer.").waitFor({ state: "detached" });
    await grows(page);
  }
  await compare(s, page, id);
});

test("a page that is opened while the server is away shows its run when it is back", needs, async (t) => {
  const s = await studio(t, { files: { "left-right.yaml": left } });
  await s.elastrain("train", "left-right.yaml", "-q");
  const page = await s.page("/run/runs/left-right"), sketched = await s.page("/sketch/left-right.yaml");
  await page.waitForSelector("[data-outputs]");
  await sketched.locator(".sketch-canvas").waitFor();
  await page.goto(`${new URL(page.url()).origin}/#/runs`);
  await page.locator("tbody tr[data-id]").waitFor();
  await s.stop("SIGKILL");
  await page.evaluate(() => { location.hash = "#/run/runs/left-right"; });
  await page.getByText("This run cannot be shown").waitFor();
  await sketched.evaluate(() => { location.hash = "#/sketch/left-right.yaml?again"; });
  await s.start();
  await page.waitForSelector("[data-outputs]");
  await page.getByText("This run cannot be shown").waitFor({ state: "detached" });
  await sketched.locator(".sketch-canvas").waitFor();
  assert.deepEqual(s.faults, []);
});

test("a training is killed: the page says so, and resumes it from the last checkpoint", needs, async (t) => {
  const s = await studio(t), { page, id } = await begin(s);
  await grows(page);
  const [training] = s.trainings();
  process.kill(training, "SIGKILL");
  await page.waitForSelector(".state.stopped");
  await page.getByRole("button", { name: "Resume" }).click();
  await page.waitForSelector(".state.running");
  await grows(page);
  await compare(s, page, id);
});

test("a closed laptop: server and training are stopped and go on, and so do the pages", { ...needs, timeout: needs.timeout + 2 * asleep }, async (t) => {
  const s = await studio(t), { page, id } = await begin(s), list = await s.page("/runs");
  await list.getByText("Running", { exact: true }).waitFor();
  await grows(page);
  const [training] = s.trainings();
  for (const all of [[s.child.pid], [s.child.pid, training]]) { // the server alone, then both
    const before = logged(s, id).length;
    let asked = false, answer;
    try {
      for (const p of all) await halt(p);
      answer = page.evaluate(async () => (await ask("/api/runs")).status).then((x) => { asked = true; return x; }); // what is asked meanwhile is answered later
      await wait(asleep);
      assert.equal(asked, false);
      if (all.length === 1) await until("the training, which does not wait for the server", () => logged(s, id).length > before);
    } finally { for (const p of all) process.kill(p, "SIGCONT"); }
    assert.equal(await answer, 200);
    await page.waitForFunction((n) => window.elastrain.play.records.value.length > n, before);
    await grows(page);
    const epoch = async () => Number((await list.locator("tbody .progress > span").first().textContent()).replace(/\s/g, "").split("/")[0]), e = await epoch();
    await until("the list to go on", async () => await epoch() > e);
  }
  await becomes(() => list.locator("tbody tr[data-id]").count(), 1);
  await compare(s, page, id);
});

test("what trains in the page goes on without the server; what trains in the server begins anew, and is shown once", needs, async (t) => {
  const s = await studio(t, { files: { "slow.yaml": long } });
  const here = await s.page("/sketch/slow.yaml"), there = await (await s.open()).newPage();
  await there.route("**/engine.wasm*", (r) => r.abort()); // no engine in this page: that of the server
  await there.goto(`http://127.0.0.1:${s.port}/#/sketch/slow.yaml`);
  const epoch = async (p) => Number(/epoch (\d+)/.exec(await p.locator("section[aria-labelledby=sketch-learn] .row .soft").innerText())?.[1] ?? 0);
  const goesOn = async (p) => { const e = await epoch(p); await until(`another epoch than ${e}`, async () => { const now = await epoch(p); return now > 0 && now !== e; }); };
  for (const p of [here, there]) {
    await p.getByText("It stands and can learn.").waitFor();
    await p.getByRole("button", { name: "Train", exact: true }).click();
    await goesOn(p);
  }
  await s.stop("SIGKILL");
  await there.getByText("The server does not answer.").waitFor();
  await goesOn(here); // and is not told, as it asks nothing
  await there.getByRole("alert").filter({ hasText: "does not answer" }).first().waitFor();
  await s.start();
  await there.getByText("The server does not answer.").waitFor({ state: "detached" });
  await there.getByText("It stands and can learn.").waitFor();
  await goesOn(here);
  await there.getByRole("button", { name: "Go on" }).click();
  await goesOn(there);
  assert.deepEqual(s.faults, []);
});
