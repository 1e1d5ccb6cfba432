// What is drawn over the bonds: supports, springs to ground, bonds that are cut, ports with their names, arrows, what is chosen.
import type { Port } from "../engine/protocol";
import { drawCell } from "./cell";
import { colourOf, type Paint, type Theme } from "./colours";
import type { Frame } from "./frame";
import { Ink, type Point } from "./ink";
import type { Picture } from "./picture";
import type { View } from "./view";

const many = 3000; // supports, cut bonds or springs to ground beyond this number are not drawn one by one

/** What marks need of a network, found once. */
export interface Marked { out: Map<number, [number, number, number]>; held: Map<number, Set<string>>; cut: number[]; grounded: number[] }

export function marked(p: Picture): Marked {
  const { points, ends, cut } = p.geometry, held = new Map<number, Set<string>>();
  for (const s of p.shape.supports ?? []) held.set(s.node, (held.get(s.node) ?? new Set()).add(s.part));
  const want = new Set<number>(held.keys()), missing: number[] = [], grounded: number[] = [];
  for (const q of [...p.shape.inputs, ...p.shape.outputs]) if (q.node >= 0) want.add(q.node);
  for (let e = 0; e < cut.length; e++) {
    if (ends[2 * e + 1]! < 0 && ends[2 * e]! >= 0) { grounded.push(e); want.add(ends[2 * e]!); }
    if (cut[e]) missing.push(e);
  }
  if (p.labels && points.length <= 3 * many) for (let n = 0; 3 * n < points.length; n++) want.add(n);
  const out = new Map<number, [number, number, number]>();
  for (const n of want) out.set(n, [0, 0, 0]);
  for (let e = 0; e < cut.length; e++) {
    const a = ends[2 * e]!, b = ends[2 * e + 1]!;
    if (a < 0 || b < 0 || cut[e]) continue;
    for (const [n, m] of [[a, b], [b, a]] as const) {
      const o = out.get(n);
      if (!o) continue;
      const d = [0, 1, 2].map((i) => points[3 * n + i]! - points[3 * m + i]!), l = Math.hypot(...d) || 1;
      for (let i = 0; i < 3; i++) o[i]! += d[i]! / l;
    }
  }
  return { out, held, cut: missing, grounded };
}

export function drawMarks(ink: Ink, p: Picture, m: Marked, view: View, f: Frame, theme: Theme, hover: { node?: number; element?: number } | undefined): void {
  const at = (n: number): Point => [f.x[n]!, f.y[n]!];
  const flat = (v: readonly number[]): Point => {
    const { right, up } = view.axes();
    return [v[0]! * right[0] + v[1]! * right[1] + v[2]! * right[2], -(v[0]! * up[0] + v[1]! * up[1] + v[2]! * up[2])];
  };
  const beside = (n: number): Point | undefined => { const o = m.out.get(n); return o && flat(o); };
  const unit = (v: Point, other: Point): Point => { const l = Math.hypot(...v); return l > 1e-6 ? [v[0] / l, v[1] / l] : other; };
  const size = Math.min(15, Math.max(6, 0.3 * f.bond));

  chosen(ink, p, f, theme, hover?.node, hover?.element, 0.3);
  chosen(ink, p, f, theme, p.node, p.element, 1);
  if (!p.bare && f.bond > 4) {
    if (m.cut.length <= many) for (const e of m.cut) broken(ink, p, at, e, theme);
    if (m.grounded.length <= many && f.bond > 12) {
      for (const e of m.grounded) {
        const n = p.geometry.ends[2 * e]!;
        if (!ink.inside(at(n)) || p.geometry.cut[e]) continue;
        const c = p.value && p.scale ? colourOf(p.scale, theme.dark, p.value[e]!) : undefined;
        ink.spring(at(n), unit(flat(m.out.get(n) ?? [0, -1, 0]), [0, 1]), c ?? theme.soft, 1.2 + 2 * (p.width?.[e] ?? 0.2));
      }
    }
  }
  if (!p.bare && m.held.size <= many) for (const [n, parts] of m.held) support(ink, p, at(n), parts, unit(flat(m.out.get(n)!), [0, 1]), flat, size, theme);
  drawCell(ink, p, view, f, theme);
  if (!p.bare) ports(ink, p, at, flat, unit, m, f, theme);
  for (const a of p.arrows ?? []) {
    const s = a.kind === "load" || a.kind === "reaction" ? 44 : f.scale * p.magnify, v = flat(a.vector), from = at(a.node);
    const colour = { load: theme.accent, target: theme.good, reaction: theme.soft, reading: theme.text }[a.kind];
    const to: Point = [from[0] + s * v[0], from[1] + s * v[1]];
    ink.arrow(from, to, colour);
    if (a.kind === "target") ink.circle(to, 5, colour);
    if (a.label) ink.words(a.label, to, colour, 8, true, false, beside(a.node));
  }
  if (p.labels) {
    for (let n = 0; n < f.x.length && n < 20000; n++) if (ink.inside(at(n), 0)) ink.words(String(p.geometry.numbers[n]), at(n), theme.soft, 4, false, false, beside(n));
  }
}

