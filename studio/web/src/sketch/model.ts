// What the drawing shows: the lattice of the engine or, sooner, that of the lists in the text; supports, ports and arrows as the text has them.
import type { Geometry, Port, Shape, Solved } from "../engine/protocol";
import { groupsOf, groupWith, measureOf, type Group } from "../lattice/measure";
import type { Arrow } from "../lattice/picture";
import type { Entry, Plan } from "./plan";
import { said, value } from "./quantity";
import type { Sketch } from "./state";

export interface Model { shape: Shape; geometry: Geometry; spacing: number; stiffness: number; index: Map<number, number> }

const bare: Shape = {
  title: "", task: "behaviour", dim: 2, springs: true, finite: false, method: "", loss: "", nodes: 0, elements: 0, seed: 1, epochs: 0, inputs: [], outputs: [],
  input_names: [], output_names: [], input_unit: "", output_unit: "", input_scale: [], parts: [], supports: [], kinds: ["bar"], parameter: "", blocks: [],
};

/** Points and bonds of the text, before the engine has looked at them. */
function drawn(plan: Plan): { shape: Shape; geometry: Geometry } {
  const points = plan.nodes!, bonds = plan.bonds!.filter(([a, b]) => a <= points.length && b <= points.length), n = points.length, m = bonds.length;
  const shape: Shape = { ...bare, dim: plan.dim, nodes: n, elements: m };
  const cut = Uint8Array.from(bonds, (_, e) => (plan.cut.includes(e + 1) ? 1 : 0));
  return { shape, geometry: {
    points: Float64Array.from(points.flat()), numbers: Int32Array.from(points, (_, i) => i + 1), ends: Int32Array.from(bonds.flatMap(([a, b]) => [a - 1, b - 1])),
    third: new Int32Array(m).fill(-1), kind: new Int32Array(m), number: Int32Array.from(bonds, (_, e) => e + 1), cut, theta: new Float64Array(0),
    thetaOf: new Int32Array(m).fill(-1), lower: new Float64Array(0), upper: new Float64Array(0), learns: new Uint8Array(0), parts: {},
  } };
}

export function modelOf(s: Sketch): Model | undefined {
  const plan = s.plan.value, fresh = s.fresh(), shown = s.shown.value;
  const from = plan.nodes && (!fresh || !s.checked.value?.shape) ? drawn(plan) : shown;
  if (!from) return plan.lattice === undefined ? { ...drawn({ ...plan, nodes: plan.nodes ?? [], bonds: plan.bonds ?? [] }), spacing: 0.016, stiffness: 100, index: new Map() } : undefined;
  const { shape, geometry } = from, index = new Map(Array.from(geometry.numbers, (n, i) => [n, i]));
  const own: Shape = { ...shape, inputs: [], input_names: [], ...readings(plan, s.caseAt.value, index) };
  if (!fresh) own.supports = supports(plan, shape.dim, index);
  return { shape: own, geometry, spacing: meanBond(geometry), stiffness: geometry.theta.length ? median(geometry.theta) : 100, index };
}

function supports(plan: Plan, dim: number, index: Map<number, number>): Shape["supports"] {
  const out: Shape["supports"] = [];
  const add = (number: number, parts: Iterable<string>) => { const node = index.get(number); if (node !== undefined) for (const part of parts) out.push({ node, part }); };
  for (const n of plan.pinned) add(n, "xyz".slice(0, dim));
  for (const r of plan.rollers) add(r.node, r.held);
  return out;
}

/** What is read in a case, as ports. */
function readings(plan: Plan, at: number, index: Map<number, number>): { outputs: Port[]; output_names: string[] } {
  const outputs: Port[] = [], output_names: string[] = [];
  for (const w of plan.cases[at]?.want ?? []) {
    const node = w.node === undefined ? undefined : index.get(w.node);
    if (node === undefined || !w.dir || w.size) continue; // where a node is to go its arrow says
    outputs.push({ name: "", unit: "m", kind: "move", node, dir: w.dir });
    output_names.push(w.most ? "most" : "");
  }
  return { outputs, output_names };
}

