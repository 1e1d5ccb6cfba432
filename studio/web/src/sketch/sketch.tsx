// The page of a sketch: draw or generate a lattice, hold, push and read it, say what it should do, and train it, with its text beside it.
import "./sketch.css";
import { effect } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button, Choice, Slider } from "../ui/controls";
import { onReturn } from "../ui/api";
import { useKeys } from "../ui/keys";
import { Fault } from "../ui/fault";
import { number, percent } from "../ui/units";
import { Advice } from "./advice";
import { Chosen, Tables } from "./chosen";
import { Canvas } from "./drawing";
import { makeEditor } from "./editor";
import { AskName, download, dropped, keepDraft, load, OpenDialog, save, saved } from "./files";
import { Generate } from "./generate";
import { Learn } from "./learn";
import { colouring, modelOf } from "./model";
import { Sketch, type Tool } from "./state";
import { TaskCard } from "./task";
import { Training } from "./training";

const tools: { value: Tool; name: string; key: string; does: string }[] = [
  { value: "select", name: "Select", key: "s", does: "Choose, move the view; Ctrl and drag pushes by hand" },
  { value: "node", name: "Node", key: "n", does: "Click places a node, drag moves one" },
  { value: "bond", name: "Bond", key: "b", does: "Drag from node to node" },
  { value: "delete", name: "Delete", key: "d", does: "Click takes out a node or bond" },
  { value: "pin", name: "Pin", key: "p", does: "Holds a node, or lets it go" },
  { value: "roller-x", name: "Hold x", key: "x", does: "Holds a node along x" },
  { value: "roller-y", name: "Hold y", key: "y", does: "Holds a node along y" },
  { value: "push", name: "Push", key: "u", does: "Drag a force out of a node; Shift: any direction" },
  { value: "read", name: "Read", key: "r", does: "Reads a node: along y, along x, not" },
  { value: "target", name: "Target", key: "t", does: "Drag a node to where it should go; Shift: both axes" },
];

export function SketchView({ id }: { id: string }) {
  const [ready, setReady] = useState<{ s: Sketch; t: Training; text: string }>(), [fault, setFault] = useState<unknown>();
  useEffect(() => {
    const s = new Sketch();
    let gone = false, there = false;
    const open = () => load(s, id).then((text) => { there = true; if (!gone) { setFault(undefined); setReady({ s, t: new Training(s), text }); } }, setFault);
    void open();
    const end = onReturn(() => void (there ? s.revive() : open()));
    return () => { gone = true; end(); s.close(); };
  }, []);
  if (fault !== undefined) return <main><Fault of={fault} title="The sketch did not open" /></main>;
  return ready ? <Page {...ready} /> : <main aria-busy="true" />;
}

function Page({ s, t, text }: { s: Sketch; t: Training; text: string }) {
  const host = useRef<HTMLDivElement>(null), [opening, setOpening] = useState(false), [ask, setAsk] = useState<{ name: string; done: (n: string | undefined) => void }>();
  const store = () => void save(s, (name) => new Promise((done) => setAsk({ name, done })));
  useEffect(() => {
    const editor = makeEditor(host.current!, text, s.engine, (now) => { s.changed(now); keepDraft(s.name, now); }, store);
    s.editor = editor;
    s.changed(text);
    const stop = effect(() => { const c = s.checked.value; if (c) editor.mark(c.errors.filter((e) => !awaited(e.message)), s.checkedText.value); });
    const leave = (e: BeforeUnloadEvent) => { if (s.text.value !== saved.value.text) e.preventDefault(); };
    addEventListener("beforeunload", leave);
    return () => { removeEventListener("beforeunload", leave); stop(); editor.destroy(); };
  }, []);
  useKeys("Sketch", [
    ...tools.map((x) => ({ key: x.key, does: `${x.name}: ${x.does.charAt(0).toLowerCase()}${x.does.slice(1)}`, run: () => s.use(x.value) })),
    { key: "Ctrl+z", does: "Undo, drawing and text alike", run: () => s.editor?.undo() },
    { key: "Ctrl+y Ctrl+Z", does: "Redo", run: () => s.editor?.redo() },
    { key: "Ctrl+s", does: "Save in the folder", run: store },
    { key: "Ctrl+o", does: "Open", run: () => setOpening(true) },
    { key: "Ctrl+Enter", does: "Train, or stop", run: () => { if (t.stage.value === "running") t.stop(); else void t.go(); } },
    { key: "Escape", does: "Select, and choose nothing", run: () => { s.use("select"); s.node.value = s.bond.value = undefined; } },
  ]);
  const m = modelOf(s), paint = m && colouring(s, m), dirty = s.text.value !== saved.value.text;
  return <main class="sketch" onDragOver={(e) => e.preventDefault()} onDrop={(e) => { if (e.dataTransfer?.files.length) { e.preventDefault(); void dropped(s, e.dataTransfer.files); } }}>
    <header class="row sketch-head">
      <h1>{s.name}{dirty && <span class="soft small"> not saved</span>}</h1>
      <Button class="push" keys="Ctrl+o" onClick={() => setOpening(true)}>Open</Button>
      <Button keys="Ctrl+s" onClick={store}>Save</Button>
      <Button onClick={() => download(s)}>Download</Button>
      <Button keys="Ctrl+z" label="Undo" onClick={() => s.editor?.undo()}>↶</Button>
      <Button keys="Ctrl+y" label="Redo" onClick={() => s.editor?.redo()}>↷</Button>
    </header>
    <div class="sketch-tools"><Choice label="Tool" hidden value={s.tool.value} options={tools.map((x) => ({ value: x.value, name: x.name, title: `${x.does} (${x.key})` }))}
      onChange={(v) => s.use(v)} /></div>
    <div class="sketch-draw">
      <Canvas s={s} />
      <p class="sketch-note small" role="status">{s.note.value || tools.find((x) => x.value === s.tool.value)!.does}</p>
      <div class="sketch-sliders">
        <Slider label="Load" value={s.load.value} min={-1} max={1.5} step={0.05} rest={1} format={percent} onInput={(v) => { s.load.value = Math.round(v * 100) / 100; void s.solve(); }} />
        <Slider label="Motion drawn" value={s.magnify.value} min={1} max={1000} log rest={10} format={(v) => `× ${number(v, 2)}`} onInput={(v) => { s.magnify.value = Number(v.toPrecision(2)); }} />
      </div>
      <Advice s={s} trained={t.stage.value === "done"} />
      {m && <Chosen s={s} m={m} />}
      {m && <Tables s={s} m={m} paint={paint} />}
    </div>
    <div class="sketch-forms">
      <Generate s={s} />
      <TaskCard s={s} />
    </div>
    <section class="sketch-text" aria-label="Text of the experiment">
      <div class="sketch-editor" ref={host} />
      <p class="small soft">The text is the experiment: drawing changes it, and typing changes the drawing. Ctrl+Space completes. <Reference /></p>
      <Learn s={s} t={t} />
    </section>
    <OpenDialog s={s} open={opening} onClose={() => setOpening(false)} />
    <AskName ask={ask} onDone={(n) => { ask?.done(n); setAsk(undefined); }} />
  </main>;
}

/** What is not drawn yet is no fault in the text: "Next" asks for it. */
function awaited(message: string): boolean { return /^`task\.cases\[\d+\]\.(push|want)` is empty/.test(message); }

function Reference() {
  const link = useMemo(() => "https://github.com/elastrain/elastrain/blob/main/docs/spec-reference.md", []);
  return <a href={link} rel="noreferrer">All keys</a>;
}