function chosen(ink: Ink, p: Picture, f: Frame, theme: Theme, node: number | undefined, element: number | undefined, alpha: number): void {
  if (node !== undefined && node < f.x.length) ink.circle([f.x[node]!, f.y[node]!], 9, theme.accent, 3, false, alpha);
  if (element === undefined || 2 * element + 1 >= p.geometry.ends.length) return;
  const a = p.geometry.ends[2 * element]!, b = p.geometry.ends[2 * element + 1]!, t = p.geometry.third[element]!;
  const along = [a, b, t].filter((n) => n >= 0).map((n) => [f.x[n]!, f.y[n]!] as Point);
  if (along.length === 1) { ink.circle(along[0]!, 12, theme.accent, 2, false, alpha); return; }
  const wide = Math.min(14, Math.max(6, 0.3 * f.bond)), [u, v] = [along[0]!, along[1]!], l = Math.hypot(v[0] - u[0], v[1] - u[1]) || 1;
  const px = -(v[1] - u[1]) / l * wide / 2, py = (v[0] - u[0]) / l * wide / 2;
  ink.line([[u[0] + px, u[1] + py], [v[0] + px, v[1] + py], [v[0] - px, v[1] - py], [u[0] - px, u[1] - py], [u[0] + px, u[1] + py]], theme.accent, 2, [], alpha);
}

function broken(ink: Ink, p: Picture, at: (n: number) => Point, e: number, theme: Theme): void {
  const a = p.geometry.ends[2 * e]!, b = p.geometry.ends[2 * e + 1]!;
  if (a < 0 || b < 0 || !ink.inside(at(a), 200)) return;
  const u = at(a), v = at(b), x = (u[0] + v[0]) / 2, y = (u[1] + v[1]) / 2;
  ink.line([u, v], theme.soft, 1.2, [2, 5]);
  ink.line([[x - 4, y - 4], [x + 4, y + 4]], theme.bad, 1.8);
  ink.line([[x - 4, y + 4], [x + 4, y - 4]], theme.bad, 1.8);
}

/** A pinned node is a triangle, one held along an axis a triangle on wheels, one that cannot turn either a wall. */
function support(ink: Ink, p: Picture, at: Point, parts: Set<string>, out: Point, flat: (v: number[]) => Point, size: number, theme: Theme): void {
  if (!ink.inside(at)) return;
  const axes = ["x", "y", "z"].filter((a) => parts.has(a)), turns = [...parts].some((x) => x.startsWith("turn"));
  if (turns) {
    const s = 0.55 * size;
    ink.line([[at[0] - s, at[1] - s], [at[0] + s, at[1] - s], [at[0] + s, at[1] + s], [at[0] - s, at[1] + s], [at[0] - s, at[1] - s]], theme.text, 1.8);
  } else if (axes.length === p.shape.dim) {
    ink.triangle(at, p.shape.dim === 2 ? upright(out) : out, size, theme.text, false);
  } else if (axes.length && p.shape.dim === 2) {
    const v = axes[0] === "x" ? flat([1, 0, 0]) : flat([0, 1, 0]), s = v[0] * out[0] + v[1] * out[1] < 0 ? -1 : 1;
    ink.triangle(at, [s * v[0], s * v[1]], size, theme.text, true);
  } else if (axes.length) {
    for (const a of axes) { // in space: a bar across each direction in which it is held
      const v = flat([a === "x" ? 1 : 0, a === "y" ? 1 : 0, a === "z" ? 1 : 0]), s = 0.8 * size;
      ink.line([[at[0] - s * v[0], at[1] - s * v[1]], [at[0] + s * v[0], at[1] + s * v[1]]], theme.text, 2);
    }
  } else if (parts.size) {
    ink.circle(at, 0.5 * size, theme.text, 1.6);
  }
}

