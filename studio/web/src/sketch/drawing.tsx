// The drawing of a sketch: tools by pointer and by keys, and what they would do while they are dragged.
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Lattice } from "../lattice/lattice";
import type { Arrow, Picture, Place } from "../lattice/picture";
import { View } from "../lattice/view";
import { calm } from "../ui/theme";
import { hold, push, read, target, usualForce } from "./actions";
import { addBond, addNode, moveNode, removeBond, removeNode } from "./lists";
import { arrowsOf, colouring, modelOf, type Model } from "./model";
import { probe, release } from "./probe";
import { round, said } from "./quantity";
import type { Sketch, Tool } from "./state";

interface Drag { tool: Tool; node?: number; element?: number; x: number; y: number; toX: number; toY: number; over?: number; moved: boolean; free: boolean }

export function Canvas({ s }: { s: Sketch }) {
  const [drag] = useState(() => signal<Drag | undefined>(undefined));
  const start = useRef({ x: 0, y: 0 });
  const m = modelOf(s), view = useMemo(() => (m && m.geometry.points.length === 0 ? sheet() : undefined), [s.sheet.value, m === undefined]);
  const plan = s.plan.value, motion = useMotion(s, m);
  if (!m) return <p class="sketch-wait">The lattice is made…</p>;
  const fresh = s.fresh(), pulled = s.pulled.value, solved = pulled?.solved ?? (fresh ? s.solved.value : undefined), paint = colouring(s, m);
  const arrows = pulled ? [pulled.arrow] : [...arrowsOf(plan, s.caseAt.value, m, solved, s.load.value), ...(motion?.arrows ?? [])];
  const preview = drag.value && previewOf(drag.value, m, s);
  if (preview) arrows.push(preview);
  const node = s.node.value === undefined ? undefined : m.index.get(s.node.value);
  const element = s.bond.value === undefined ? undefined : m.geometry.number.indexOf(s.bond.value);
  const picture: Picture = {
    shape: m.shape, geometry: m.geometry, magnify: motion ? 1 : s.magnify.value, u: motion ? motion.u : solved?.u, strain: motion ? undefined : solved?.strain, turn: motion ? undefined : solved?.turn, ghost: !motion && Boolean(solved),
    value: paint?.value, width: paint?.width, scale: paint && { kind: "sequential", low: paint.low, high: paint.high, unit: paint.unit, name: paint.name },
    arrows, node, element: element !== undefined && element >= 0 ? element : undefined, labels: m.shape.nodes <= 200,
  };
  const number = (i: number | undefined) => (i === undefined ? undefined : m.geometry.numbers[i]!);

  const onPointer = (kind: "down" | "move" | "up", at: Place, e: PointerEvent): boolean => {
    const tool = s.tool.value, flat = m.shape.dim < 3;
    if (kind === "down") {
      if (tool === "select" || e.button !== 0 || e.ctrlKey || e.metaKey) return false;
      const needsNode = ["pin", "roller-x", "roller-y", "push", "read", "target"].includes(tool);
      if (needsNode ? at.node === undefined : tool === "bond" ? at.node === undefined : tool === "delete" ? at.node === undefined && at.element === undefined : !flat) return false;
      const d: Drag = { tool, x: at.x, y: at.y, toX: at.x, toY: at.y, moved: false, free: e.shiftKey };
      if (at.node !== undefined) { d.node = at.node; d.x = m.geometry.points[3 * at.node]!; d.y = m.geometry.points[3 * at.node + 1]!; } else if (at.element !== undefined) d.element = at.element;
      start.current = { x: e.clientX, y: e.clientY };
      drag.value = d;
      return true;
    }
    const d = drag.value;
    if (!d) return false;
    const moved = d.moved || Math.hypot(e.clientX - start.current.x, e.clientY - start.current.y) > 5;
    const now: Drag = { ...d, toX: at.x, toY: at.y, moved, free: e.shiftKey };
    if (at.node !== undefined) now.over = at.node; else delete now.over;
    drag.value = kind === "up" || e.type === "pointercancel" ? undefined : now;
    if (kind === "up" && e.type !== "pointercancel") finish(now, m, s);
    return true;
  };

  const keys = (e: KeyboardEvent) => {
    if (e.key === " ") {
      e.preventDefault(); e.stopPropagation();
      if (s.node.value !== undefined || s.bond.value !== undefined) apply(s, m); else s.note.value = "Choose a node first: arrows go along the lattice.";
    } else if (e.key === "Delete" || (e.key === "Backspace" && !e.ctrlKey)) {
      e.preventDefault(); e.stopPropagation();
      if (s.node.value !== undefined) void removeNode(s, s.node.value); else if (s.bond.value !== undefined) void removeBond(s, s.bond.value);
    }
  };
  return <div class={`sketch-canvas tool-${s.tool.value}`} onKeyDown={keys}
    onKeyDownCapture={(e) => { if (e.key === "Escape") s.use("select"); }}>
    <Lattice key={s.sheet.value} {...(view && { view })} picture={picture} label={`Drawing of ${m.shape.nodes} nodes and ${m.shape.elements} bonds. Arrows choose, Space does what the tool does, Delete takes out.`}
      onPointer={onPointer}
      onChoose={(at) => { s.node.value = number(at.node); s.bond.value = at.element === undefined ? undefined : m.geometry.number[at.element]; }}
      onPull={(i, by, end) => (end ? release(s) : probe(s, m, i, by))}
      tell={(at) => tell(at, m, s, paint, solved?.u)} />
  </div>;
}

