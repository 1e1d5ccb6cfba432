// What tests of the page share: one Chromium, the program with the page in it, and a studio in a folder of its own.
//   $CHROMIUM   the browser (else where Debian has it); without one the tests are skipped
//   $ELASTRAIN  the program with the page embedded; else program.mjs builds it
//   $ELASTRAIN_SLOW  if set, all takes longer, as on a busy machine: hands by 0.1 s, pages five times, answers of the studio by up to 0.4 s
import { chromium as player } from "playwright-core";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual, promisify } from "node:util";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { program } from "./program.mjs";

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const executablePath = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p));
/** How long anything is waited for, ms. It ends what hangs and says nothing of how quick something is: a machine may be busy with other things. */
const patience = 60_000;
/** Options for test(): says why where there is no browser. */
export const needs = executablePath ? { timeout: 10 * patience } : { skip: "there is no Chromium: install it, or name it in $CHROMIUM" };

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));
/** Asks again and again until the answer is true of something, and returns it. page.waitForFunction is for what answers at once: a promise is true for it. */
export async function until(what, ask) {
  for (const end = Date.now() + patience; ;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < end, `waited for ${what}`);
    await wait(20);
  }
}
/** What a page shows follows a while after what was done: looks until it is what it should be. */
export async function becomes(look, want, what) {
  let got;
  for (const end = Date.now() + patience; !isDeepStrictEqual(got = await look(), want) && Date.now() < end;) await wait(20);
  assert.deepEqual(got, want, what);
}

/** Nothing is wider than the page: soon, as what is drawn is fitted to a new size a while after it. */
export const fits = (page, what) => becomes(() => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)), 0, `${what}: wider than the page`);

const slow = Boolean(process.env.ELASTRAIN_SLOW);
async function slowed(context) {
  context.on("page", (page) => void context.newCDPSession(page).then((c) => c.send("Emulation.setCPUThrottlingRate", { rate: 5 })).catch(() => undefined)); // it may be closed already
  await context.route("**/api/**", async (r) => { await wait(Math.random() * 400); await r.continue().catch(() => undefined); });
}

let started;
/** Chromium, started once a test file. */
export function chromium() {
  return started ??= player.launch({
    executablePath, slowMo: slow ? 100 : 0, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  });
}
/** At the end of a test file: after(close). */
export async function close() { await (await started)?.close(); }

/**
 * A studio in a folder with some files ({name: text}); `t` is the test, at whose end it is ended and its folder goes.
 * `page` opens one (path is what stands behind #), with every fault of its console collected in `faults`.
 */
export async function studio(t, { files = {}, args = [] } = {}) {
  const home = await realpath(await mkdtemp(join(tmpdir(), "elastrain-studio-"))), dir = join(home, "work"), binary = program();
  mkdirSync(dir);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, "config"), NO_COLOR: "1" };
  const faults = [], contexts = [];
  const s = { dir, faults, context: undefined, child: undefined, port: 0, address: "" };

  /** Runs the program in the folder; the answer is what it prints. */
  s.elastrain = async (...words) => (await promisify(execFile)(binary, words, { cwd: dir, env, maxBuffer: 1 << 28 })).stdout;
  s.start = async () => {
    const child = spawn(binary, ["studio", "--no-open", "--json", ...(s.port ? ["--port", String(s.port)] : []), ...args], { cwd: dir, env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stderr.on("data", (b) => { said += b; });
    const line = await new Promise((done, failed) => {
      createInterface({ input: child.stdout }).once("line", done);
      child.once("exit", (code) => failed(new Error(`the studio ended with ${code}: ${said}`)));
    });
    const told = JSON.parse(line);
    Object.assign(s, { child, port: told.port, address: told.address });
    return told;
  };
  /** Programs in the folder beside the studio: trainings, which go on without it. */
  s.trainings = () => existsSync("/proc") ? readdirSync("/proc").filter((p) => /^\d+$/.test(p) && Number(p) !== s.child?.pid).filter((p) => {
    try { return readlinkSync(`/proc/${p}/cwd`) === dir && readFileSync(`/proc/${p}/cmdline`, "utf8").includes("elastrain"); } catch { return false; }
  }).map(Number) : [];
  /** What the studio has cost the processor, ms; 0 where the system does not say. */
  s.spent = () => { if (!existsSync("/proc")) return 0; const stat = readFileSync(`/proc/${s.child.pid}/stat`, "utf8").split(") ")[1].split(" "); return 10 * (Number(stat[11]) + Number(stat[12])); };
  /** Ends it, as Ctrl-C does, or with another signal. */
  s.stop = async (signal = "SIGINT") => {
    const { child } = s;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await gone;
  };
  s.open = async (options = {}) => {
    if (!s.context) {
      s.context = await (await chromium()).newContext({ viewport: { width: 1280, height: 800 }, ...options, bypassCSP: false });
      contexts.push(s.context);
      if (slow) await slowed(s.context);
      await s.context.addInitScript(() => { // asks as the page does
        window.ask = (path, init) => fetch(path, { ...init, headers: { ...init?.headers, "Elastrain-Key": localStorage.getItem("elastrain.key") } });
      });
      await s.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(s.address).origin });
      s.context.setDefaultTimeout(patience);
      const first = await s.context.newPage(); // takes the token
      await first.goto(s.address);
      await first.close();
    }
    return s.context;
  };
  s.page = async (path = "/runs", options = {}) => {
    const page = await (await s.open(options)).newPage();
    page.on("pageerror", (e) => faults.push(e.stack ?? String(e)));
    page.on("console", (m) => { if (m.type() === "error" && !/Failed to load resource|net::ERR_/.test(m.text())) faults.push(m.text()); });
    await page.goto(`http://127.0.0.1:${s.port}/#${path}`);
    return page;
  };
  t.after(async () => {
    for (const c of contexts) await c.close();
    await s.stop();
    await until("the end of trainings", () => { // what writes on would keep the folder from going
      const left = s.trainings();
      for (const p of left) try { process.kill(p, "SIGKILL"); } catch { /* it has ended meanwhile */ }
      return left.length === 0;
    });
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  await s.start();
  return s;
}

/** A page without a net, for what opens from disk: every fault of its console is in `faults`, what it asks of a net in `asked`. */
export async function offline(t) {
  const context = await (await chromium()).newContext({ viewport: { width: 1280, height: 900 }, offline: true }), faults = [], asked = [];
  t.after(() => context.close());
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  page.on("pageerror", (e) => faults.push(String(e)));
  page.on("console", (m) => { if (m.type() === "error") faults.push(m.text()); });
  page.on("request", (r) => { if (/^(https?|wss?):/.test(r.url())) asked.push(r.url()); });
  return { page, faults, asked };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** No serious or critical finding of axe-core on what is seen now, in light and in dark. */
export async function accessible(page, name = "page") {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .map((v) => `${v.impact} ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" ; ")}`));
    assert.deepEqual(found, [], `${name}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
}