/** A foot stands below its node where that side is about free, else beside or above it. */
function upright(out: Point): Point {
  if (out[1] > 0.35) return [0, 1];
  return Math.abs(out[0]) > Math.abs(out[1]) ? [Math.sign(out[0]), 0] : [0, Math.sign(out[1]) || 1];
}

function ports(ink: Ink, p: Picture, at: (n: number) => Point, flat: (v: readonly number[]) => Point, unit: (v: Point, o: Point) => Point,
  m: Marked, f: Frame, theme: Theme): void {
  const long = Math.min(40, Math.max(18, 0.8 * f.bond)), named: { text: string; at: Point; colour: Paint }[] = [];
  const one = (q: Port, name: string, amount: number, reads: boolean) => {
    if (q.node < 0) return;
    const colour = reads ? theme.good : theme.accent, n = q.mean?.length ? q.mean : [q.node];
    if (q.other !== undefined && q.other >= 0 && q.kind !== "potential") {
      const a = at(q.node), b = at(q.other), d = unit([b[0] - a[0], b[1] - a[1]], [1, 0]);
      ink.line([a, b], colour, 1.5, [5, 4], 0.8);
      for (const [x, s] of [[a, -1], [b, 1]] as [Point, number][]) ink.arrow(x, [x[0] + s * 16 * d[0], x[1] + s * 16 * d[1]], colour, 2);
      named.push({ text: name, at: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], colour });
      return;
    }
    for (const i of n.slice(0, 200)) {
      const x = at(i);
      if (!ink.inside(x)) continue;
      if (q.kind !== "move") { ink.circle(x, 8, colour, 2.5); if (i === n[0]) named.push({ text: name, at: x, colour }); continue; }
      const v = unit(flat(q.dir), unit(flat(m.out.get(i) ?? [0, 1, 0]), [0, -1]));
      const s = amount < 0 ? -1 : 1, l = long * Math.max(Math.abs(amount), 0.45), d: Point = [s * v[0], s * v[1]];
      if (reads) {
        ink.circle(x, 6, colour, 2.5);
        ink.arrow([x[0] + 7 * v[0], x[1] + 7 * v[1]], [x[0] + (7 + 0.6 * long) * v[0], x[1] + (7 + 0.6 * long) * v[1]], colour, 2);
      } else {
        // A push ends at its node where it comes from outside, else it starts there, so that it does not lie on bonds.
        const o = unit(flat(m.out.get(i) ?? [0, 0, 0]), [0, 0]), pulls = d[0] * o[0] + d[1] * o[1] > 0.2;
        if (Math.abs(amount) < 1e-12) ink.circle(x, 6, colour, 2);
        else if (pulls) ink.arrow([x[0] + 5 * d[0], x[1] + 5 * d[1]], [x[0] + (5 + l) * d[0], x[1] + (5 + l) * d[1]], colour, 3);
        else ink.arrow([x[0] - (5 + l) * d[0], x[1] - (5 + l) * d[1]], [x[0] - 5 * d[0], x[1] - 5 * d[1]], colour, 3);
        if (i === n[0]) named.push({ text: name, at: pulls ? [x[0] + (8 + l) * d[0], x[1] + (8 + l) * d[1]] : [x[0] - (8 + l) * d[0], x[1] - (8 + l) * d[1]], colour });
        continue;
      }
      if (i === n[0]) named.push({ text: name, at: [x[0] + (12 + 0.6 * long) * v[0], x[1] + (12 + 0.6 * long) * v[1]], colour });
    }
  };
  const short = (s: string) => (s.length > 22 ? s.slice(0, 21) + "…" : s);
  p.shape.inputs.forEach((q, i) => one(q, short(p.shape.input_names?.[i] ?? q.name), p.pushes?.[i] ?? 1, false));
  p.shape.outputs.forEach((q, i) => one(q, short(p.shape.output_names?.[i] ?? q.name), 1, true));
  const close = new Set<string>();
  for (const { text, at: [x, y], colour } of named) {
    const key = `${text}|${Math.round(x / 30)}|${Math.round(y / 30)}`; // ports that share a node and a name
    if (!close.has(key)) ink.words(text, [x, y], colour, 7, false, true);
    close.add(key);
  }
}
