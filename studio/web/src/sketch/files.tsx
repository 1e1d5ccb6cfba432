// Where a sketch comes from and goes: the folder, examples, a file that is dropped, a download. What is not saved is kept in the browser.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { decode } from "../engine/message";
import type { Example, Files } from "../engine/protocol";
import { ApiError, get, getBytes, post } from "../ui/api";
import { toast } from "../ui/announce";
import { Button } from "../ui/controls";
import { confirm, Dialog } from "../ui/dialog";
import { Fault } from "../ui/fault";
import { address } from "../ui/route";
import type { Sketch } from "./state";

export interface Spec { name: string; text: string; was: string }
interface Listed { name: string; title?: string }

/** What the file was when it was read or saved: its text, and its hash where it is in the folder. */
export const saved = signal<{ text: string; was: string | undefined }>({ text: "", was: undefined });

export const blank = `elastrain: 1
title: A lattice of mine
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
material: {young: 0.55 MPa, thickness: 2 mm}
bonds: {width: 1.5..2.5 mm}
supports: {pinned: []}
task:
  kind: behaviour
  cases:
    - push: []
      want: []
learn: {method: levenberg-marquardt, epochs: 100}
`;
const empty = blank.replace(/network: .*/, "network:\n  nodes: []\n  bonds: []").replace("A lattice of mine", "A lattice drawn by hand");

const draft = (name: string) => `sketch:${name}`;

/** Keeps what is not saved, so that a closed page loses nothing. */
export function keepDraft(name: string, text: string): void {
  try { if (text === saved.value.text) localStorage.removeItem(draft(name)); else localStorage.setItem(draft(name), text); } catch { /* no room, or not allowed: then it is lost with the page */ }
}

function keptDraft(name: string): string | undefined {
  try { return localStorage.getItem(draft(name)) ?? undefined; } catch { return undefined; }
}

/** The text that the address names. */
export async function load(s: Sketch, id: string): Promise<string> {
  let text = blank, was: string | undefined;
  const example = /^example:(.*)$/.exec(id)?.[1]; // as the list of runs links to one
  if (example !== undefined) {
    const found = (await s.engine.examples()).find((x) => x.name === example);
    if (!found) throw new Error(`there is no example ${example}`);
    text = found.text;
    s.files.value = found.files;
    id = `${example}.yaml`;
  } else if (id) {
    const spec = await get<Spec>("/api/spec", { name: id });
    text = spec.text;
    was = spec.was;
    s.files.value = await dataOf(id);
  }
  s.name = id || "sketch.yaml";
  saved.value = { text, was };
  const kept = keptDraft(s.name);
  if (kept === undefined || kept === text) return text;
  toast(`Your changes to ${s.name} that were not saved are back.`, { here: true, action: { name: id ? "Take the file" : "Begin anew", run: () => s.editor?.replace(text, s.text.value) } });
  return kept;
}

/** Files that an experiment of the folder names. */
async function dataOf(name: string): Promise<Files> {
  try {
    const m = decode(await getBytes("/api/spec/files", { name }));
    return Object.fromEntries(Object.entries(m.arrays).filter(([n]) => n.startsWith("file:")).map(([n, a]) => [n.slice(5), a as Uint8Array]));
  } catch { return {}; } // what is missing the engine says, at its place in the text
}

export async function save(s: Sketch, ask: (name: string) => Promise<string | undefined>): Promise<void> {
  let name: string | undefined = s.name, was = saved.value.was;
  if (was === undefined && !(name = await ask(name))) return;
  if (!/\.ya?ml$/.test(name)) name += ".yaml";
  const text = s.text.value;
  try {
    const reply = await post<{ was: string }>("/api/spec", { name, text, was: was ?? "" });
    try { localStorage.removeItem(draft(s.name)); } catch { /* nothing was kept */ }
    s.name = name;
    was = reply.was;
    saved.value = { text, was };
    history.replaceState(null, "", address("sketch", name));
    toast(`Saved as ${name}.`);
  } catch (e) {
    if (!(e instanceof ApiError) || e.status !== 409) { toast(e instanceof Error ? e.message : String(e), { bad: true }); return; }
    const theirs = await get<Spec>("/api/spec", { name }).catch(() => undefined);
    const over = await confirm({ title: `${name} is another now`, yes: "Write over it", danger: true,
      text: "Somebody has changed this file since it was read here, or a file of this name is there already. Write over it, or cancel and save under another name." });
    if (!over || !theirs) { saved.value = { ...saved.value, was: undefined }; return; }
    s.name = name;
    saved.value = { text: theirs.text, was: theirs.was };
    return save(s, ask);
  }
}

