// The task and its loads: what is asked, a strip of samples, a slider for each input.
import { Button, Slider } from "../ui/controls";
import { Table, type Column } from "../ui/table";
import { number, quantity } from "../ui/units";
import type { Opened, Sample } from "../engine/protocol";
import type { Play } from "./play";

export function said(o: Opened): string {
  const { shape } = o, n = shape.parts.find((p) => p.name === "training")?.n ?? 0, count = (k: number, what: string) => `${number(k, 9)} ${what}${k === 1 ? "" : "s"}`;
  const what = shape.task === "classification" ? `tell ${shape.output_names.length} classes apart` : shape.task === "regression" ? "read a function of its pushes" : `answer ${count(n, "load")} as wanted`;
  return `${count(shape.nodes, "node")} and ${count(shape.elements, "element")} learn to ${what}: ${count(shape.inputs.length, "input")}, ${count(shape.outputs.length, "output")}.`;
}

/** Which class a sample has, or which case it is. */
export function nameOf(o: Opened, s: Sample): string {
  const part = o.geometry.parts[s.part];
  const c = part?.class?.[s.i];
  return c !== undefined && c >= 0 ? o.shape.classes?.[c] ?? String(c) : `${o.shape.task === "behaviour" ? "case" : "row"} ${part?.rows[s.i] ?? s.i + 1}`;
}

export function Loads({ play }: { play: Play }) {
  const o = play.opened.value, load = play.load.value;
  if (!o || !load) return null;
  const { shape } = o, sample = load.sample;
  return <section class="card loads" aria-labelledby="loads">
    <h2 id="loads">Task and loads</h2>
    <p class="small">{said(o)}</p>
    <div class="row">
      {shape.parts.length > 1 && <label class="small">Samples of <select value={sample?.part ?? shape.parts[0]!.name} onChange={(e) => play.hang({ part: e.currentTarget.value, i: 0 })}>
        {shape.parts.map((p) => <option key={p.name} value={p.name}>{p.name} ({p.n})</option>)}</select></label>}
      <Button keys="Backspace" pressed={load.rest} onClick={() => play.rest()}>No load</Button>
    </div>
    <Strip play={play} o={o} />
    {shape.inputs.length <= 40 ? shape.inputs.map((q, i) => {
      const most = shape.input_scale[i] || 1;
      return <Slider key={i} label={shape.input_names[i] ?? q.name} unit={q.unit} min={-most} max={most} step={most / 100} rest={0}
        value={load.rest ? 0 : load.input[i]!} onInput={(v) => play.push(i, v)} />;
    }) : <p class="small soft">{shape.inputs.length} inputs are too many for sliders: choose a sample.</p>}
    <p class="small soft">{load.rest ? "No load." : sample ? `Sample: ${nameOf(o, sample)}, ${sample.part} ${sample.i + 1}.` : "A load of your own."}</p>
    <Features play={play} o={o} />
  </section>;
}

const few = 300;

/** Every sample is a button, coloured and named by its class; a wrong one is crossed. */
function Strip({ play, o }: { play: Play; o: Opened }) {
  const name = play.load.value?.sample?.part ?? o.shape.parts[0]?.name;
  const part = o.shape.parts.find((p) => p.name === name), data = name === undefined ? undefined : o.geometry.parts[name];
  if (!part || !data || part.n < 2 || name === undefined) return null;
  const predicted = play.scored.value?.predicted[name], at = play.load.value?.sample?.i ?? -1;
  const from = Math.min(Math.max(0, at - few / 2), Math.max(0, part.n - few)), list = Array.from({ length: Math.min(few, part.n) }, (_, k) => from + k);
  const go = (i: number) => { if (i >= 0 && i < part.n) play.hang({ part: name, i }); };
  const key = (e: KeyboardEvent) => {
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: part.n - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault(); e.stopPropagation();
    go(Math.min(Math.max(to, 0), part.n - 1));
    requestAnimationFrame(() => document.querySelector<HTMLElement>(".strip [aria-pressed=true]")?.focus());
  };
  return <div class="strip" role="group" aria-label={`Samples of ${name}: arrows go from one to the next`} onKeyDown={key}>
    {list.map((i) => {
      const c = data.class?.[i], wrong = predicted && c !== undefined && predicted[i] !== c, words = `${nameOf(o, { part: name, i })}, ${i + 1}${wrong ? `: taken for ${o.shape.classes?.[predicted[i]!] ?? "no class"}` : ""}`;
      return <button key={i} type="button" class={`dot c${(c ?? 0) % 8}${wrong ? " wrong" : ""}`} aria-pressed={i === at} tabIndex={i === at || (at < 0 && i === from) ? 0 : -1} title={words} aria-label={words} onClick={() => go(i)}>
        {c === undefined ? data.rows[i] : wrong ? "×" : ""}</button>;
    })}
  </div>;
}

function Features({ play, o }: { play: Play; o: Opened }) {
  const name = play.load.value?.sample?.part ?? o.shape.parts[0]?.name, data = name === undefined ? undefined : o.geometry.parts[name], p = o.shape.inputs.length;
  if (!data || name === undefined || p > 12) return null;
  const columns: Column<number>[] = [
    { key: "row", name: o.shape.task === "behaviour" ? "Case" : "Row", number: true, value: (i) => data.rows[i] },
    ...(data.class ? [{ key: "class", name: "Class", value: (i: number) => nameOf(o, { part: name, i }) }] : []),
    ...o.shape.inputs.map((q, k): Column<number> => ({ key: `i${k}`, name: o.shape.input_names[k] ?? q.name, number: true, value: (i) => data.input[i * p + k], cell: (i) => quantity(data.input[i * p + k], q.unit) })),
  ];
  return <details><summary>Samples as a table</summary>
    <Table label={`Samples of ${name}`} columns={columns} rows={Array.from(data.rows.keys())} id={String} height={30} most="16rem" onOpen={(i) => play.hang({ part: name, i })} chosen={(i) => i === play.load.value?.sample?.i} />
  </details>;
}

