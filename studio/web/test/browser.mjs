// What tests of the page share: one Chromium, the program with the page in it, and a studio in a folder of its own.
//   $CHROMIUM   the browser (else where Debian has it); without one the tests are skipped
//   $ELASTRAIN  the program with the page embedded; else it is built, once for all test files of a run
import { chromium as player } from "playwright-core";
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";

export const web = resolve(dirname(fileURLToPath(import.meta.url)), "..");
export const repository = resolve(web, "../..");
const executablePath = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p));
/** Options for test(): says why where there is no browser. */
export const needs = executablePath ? {} : { skip: "there is no Chromium: install it, or name it in $CHROMIUM" };

let started;
/** Chromium, started once a test file. */
export function chromium() {
  return started ??= player.launch({
    executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  });
}
/** At the end of a test file: after(close). */
export async function close() { await (await started)?.close(); }

/** The program, with the page of these sources in it. Files that are tested side by side build it once. */
export function program() {
  if (process.env.ELASTRAIN) return resolve(process.env.ELASTRAIN);
  const dir = join(tmpdir(), `elastrain-page-${process.ppid}`), built = join(dir, "elastrain"), done = join(dir, "done"); // done: what went wrong, if anything
  try { mkdirSync(dir); } catch {
    for (let i = 0; !existsSync(done); i++) {
      if (i > 900) throw new Error(`nobody has built the program in ${dir}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
    const wrong = readFileSync(done, "utf8");
    if (wrong) throw new Error(wrong);
    return built;
  }
  process.on("exit", () => { try { rmSync(dir, { recursive: true, force: true }); } catch { /* somebody else has */ } });
  try {
    execFileSync("node", ["build.mjs"], { cwd: web, stdio: ["ignore", "ignore", "pipe"] });
    execFileSync("go", ["build", "-buildvcs=false", "-o", built, "./cmd/elastrain"], { cwd: repository, stdio: ["ignore", "ignore", "pipe"] });
  } catch (e) { writeFileSync(done, `the program cannot be built: ${e.stderr || e}`); throw new Error(readFileSync(done, "utf8")); }
  writeFileSync(done, "");
  return built;
}

/**
 * A studio in a folder with some files ({name: text}); `t` is the test, at whose end it is ended and its folder goes.
 * `page` opens one (path is what stands behind #), with every fault of its console collected in `faults`.
 */
export async function studio(t, { files = {}, args = [] } = {}) {
  const home = await mkdtemp(join(tmpdir(), "elastrain-studio-")), dir = join(home, "work"), binary = program();
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
      await s.context.addInitScript(() => { // asks as the page does
        window.ask = (path, init) => fetch(path, { ...init, headers: { ...init?.headers, "Elastrain-Key": localStorage.getItem("elastrain.key") } });
      });
      await s.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(s.address).origin });
      s.context.setDefaultTimeout(10_000);
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
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  await s.start();
  return s;
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
