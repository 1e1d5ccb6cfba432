// The shared page: networks with their tasks, and the engine, in one file without a server. The lattice is drawn from what the file says at
// once; the engine starts meanwhile. Of several networks the address names the one that is shown; the others keep what was done to them.
import { render } from "preact";
import { signal } from "@preact/signals";
import "./ui/style.css";
import "./ui/shell.css";
import "./run/run.css";
import "./share.css";
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

interface Network { key: string; title: string; name: string; text: string; overrides?: string[]; records?: EpochRecord[] }
interface Told { title?: string; version?: string; networks: Network[] }

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

const fault = signal<unknown>(undefined), ready = signal(false), at = signal(0), play = signal<Play | undefined>(undefined);
let told: Told, running: Carrier;
const plays = new Map<number, Play>(); // of the networks that have been looked at

/** The network that the address names; the first where it names none. */
function named(): number { return Math.max(0, told.networks.findIndex((n) => n.key === location.hash.slice(1))); }

/** What the file says of a network. */
async function made(i: number): Promise<Play> {
  const n = told.networks[i]!, m = decode(await unpacked(inline(`network-${i}`)));
  const files: Files = Object.fromEntries(Object.entries(m.arrays).filter(([name]) => name.startsWith("file:")).map(([name, a]) => [name.slice(5), a as Uint8Array]));
  const p = new Play(new Engine(running));
  p.begin({ ...opened(m), id: -1 }, { name: n.name, text: n.text, files, ...(n.overrides && { overrides: n.overrides }) }, framesOf(m.arrays["frame_epochs"], m.arrays["frames"]), n.records ?? []);
  return p;
}

/** Shows a network; the one before sleeps, as it is. */
async function show(i: number): Promise<void> {
  try {
    const p = plays.get(i) ?? await made(i);
    plays.set(i, p);
    if (i !== named()) return; // another one has been chosen meanwhile
    if (play.value && play.value !== p) play.value.sleep();
    at.value = i;
    play.value = p;
    document.title = (told.networks.length === 1 && told.title) || told.networks[i]!.title;
    hook()["play"] = p;
    ready.value = false;
    fault.value = undefined;
    await p.revive();
    if (play.value !== p) return;
    if (p.fault.value !== undefined) fault.value = p.fault.value; else ready.value = true;
  } catch (e) { fault.value = e; }
}

function go(by: number): void {
  const n = told.networks.length;
  location.hash = told.networks[(at.value + by + n) % n]!.key;
}

function Choose() {
  const list = told.networks;
  useKeys("Networks", [{ key: "n", does: "Next network", run: () => go(1) }, { key: "N", does: "Network before", run: () => go(-1) }]);
  return <nav class="networks" aria-label="Networks">{told.title && <span class="small soft">{told.title}</span>}
    {list.map((n, i) => <a key={n.key} href={`#${n.key}`} aria-current={i === at.value ? "page" : undefined}>{n.title}</a>)}</nav>;
}

function Share({ p }: { p: Play }) {
  const n = told.networks[at.value]!, several = told.networks.length > 1;
  useKeys("Lattice", keysOf(p));
  const save = () => {
    const a = document.createElement("a"), url = URL.createObjectURL(new Blob([p.source.text], { type: "application/yaml" }));
    a.href = url;
    a.download = n.name.split("/").pop() || "experiment.yaml";
    a.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return <main class="run" data-ready={ready.value} data-network={n.key}>
    {several && <Choose />}
    <div class="row run-head"><h1>{(!several && told.title) || n.title}</h1>
      <span class="small soft" role="status">{fault.value !== undefined ? "" : ready.value ? "Everything here is computed in this page." : "The engine starts…"}</span>
      <span class="row push"><Button onClick={save}>Save the experiment (YAML)</Button></span></div>
    <p class="small soft">A lattice of springs that learns by changing its stiffnesses. Push it, step through its training, cut a bond, and let it learn again.</p>
    {fault.value !== undefined && <Fault of={fault.value} title="The engine does not start here"><span class="small">The picture and the history stay. A browser of 2023 or later has what it needs.</span></Fault>}
    <Body key={n.key} play={p} running={false} />
    <p class="small soft">Made with Elastrain{told.version ? ` ${told.version}` : ""}.</p>
    <Hosts />
  </main>;
}

function Page() { return play.value ? <Share p={play.value} /> : null; }

async function main(): Promise<void> {
  const root = document.getElementById("app")!;
  try {
    told = JSON.parse(inline("elastrain")) as Told;
    const engine = start();
    running = new Later(engine);
    const first = named();
    plays.set(first, await made(first));
    const shown = show(first);
    window.addEventListener("hashchange", () => { if (named() !== at.value) void show(named()); });
    render(<Page />, root);
    await engine;
    await shown;
  } catch (e) {
    fault.value = e;
    if (!root.firstChild) render(<main><Fault of={e} title="This page is damaged" /></main>, root);
  }
}

void main();