export function download(s: Sketch): void {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(new Blob([s.text.value], { type: "application/yaml" }));
  a.download = s.name.split("/").pop()!;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}

/** A file that is dropped: an experiment takes the place of the text, anything else is data that the text may name. */
export async function dropped(s: Sketch, list: FileList): Promise<void> {
  for (const f of list) {
    if (f.size > 32 << 20) { toast(`${f.name} is larger than 32 MB.`, { bad: true }); continue; }
    if (/\.ya?ml$/i.test(f.name)) take(s, f.name, await f.text(), {});
    else {
      s.files.value = { ...s.files.value, [f.name]: new Uint8Array(await f.arrayBuffer()) };
      toast(`${f.name} is there: the text can name it, as data: ${f.name}`);
      void s.check();
    }
  }
}

/** Another text in place of this one; undo brings it back. */
export function take(s: Sketch, name: string, text: string, files: Sketch["files"]["value"], was?: string): void {
  s.name = name;
  s.files.value = files;
  saved.value = { text, was };
  s.node.value = s.bond.value = undefined;
  s.caseAt.value = s.mode.value = 0;
  s.shown.value = undefined;
  s.sheet.value++;
  s.editor?.replace(text, s.text.value);
  s.note.value = `${name} is open; undo brings back what was here.`;
  history.replaceState(null, "", address("sketch", was === undefined ? "" : name));
}

export function OpenDialog({ s, open, onClose }: { s: Sketch; open: boolean; onClose: () => void }) {
  const [specs, setSpecs] = useState<Listed[]>(), [examples, setExamples] = useState<Example[]>(), [fault, setFault] = useState<unknown>();
  useEffect(() => {
    if (!open) return;
    get<{ specs: (Listed | string)[] }>("/api/specs").then((r) => setSpecs(r.specs.map((x) => (typeof x === "string" ? { name: x } : x))), setFault);
    s.engine.examples().then(setExamples, setFault);
  }, [open]);
  const read = async (name: string) => {
    try { const spec = await get<Spec>("/api/spec", { name }); take(s, name, spec.text, await dataOf(name), spec.was); onClose(); } catch (e) { setFault(e); }
  };
  return <Dialog title="Open" open={open} onClose={onClose} wide>
    {fault !== undefined && <Fault of={fault} />}
    <div class="row">
      <Button onClick={() => { take(s, "sketch.yaml", blank, {}); onClose(); }}>New lattice</Button>
      <Button onClick={() => { take(s, "sketch.yaml", empty, {}); onClose(); }}>Empty drawing</Button>
      <label class="button plain">A file of this machine<input class="unseen" type="file" multiple accept=".yaml,.yml,.csv,.npz,.msh,.dxf,text/*" onChange={(e) => { const f = e.currentTarget.files; if (f) void dropped(s, f); onClose(); }} /></label>
    </div>
    <h3>In the folder</h3>
    {!specs ? <p class="soft">…</p> : specs.length === 0 ? <p class="soft">No experiment files yet.</p>
      : <ul class="sketch-list">{specs.map((x) => <li key={x.name}><button type="button" class="button quiet" onClick={() => void read(x.name)}><strong>{x.name}</strong> {x.title}</button></li>)}</ul>}
    <h3>Examples</h3>
    <ul class="sketch-list">{examples?.map((x) => <li key={x.name}><button type="button" class="button quiet" onClick={() => { take(s, `${x.name}.yaml`, x.text, x.files); onClose(); }}><strong>{x.name}</strong> {x.title}</button></li>)}</ul>
  </Dialog>;
}

/** Asks under which name a new sketch is saved. */
export function AskName({ ask, onDone }: { ask: { name: string } | undefined; onDone: (name: string | undefined) => void }) {
  const [name, setName] = useState<string>();
  if (!ask) return null;
  const value = name ?? ask.name, end = (v: string | undefined) => { setName(undefined); onDone(v); };
  return <Dialog title="Save in the folder" open onClose={() => end(undefined)} actions={<><Button class="push" onClick={() => end(undefined)}>Cancel</Button><Button kind="main" onClick={() => end(value)} disabled={!value.trim()}>Save</Button></>}>
    <form onSubmit={(e) => { e.preventDefault(); if (value.trim()) end(value.trim()); }}>
      <label class="field"><span>Name</span><input type="text" value={value} onInput={(e) => setName(e.currentTarget.value)} /></label>
    </form>
  </Dialog>;
}
