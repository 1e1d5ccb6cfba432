// The program with the page of these sources in it: what $ELASTRAIN names, else it is built, once for all test files of a run.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const web = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const dir = join(tmpdir(), `elastrain-page-${process.ppid}`), users = join(dir, "users"), own = join(users, String(process.pid));
const binary = join(dir, "elastrain"), done = join(dir, "done"); // done: what went wrong, if anything
let found;

export function program() { return found ??= process.env.ELASTRAIN ? resolve(process.env.ELASTRAIN) : shared(); }

/** Whoever comes first builds it, and the last who uses it takes it away. */
function shared() {
  for (let i = 0, here = false; !here || !existsSync(done); i++) {
    if (i > 3000) throw new Error(`nobody has built the program in ${dir}`);
    if (i > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    let first = false;
    try { mkdirSync(dir); first = true; mkdirSync(users); } catch (e) { if (e.code !== "EEXIST") throw e; }
    if (!here) try { writeFileSync(own, ""); here = true; } catch (e) { if (e.code !== "ENOENT") throw e; } // it is being made, or taken away
    if (first) build();
  }
  process.on("exit", leave);
  const wrong = readFileSync(done, "utf8");
  if (wrong) throw new Error(wrong);
  return binary;
}

function build() {
  let wrong = "";
  try {
    execFileSync("node", ["build.mjs"], { cwd: web, stdio: ["ignore", "ignore", "pipe"] });
    execFileSync("go", ["build", "-buildvcs=false", "-o", binary, "./cmd/elastrain"], { cwd: resolve(web, "../.."), stdio: ["ignore", "ignore", "pipe"] });
  } catch (e) { wrong = `the program cannot be built: ${e.stderr || e}`; }
  writeFileSync(done, wrong);
}

function leave() {
  try {
    rmSync(own);
    if (readdirSync(users).length > 0) return;
    renameSync(dir, `${dir}-${process.pid}`); // whoever comes now builds anew
    rmSync(`${dir}-${process.pid}`, { recursive: true, force: true });
  } catch { /* somebody else takes it away */ }
}
