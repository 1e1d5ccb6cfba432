// A push by hand, with Ctrl: the lattice as the text has it, under one force at the node that is pulled. Its answer is that of the engine.
import type { Engine } from "../engine/engine";
import type { Opened, Solved } from "../engine/protocol";
import type { Arrow } from "../lattice/picture";
import type { Model } from "./model";
import { said } from "./quantity";
import { complaint, type Sketch } from "./state";

export interface Pulled { arrow: Arrow; solved: Solved | undefined }

interface Held { engine: Engine; text: string; node: number; opened: Promise<Opened>; want: [number, number, number]; busy: boolean }
const held = new WeakMap<Sketch, Held>();

/** The node is pulled: the longer, the harder, a bond length for a fiftieth of the stiffness of a bond. */
export function probe(s: Sketch, m: Model, node: number, by: [number, number, number]): void {
  const force = by.map((x) => x * m.stiffness * 0.02) as [number, number, number], axes = "xyz".slice(0, m.shape.dim).split("");
  let h = held.get(s);
  if (!h || h.node !== node || h.text !== s.text.value) {
    if (h) void drop(s, h);
    const number = m.geometry.numbers[node]!, text = s.text.value;
    const entries = (list: string, rest: string) => `${list}: [${axes.map((a) => `{node: ${number}, along: ${a}, ${rest}}`).join(", ")}]`;
    const engine = s.heavy(), opened = engine.open({ ...s.source(text), overrides: [`task={kind: behaviour, cases: [{${entries("push", "force: 1 N")}, ${entries("want", "move: 1 mm")}}]}`, "learn=null"] });
    h = { engine, text, node, opened, want: force, busy: false };
    held.set(s, h);
  }
  h.want = force;
  const length = Math.hypot(...by) / m.spacing, arrow: Arrow = { node, kind: "load", label: said(Math.hypot(...force), "N", 2),
    vector: by.map((x) => (x / m.spacing) / Math.max(1, length / 3)) as [number, number, number] };
  s.pulled.value = { arrow, solved: s.pulled.value?.solved };
  if (!h.busy) void follow(s, h, axes.length);
}

async function follow(s: Sketch, h: Held, dim: number): Promise<void> {
  h.busy = true;
  try {
    const o = await h.opened;
    for (;;) {
      const want = h.want, solved = await h.engine.solve(o.id, { input: want.slice(0, dim) }, s.theta.value && s.theta.value.length === o.geometry.theta.length ? s.theta.value : undefined);
      const now = s.pulled.value;
      if (!now || held.get(s) !== h) return;
      s.pulled.value = { ...now, solved };
      if (want === h.want) return;
    }
  } catch (e) {
    s.note.value = complaint(e).message;
  } finally {
    h.busy = false;
  }
}

export function release(s: Sketch): void {
  s.pulled.value = undefined;
  const h = held.get(s);
  if (h) void drop(s, h);
}

async function drop(s: Sketch, h: Held): Promise<void> {
  if (held.get(s) === h) held.delete(s);
  try { await h.engine.close((await h.opened).id); } catch { /* it was never opened, or is closed already */ }
}
