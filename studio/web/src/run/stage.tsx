// The lattice of a run with what colours it, how far it moves, and a card of what is chosen.
import { useState } from "preact/hooks";
import { Lattice } from "../lattice/lattice";
import { Legend } from "../lattice/legend";
import { BondTable } from "../lattice/table";
import { groupsOf, groupWith, measureOf } from "../lattice/measure";
import type { Place } from "../lattice/picture";
import { Button, Choice, Slider } from "../ui/controls";
import { Curves } from "../ui/curves";
import { toast } from "../ui/announce";
import { number, quantity } from "../ui/units";
import { colours, fieldsOf, flows, measured, pictureOf, valuesOf } from "./colouring";
import type { Play } from "./play";
import { pull, letGo } from "./pull";

export function Stage({ play, narrow }: { play: Play; narrow?: boolean }) {
  const picture = pictureOf(play), o = play.opened.value;
  if (!picture || !o) return null;
  const frames = play.frames.value, choose = (at: { node?: number; element?: number }) => {
    play.chosen.value = { ...(at.node !== undefined && { node: at.node }), ...(at.element !== undefined && { element: at.element }) };
  };
  const options = colours.map((c) => ({ ...c, name: buttonOf(o.shape, c) }))
    .filter((c) => c.value !== "difference" || frames.epochs.length > 1);
  return <section class="stage" aria-label="Lattice">
    <div class="row stage-top">
      <Choice label="Colour by" hidden value={play.colour.value} options={options} onChange={(c) => { play.colour.value = c; play.refresh(); }} />
      <Kinds play={play} />
      {play.colour.value === "difference" && <label class="small">epoch <select value={String(play.other.value)} onChange={(e) => { play.other.value = Number(e.currentTarget.value); }}>
        {frames.epochs.map((e, i) => (i % Math.ceil(frames.epochs.length / 100) === 0 || i === frames.epochs.length - 1) && <option key={i} value={String(i)}>{e}</option>)}</select></label>}
    </div>
    <div class={narrow ? "stage-box narrow" : "stage-box"}>
      <Lattice label={`${o.shape.title || "Lattice"}: ${o.shape.nodes} nodes, ${o.shape.elements} elements, coloured by ${picture.scale?.name ?? "nothing"}`} picture={picture}
        tell={(at) => tell(play, at)} onChoose={choose}
        onPull={(node, by, end) => { if (end) letGo(play); else pull(play, node, by); }} />
    </div>
    <div class="row stage-foot">
      {picture.scale && <Legend scale={picture.scale} />}
      {!flows(o.shape) && <><Slider label="Displacements ×" log min={1} max={Math.max(1000, play.magnify.value)} value={play.magnify.value} format={(v) => `× ${number(v)}`}
        onInput={(v) => { play.auto.value = false; play.magnify.value = v; }} />
      <Button kind="quiet" pressed={play.auto.value} title="Choose the magnification by the largest displacement" onClick={() => { play.auto.value = !play.auto.value; play.refresh(); }}>Fit ×</Button></>}
    </div>
    <Chosen play={play} />
    <Beside play={play} />
  </section>;
}

/** Which elements are coloured, where some are measured otherwise. */
function Kinds({ play }: { play: Play }) {
  const o = play.opened.value!, measure = measured(play.colour.value), groups = groupsOf(o.shape, o.geometry, measure);
  if (groups.length < 2) return null;
  return <label class="small">of <select aria-label="Elements that are coloured" value={groupWith(o.shape, o.geometry, measure, play.kind.value)!.kinds[0]!} onChange={(e) => { play.kind.value = e.currentTarget.value; }}>
    {groups.map((x) => <option key={x.kinds[0]} value={x.kinds[0]}>{x.kinds.join(", ")}: {x.name}{x.unit && `, ${x.unit}`}</option>)}</select></label>;
}

/** A short word for what colours the lattice; the legend has the whole of it. */
function buttonOf(shape: { kinds: string[]; parameter_name?: string }, c: (typeof colours)[number]): string {
  const f = fieldsOf(shape), name = shape.parameter_name;
  if (c.value === "parameter" && name) return name.length > 14 ? "Parameter" : capital(name);
  if (flows(shape) && (c.value === "elongation" || c.value === "force")) return c.value === "force" ? capital(f.force[0]) : "Difference";
  return c.name;
}

function capital(s: string): string { return s.charAt(0).toUpperCase() + s.slice(1); }

/** The table is made when it is opened: of a large lattice it takes a moment. */
function Beside({ play }: { play: Play }) {
  const [open, setOpen] = useState(false), picture = open ? pictureOf(play) : undefined;
  return <details onToggle={(e) => setOpen(e.currentTarget.open)}>
    <summary>Bonds as a table</summary>
    {picture && <BondTable picture={picture} onChoose={(element) => { play.chosen.value = { element }; }} />}
  </details>;
}

