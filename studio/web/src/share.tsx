// The shared page: one run, its engine and its task in one file, without a server. The lattice is drawn from what the file says at once;
// the engine starts meanwhile.
import { render } from "preact";
import { signal } from "@preact/signals";
import "./ui/style.css";
import "./ui/shell.css";
import "./run/run.css";
import { Engine, opened, type Carrier } from "./engine/engine";
import { Local } from "./engine/local";
import { decode, type Numbers } from "./engine/message";
import type { EpochRecord, Files } from "./engine/protocol";
import { hook } from "./lattice/lattice";
import { Button } from "./ui/controls";
import { Fault } from "./ui/fault";
import { Hosts } from "./ui/hosts";
import { useKeys } from "./ui/keys";
import { Body, keysOf } from "./run/run-body";
import { Play, type Frames } from "./run/play";

declare const WORKER_TEXT: string;

interface Told { title: string; name: string; text: string; overrides?: string[]; records?: EpochRecord[]; version?: string }

const inline = (id: string) => document.getElementById(id)?.textContent?.trim() ?? "";
async function bytes(base64: string): Promise<Uint8Array> { return new Uint8Array(await (await fetch(`data:application/octet-stream;base64,${base64}`)).arrayBuffer()); }
/** Where a page from disk may not fetch, not even itself. */
function plainBytes(base64: string): Uint8Array {
  const text = atob(base64.replace(/\s+/g, "")), out = new Uint8Array(text.length);
  for (let i = 0; i < out.length; i++) out[i] = text.charCodeAt(i);
  return out;
}
/** Bytes of the file; those that gzip has packed are unpacked. */
async function unpacked(base64: string): Promise<Uint8Array> {
  let out: Uint8Array;
  try { out = await bytes(base64); } catch { out = plainBytes(base64); }
  if (out[0] !== 0x1f || out[1] !== 0x8b) return out;
  return new Uint8Array(await new Response(new Blob([out as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/** The engine, as soon as it is there. */
class Later implements Carrier {
  constructor(private readonly engine: Promise<Carrier>) {}
  async call(verb: string, message: Uint8Array): Promise<Uint8Array> { return (await this.engine).call(verb, message); }
}

async function start(): Promise<Carrier> {
  const wasm = (await unpacked(inline("engine"))).buffer as ArrayBuffer;
  const worker = new Worker(URL.createObjectURL(new Blob([WORKER_TEXT], { type: "text/javascript" })));
  return new Local(worker, { bytes: wasm });
}

function framesOf(epochs: Numbers | undefined, theta: Numbers | undefined): Frames | undefined {
  if (!epochs?.length || !theta) return undefined;
  const p = theta.length / epochs.length;
  return { epochs: [...epochs], theta: [...epochs].map((_, i) => (theta as Float64Array).slice(i * p, (i + 1) * p)) };
}

const fault = signal<unknown>(undefined), ready = signal(false);

function Share({ play, told }: { play: Play; told: Told }) {
  useKeys("Lattice", keysOf(play));
  const save = () => {
    const a = document.createElement("a"), url = URL.createObjectURL(new Blob([play.source.text], { type: "application/yaml" }));
    a.href = url;
    a.download = told.name.split("/").pop() || "experiment.yaml";
    a.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return <main class="run" data-ready={ready.value}>
    <div class="row run-head"><h1>{told.title}</h1>
      <span class="small soft" role="status">{fault.value !== undefined ? "" : ready.value ? "Everything here is computed in this page." : "The engine starts…"}</span>
      <span class="row push"><Button onClick={save}>Save the experiment (YAML)</Button></span></div>
    <p class="small soft">A lattice of springs that has learnt by changing its stiffnesses. Push it, step through its training, cut a bond, and let it learn again.</p>
    {fault.value !== undefined && <Fault of={fault.value} title="The engine does not start here"><span class="small">The picture and the history stay. A browser of 2023 or later has what it needs.</span></Fault>}
    <Body play={play} running={false} />
    <p class="small soft">Made with Elastrain{told.version ? ` ${told.version}` : ""}.</p>
    <Hosts />
  </main>;
}

async function main(): Promise<void> {
  const root = document.getElementById("app")!;
  try {
    const told = JSON.parse(inline("elastrain")) as Told, m = decode(await unpacked(inline("message")));
    const files: Files = Object.fromEntries(Object.entries(m.arrays).filter(([n]) => n.startsWith("file:")).map(([n, a]) => [n.slice(5), a as Uint8Array]));
    const engine = start(), play = new Play(new Engine(new Later(engine))), o = opened(m);
    document.title = told.title;
    play.begin({ ...o, id: -1 }, { name: told.name, text: told.text, files, ...(told.overrides && { overrides: told.overrides }) }, framesOf(m.arrays["frame_epochs"], m.arrays["frames"]), told.records ?? []);
    hook()["play"] = play;
    render(<Share play={play} told={told} />, root);
    await engine;
    await play.revive();
    if (play.fault.value !== undefined) fault.value = play.fault.value; else ready.value = true;
  } catch (e) {
    fault.value = e;
    if (!root.firstChild) render(<main><Fault of={e} title="This page is damaged" /></main>, root);
  }
}

void main();