/** The view of a drawing that is still empty: a sheet of 120 x 90 mm. */
function sheet(): View {
  const v = new View();
  v.target = [0.06, 0.045, 0];
  v.height = 0.1;
  v.fitted = v.touched = true;
  return v;
}

/** The axis that a drag follows most, or its own direction where it is free. */
function way(d: Drag): { along: string; size: number; x: number; y: number } {
  const x = d.toX - d.x, y = d.toY - d.y;
  if (d.free) {
    const l = Math.hypot(x, y) || 1;
    return { along: `[${round(x / l)}, ${round(y / l)}]`, size: l, x, y };
  }
  return Math.abs(x) > Math.abs(y) ? { along: x < 0 ? "-x" : "x", size: Math.abs(x), x, y: 0 } : { along: y < 0 ? "-y" : "y", size: Math.abs(y), x: 0, y };
}

function forceOf(size: number, m: Model): string { return said((m.stiffness * m.spacing * 0.02 * size) / m.spacing, "N", 2); }

function previewOf(d: Drag, m: Model, s: Sketch): Arrow | undefined {
  if (!d.moved || d.node === undefined) return undefined;
  const w = way({ ...d, free: d.tool === "node" || d.tool === "bond" || d.free }), g = s.magnify.value, vector: Arrow["vector"] = [w.x / g, w.y / g, 0];
  if (d.tool === "push") return { node: d.node, kind: "reading", vector, label: forceOf(w.size, m) };
  if (d.tool === "target") return { node: d.node, kind: "target", vector: restVector(d, w, s), label: said(w.size / g, "m", 2) };
  return d.tool === "node" || d.tool === "bond" ? { node: d.node, kind: "reading", vector } : undefined;
}

function restVector(d: Drag, w: { x: number; y: number }, s: Sketch): Arrow["vector"] {
  const g = s.magnify.value, u = s.fresh() ? s.solved.value?.u : undefined, i = d.node!;
  return [w.x / g - (u && w.x ? u[3 * i]! : 0), w.y / g - (u && w.y ? u[3 * i + 1]! : 0), 0];
}

/** A place on a grid that suits the lattice. */
function snap(x: number, m: Model): number {
  const step = 10 ** Math.floor(Math.log10(m.spacing)) / 10;
  return Number((Math.round(x / step) * step).toPrecision(12));
}

function finish(d: Drag, m: Model, s: Sketch): void {
  const number = (i: number) => m.geometry.numbers[i]!, node = d.node === undefined ? undefined : number(d.node), over = d.over === undefined ? undefined : number(d.over);
  if (node !== undefined) s.node.value = node;
  if (d.tool === "node") {
    if (node === undefined) void addNode(s, snap(d.toX, m), snap(d.toY, m));
    else if (d.moved) void moveNode(s, node, snap(d.toX, m), snap(d.toY, m));
  } else if (d.tool === "bond" && node !== undefined) {
    if (d.moved && over !== undefined && over !== node) { void addBond(s, node, over); s.from.value = undefined; }
    else if (d.moved) void addNode(s, snap(d.toX, m), snap(d.toY, m), node);
    else joinFrom(s, node);
  } else if (d.tool === "delete") {
    if (node !== undefined) void removeNode(s, node);
    else if (d.element !== undefined) void removeBond(s, m.geometry.number[d.element]!);
  } else if (node === undefined) return;
  else if (d.tool === "push" && d.moved) { const w = way(d); void push(s, node, w.along, forceOf(w.size, m)); }
  else if (d.tool === "target" && d.moved) {
    const w = way(d), g = s.magnify.value;
    const moves = [{ along: "x", v: w.x }, { along: "y", v: w.y }].filter((c) => c.v !== 0).map((c) => ({ along: c.along, move: said(c.v / g, "m", 2) }));
    void target(s, node, moves);
  } else apply(s, m);
}

