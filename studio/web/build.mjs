// Builds the page: src -> ../page/dist, which is committed and embedded in the program.
// With a folder as argument it builds there; scripts/check.sh compares that with what is committed.
import { build } from "esbuild";
import { appendFile, copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { dirname, join, resolve } from "node:path";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ? resolve(process.argv[2]) : join(here, "../page/dist");
const most = 350_000; // bytes of all script of the studio, gzipped one by one, without the engine

const common = {
  absWorkingDir: here, bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none",
  charset: "utf8", logLevel: "warning", metafile: true, define: { "process.env.NODE_ENV": '"production"' },
};
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const studio = await build({
  ...common, splitting: true, outdir: out, chunkNames: "chunk-[name]-[hash]",
  entryPoints: [{ in: "src/main.tsx", out: "studio" }, { in: "src/engine/worker.ts", out: "worker" }],
});
// Pages that are loaded later have their sheets in files that nothing names: they are few, so they go into the one of the studio.
for (const name of Object.keys(studio.metafile.outputs).filter((n) => /chunk-[^/]*\.css$/.test(n)).sort()) {
  const file = resolve(here, name);
  await appendFile(join(out, "studio.css"), await readFile(file));
  await rm(file);
}
// The shared page: everything in one script, the worker among it as text.
const worker = await build({ ...common, write: false, entryPoints: ["src/engine/worker.ts"], format: "iife", metafile: false });
await build({
  ...common, outdir: out, splitting: false, format: "iife", entryPoints: [{ in: "src/share.tsx", out: "share" }],
  define: { ...common.define, WORKER_TEXT: JSON.stringify(worker.outputFiles[0].text) },
});
await copyFile(join(here, "src/index.html"), join(out, "index.html"));
await copyFile(join(here, "src/share.html"), join(out, "share.html"));

let all = 0;
for (const name of Object.keys(studio.metafile.outputs)) {
  if (!name.endsWith(".js")) continue;
  const text = await readFile(resolve(here, name));
  const size = gzipSync(text, { level: 9 }).length;
  all += size;
  console.log(`${String(size).padStart(8)} ${name.split("/").pop()}`);
}
console.log(`${String(all).padStart(8)} in all, gzipped; ${most} at most`);
if (all > most) process.exitCode = 1;