/** What is known of a node or an element, in lines. */
export function tell(play: Play, at: Place | { node?: number; element?: number }): [string, string][] | undefined {
  const o = play.opened.value, s = play.solved.value;
  if (!o) return undefined;
  const g = o.geometry, { shape } = o;
  if (at.node !== undefined) {
    const lines: [string, string][] = [["node", String(g.numbers[at.node])]], axes = shape.dim === 3 ? "xyz" : "xy";
    [...axes].forEach((a, i) => lines.push([a, quantity(g.points[3 * at.node! + i]!, "m", 4)]));
    if (s) [...axes].forEach((a, i) => lines.push([`u${a}`, quantity(s.u[3 * at.node! + i]!, "m", 4)]));
    for (const r of s?.reactions ?? []) if (r.node === at.node) lines.push([`reaction ${r.part}`, quantity(r.value, r.part === "potential" ? "A" : r.part.startsWith("turn") ? "N m" : "N", 4)]);
    shape.inputs.forEach((q, i) => { if (q.node === at.node) lines.push(["pushed", shape.input_names[i] ?? q.name]); });
    shape.outputs.forEach((q, i) => { if (q.node === at.node) lines.push(["read", shape.output_names[i] ?? q.name]); });
    return lines;
  }
  if (at.element === undefined) return undefined;
  const e = at.element, kind = shape.kinds[g.kind[e]!] ?? "bond", t = g.thetaOf[e]!, name = (n: number) => (n >= 0 ? String(g.numbers[n]) : "ground");
  const lines: [string, string][] = [[kind === "bar" ? "bond" : kind, String(g.number[e])], ["nodes", `${name(g.ends[2 * e]!)}–${name(g.ends[2 * e + 1]!)}`]];
  if (g.cut[e]) return [...lines, ["", "cut"]];
  const own = measureOf(shape, g, e, "parameter");
  if (t >= 0) lines.push([own?.name ?? "parameter", quantity(play.theta.value?.[t], own?.unit ?? "", 5)]);
  if (s) for (const [of, v] of [["elongation", s.e[e]], ["force", s.force[e]]] as const) { const f = measureOf(shape, g, e, of); if (f) lines.push([f.name, quantity(v, f.unit, 4)]); }
  const c = valuesOf(play, play.colour.value);
  if (c && !Number.isNaN(c.value[e]!) && ["gradient", "change", "difference"].includes(play.colour.value)) lines.push([c.name, quantity(c.value[e], c.unit, 4)]);
  return lines;
}

/** The card of what is chosen: its values, bounds, history, and what can be done with it. */
function Chosen({ play }: { play: Play }) {
  const { node, element } = play.chosen.value, o = play.opened.value;
  if (!o || (node === undefined && element === undefined)) return <p class="small soft">Choose a node or bond by a click or the arrow keys. {!flows(o?.shape ?? { kinds: [] }) && "Ctrl and drag pushes a node."}</p>;
  const lines = tell(play, play.chosen.value) ?? [], g = o.geometry, t = element === undefined ? -1 : g.thetaOf[element]!;
  const own = element === undefined ? undefined : measureOf(o.shape, g, element, "parameter"), unit = own?.unit ?? "";
  const f = play.frames.value, history = t >= 0 && f.epochs.length > 1 && f.theta[0]!.length > t ? [{ id: "k", name: own?.name ?? "parameter", epoch: f.epochs, y: f.theta.map((x) => x[t]!) }] : undefined;
  const mean = t >= 0 ? play.fields.value?.mean[t] : undefined;
  return <section class="card chosen" aria-label="What is chosen">
    <dl class="facts">{lines.map(([n, v]) => <><dt>{n}</dt><dd>{v}</dd></>)}
      {t >= 0 && g.learns[t] === 1 && <><dt>from … to</dt><dd>{quantity(g.lower[t], unit, 5)} … {quantity(g.upper[t], unit, 5)}</dd></>}
      {t >= 0 && g.learns[t] !== 1 && <><dt>learns</dt><dd>no</dd></>}
      {mean !== undefined && <><dt>gradient</dt><dd>{quantity(mean, "", 4)}</dd></>}
    </dl>
    {history && <div class="history"><Curves label={`History of ${lines[0]?.join(" ")}`} lines={history} height={110} tools={false} start={{ log: false }} format={(v) => quantity(v, unit, 4)} /></div>}
    <div class="row">
      {element !== undefined && !g.cut[element] && <Button kind="danger" keys="Delete" onClick={() => void cutChosen(play)}>Cut it</Button>}
      <Button kind="quiet" onClick={() => { play.chosen.value = {}; }}>Close</Button>
    </div>
  </section>;
}

export async function cutChosen(play: Play): Promise<void> {
  const e = play.chosen.value.element, o = play.opened.value;
  if (e === undefined || !o || o.geometry.cut[e]) return;
  await play.cut(e);
  if (play.fault.value === undefined) toast(`Bond ${o.geometry.number[e]} is cut: what is shown is solved again without it.`, { here: true, action: { name: "Back to the run", run: () => void play.reset() } });
}