/** What the tool does to the chosen node or bond, without a drag. */
function apply(s: Sketch, m: Model): void {
  const node = s.node.value, bond = s.bond.value, tool = s.tool.value;
  if (tool === "delete" && bond !== undefined && node === undefined) void removeBond(s, bond);
  if (node === undefined) return;
  if (tool === "pin") void hold(s, node, "pinned");
  else if (tool === "roller-x") void hold(s, node, "x");
  else if (tool === "roller-y") void hold(s, node, "y");
  else if (tool === "read") void read(s, node);
  else if (tool === "push") void push(s, node, m.shape.dim === 1 ? "x" : "-y", usualForce(m.spacing, m.stiffness));
  else if (tool === "target") void target(s, node, [{ along: m.shape.dim === 1 ? "x" : "y", move: said(-m.spacing / 40, "m", 1) }]);
  else if (tool === "bond") joinFrom(s, node);
  else if (tool === "delete") void removeNode(s, node);
}

function joinFrom(s: Sketch, node: number): void {
  const from = s.from.value;
  if (from === undefined || from === node) { s.from.value = from === node ? undefined : node; s.note.value = from === node ? "" : `A bond from node ${node}: choose where it goes.`; return; }
  s.from.value = node;
  void addBond(s, from, node);
}

function tell(at: Place, m: Model, s: Sketch, paint: ReturnType<typeof colouring>, u: Float64Array | undefined): [string, string][] | undefined {
  const g = m.geometry;
  if (at.node !== undefined && 3 * at.node < g.points.length) {
    const i = at.node, held = m.shape.supports.filter((p) => p.node === i).map((p) => p.part).join(", ");
    const lines: [string, string][] = [["Node", String(g.numbers[i])], ["at", [0, 1, 2].slice(0, m.shape.dim).map((k) => said(g.points[3 * i + k]!, "m", 4)).join(", ")]];
    if (held) lines.push(["held", held]);
    if (u && s.fresh()) lines.push(["moves", [0, 1, 2].slice(0, m.shape.dim).map((k) => said(u[3 * i + k]!, "m", 3)).join(", ")]);
    return lines;
  }
  if (at.element === undefined || at.element >= g.number.length) return undefined;
  const e = at.element, ends = [g.ends[2 * e]!, g.ends[2 * e + 1]!].filter((n) => n >= 0).map((n) => g.numbers[n]).join(" to ");
  const lines: [string, string][] = [["Bond", String(g.number[e])], ["from", ends]];
  const own = paint?.own(e);
  if (paint && own) lines.push([own.name, own.unit ? said(paint.all[e]!, own.unit, 3) : String(round(paint.all[e]!, 3))]);
  return lines;
}

/** A floppy lattice moves as it can; where motion is not wanted arrows say how. */
function useMotion(s: Sketch, m: Model | undefined): { u?: Float64Array; arrows?: Arrow[] } | undefined {
  const mechanisms = s.fresh() ? s.checked.value?.mechanisms ?? [] : [], which = Math.min(s.mode.value, mechanisms.length - 1);
  const mode = mechanisms[which]?.mode, still = calm.value, [time, setTime] = useState(0), moves = Boolean(mode && m && mode.length === m.geometry.points.length);
  useEffect(() => {
    if (!moves || still) return;
    let frame = 0;
    const step = (t: number) => { setTime(t); frame = requestAnimationFrame(step); };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [moves, still]);
  if (!moves || !mode || !m) return undefined;
  if (!still) { const a = 0.25 * m.spacing * Math.sin(time / 400); return { u: mode.map((x) => a * x) }; }
  const sizes = m.geometry.numbers.map((_, i) => i).slice().sort((a, b) => size(mode, b) - size(mode, a)).filter((i) => size(mode, i) > 0.05);
  return { arrows: Array.from(sizes.slice(0, 200), (i) => ({ node: i, kind: "reading" as const, vector: [0, 1, 2].map((k) => 0.4 * m.spacing * mode[3 * i + k]!) as Arrow["vector"] })) };
}

function size(mode: Float64Array, i: number): number { return Math.hypot(mode[3 * i]!, mode[3 * i + 1]!, mode[3 * i + 2]!); }
