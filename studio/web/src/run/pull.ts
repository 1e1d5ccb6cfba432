// A push by hand: while a node is pulled with Ctrl, the lattice is solved under one force at that node.
import { toast } from "../ui/announce";
import type { Opened, Port, Solved, Strain } from "../engine/protocol";
import type { Play } from "./play";

interface Held { node: number; from: Opened; opened: Promise<Opened>; force: number[]; busy: boolean; failed?: boolean }
let held: Held | undefined;

/** Pulled as far as a tenth of the lattice, the node carries three times the largest push of the task, or a hundredth of a newton. */
export function pull(play: Play, node: number, by: [number, number, number]): void {
  const o = play.opened.value!, axes = "xyz".slice(0, o.shape.dim).split("");
  const push = Math.max(...o.shape.inputs.map((q, i) => (q.kind === "move" && !q.given ? o.shape.input_scale[i]! : 0)), 0) || 0.01;
  let extent = 0;
  for (let a = 0; a < 3; a++) {
    let low = Infinity, high = -Infinity;
    for (let i = a; i < o.geometry.points.length; i += 3) { low = Math.min(low, o.geometry.points[i]!); high = Math.max(high, o.geometry.points[i]!); }
    extent = Math.max(extent, high - low);
  }
  const force = by.slice(0, axes.length).map((v) => 30 * push * v / (extent || 1));
  if (held?.node !== node || held.from !== o) {
    if (held) void drop(play);
    const list = (name: string, value: string) => `${name}: [${axes.map((a) => `{node: ${o.geometry.numbers[node]}, along: ${a}, ${value}}`).join(", ")}]`;
    const opened = play.engine.open({ ...play.source, overrides: [...(play.source.overrides ?? []),
      `task={kind: behaviour, cases: [{${list("push", "force: 1 N")}, ${list("want", "move: 1 mm")}}]}`, "learn=null"] });
    held = { node, from: o, opened, force, busy: false };
  }
  if (held.failed) return; // said once, until another node is taken
  held.force = force;
  const size = Math.hypot(...force), length = Math.hypot(...by) || 1, long = Math.min(2.5, 10 * length / (extent || 1));
  play.pulled.value = { node, by: by.map((v) => v / length * long) as [number, number, number], force: size };
  if (!held.busy) void follow(play, held, o);
}

/** What an output of the task reads where it is the displacement of a node or a strain; NaN of others. */
export function reads(q: Port, s: Solved): number {
  if (q.kind === "strain") return s.strain?.[q.strain as keyof Strain] ?? NaN;
  if (q.kind !== "move" || q.node < 0 || q.other !== undefined || q.mean?.length) return NaN;
  return q.dir.reduce((sum, d, axis) => sum + d * s.u[3 * q.node + axis]!, 0);
}

async function follow(play: Play, h: Held, o: Opened): Promise<void> {
  h.busy = true;
  try {
    const probe = await h.opened;
    for (;;) {
      const force = h.force, theta = play.theta.value;
      const solved = await play.engine.solve(probe.id, { input: force }, theta && theta.length === probe.geometry.theta.length ? theta : undefined);
      if (held !== h || play.opened.value !== o) return;
      const { predicted: _, logits: __, ...rest } = solved; // of a task of its own, which reads what is pulled
      play.solved.value = { ...rest, outputs: o.shape.outputs.map((q) => reads(q, solved)) };
      if (force === h.force) return;
    }
  } catch (e) {
    h.failed = true;
    toast(`This node cannot be pushed here: ${e instanceof Error ? e.message : String(e)}`, { bad: true });
    play.pulled.value = undefined;
  } finally { h.busy = false; }
}

/** Let go, it stands under the load of the page again. */
export function letGo(play: Play): void {
  play.pulled.value = undefined;
  void drop(play);
  play.refresh();
}

async function drop(play: Play): Promise<void> {
  const h = held;
  held = undefined;
  try { if (h) await play.engine.close((await h.opened).id); } catch { /* it was never open */ }
}