/** Pushes of a case, and where nodes are still to go from where they are. */
export function arrowsOf(plan: Plan, at: number, m: Model, solved: Solved | undefined, load: number): Arrow[] {
  const c = plan.cases[at], out: Arrow[] = [];
  if (!c) return out;
  const force = (e: Entry) => value(e.size, "N") ?? 0, most = Math.max(...c.push.map((e) => Math.abs(force(e))), 1e-300);
  for (const e of c.push) {
    const node = e.node === undefined ? undefined : m.index.get(e.node);
    if (node === undefined || !e.dir) continue;
    const f = e.size === undefined ? 0 : (force(e) / most) * Math.max(Math.abs(load), 0.3) * (load < 0 ? -1 : 1);
    out.push({ node, kind: "load", vector: e.dir.map((d) => d * (f || 0.6)) as Arrow["vector"], label: label(e.size, "N") });
  }
  const goals = new Map<number, { vector: [number, number, number]; label: string[] }>();
  for (const e of c.want) {
    const node = e.node === undefined ? undefined : m.index.get(e.node), move = value(e.size, "m");
    if (node === undefined || !e.dir || move === undefined) continue;
    const u = solved ? e.dir.reduce((sum, d, k) => sum + d * solved.u[3 * node + k]!, 0) : 0;
    const g = goals.get(node) ?? { vector: [0, 0, 0], label: [] };
    e.dir.forEach((d, k) => { g.vector[k]! += d * (move - u); });
    g.label.push(`${e.along.replace("-", "−")} ${label(e.size, "m")}`);
    goals.set(node, g);
  }
  for (const [node, g] of goals) out.push({ node, kind: "target", vector: g.vector, label: g.label.join(", ") });
  return out;
}

function label(size: string | undefined, unit: string): string {
  if (size === undefined) return "";
  const v = value(size, unit);
  return v === undefined ? size : said(v, unit, 3).replace("-", "−");
}

export function meanBond(g: Geometry): number {
  let sum = 0, count = 0;
  for (let e = 0; e < g.number.length; e += Math.max(1, Math.floor(g.number.length / 500))) {
    const a = g.ends[2 * e]!, b = g.ends[2 * e + 1]!;
    if (a < 0 || b < 0) continue;
    sum += Math.hypot(...[0, 1, 2].map((k) => g.points[3 * a + k]! - g.points[3 * b + k]!));
    count++;
  }
  return count && sum > 0 ? sum / count : 0.016;
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] || 100;
}

export interface Paint {
  value: Float64Array; width: Float64Array; low: number; high: number; unit: string; name: string;
  all: Float64Array; own: (e: number) => Group | undefined; // of elements that are measured otherwise as well
}

/** What elements are coloured by: the parameter that learns, in its range; where elements are measured otherwise, those that are measured as the chosen one. */
export function colouring(s: Sketch, m: Model): Paint | undefined {
  const o = s.opened.value;
  if (!o || !s.fresh() || o.geometry.number.length !== m.geometry.number.length) return undefined;
  const theta = s.theta.value ?? o.geometry.theta, { thetaOf, learns, lower, upper } = o.geometry, n = thetaOf.length;
  const element = s.bond.value === undefined ? -1 : o.geometry.number.indexOf(s.bond.value);
  const group = groupWith(o.shape, o.geometry, "parameter", element < 0 ? "" : o.shape.kinds[o.geometry.kind[element]!] ?? "");
  const alone = groupsOf(o.shape, o.geometry, "parameter").length < 2;
  const there = (e: number) => thetaOf[e]! >= 0 && (alone || measureOf(o.shape, o.geometry, e, "parameter") === group);
  let low = Infinity, high = -Infinity;
  for (let e = 0; e < n; e++) {
    const t = thetaOf[e]!;
    if (!there(e)) continue;
    const ends = learns[t] && Number.isFinite(upper[t]!) ? [lower[t]!, upper[t]!] : [theta[t]!];
    for (const x of ends) { low = Math.min(low, x); high = Math.max(high, x); }
  }
  if (!(low <= high)) return undefined;
  if (low === high) { low *= 0.5; high *= 1.5; }
  const value = Float64Array.from(thetaOf, (t, e) => (there(e) ? theta[t]! : NaN));
  const width = value.map((x) => (Number.isNaN(x) ? 0.3 : Math.min(1, Math.max(0, (x - low) / (high - low)))));
  return { value, width, low, high, unit: group?.unit ?? "", name: group?.name ?? "parameter",
    all: alone ? value : Float64Array.from(thetaOf, (t) => (t < 0 ? NaN : theta[t]!)), own: (e) => measureOf(o.shape, o.geometry, e, "parameter") };
}
