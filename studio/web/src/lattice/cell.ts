// The border of a periodic cell, as built and as it is strained, and the stresses or strains that are put on it.
import type { Theme } from "./colours";
import type { Frame } from "./frame";
import type { Ink, Point } from "./ink";
import type { Picture } from "./picture";
import type { View } from "./view";

export function drawCell(ink: Ink, p: Picture, view: View, f: Frame, theme: Theme): void {
  if (!p.cell) return;
  const { right, up } = view.axes(), m = p.u ? p.magnify : 0;
  const place = (i: number, times: number): Point => {
    const v = p.cell!.corners[i]!.map((x, axis) => x + times * (p.cell!.moved?.[i]![axis] ?? 0) - view.target[axis]!);
    const on = (a: readonly number[]) => v[0]! * a[0]! + v[1]! * a[1]! + v[2]! * a[2]!;
    return [f.width / 2 + f.scale * on(right), f.height / 2 - f.scale * on(up)];
  };
  const around = (times: number) => [0, 1, 2, 3, 0].map((i) => place(i, times));
  if (m) ink.line(around(0), theme.soft, 1.5, [3, 5], 0.8);
  ink.line(around(m), theme.accent, 2, [9, 5]);
  if (p.bare) return;
  const c = around(m).slice(0, 4);
  const sides = c.map((v, i): Point => [(v[0] + c[(i + 1) % 4]![0]) / 2, (v[1] + c[(i + 1) % 4]![1]) / 2]); // below, right, above, left
  p.shape.inputs.forEach((q, i) => {
    const what = /^[es]([xy])\1$|^([gs])xy$/.exec(q.strain ?? ""), amount = p.pushes?.[i] ?? 1;
    if (q.kind !== "strain" || !what || Math.abs(amount) < 1e-12) return;
    const long = (amount < 0 ? -1 : 1) * (16 + 22 * Math.min(1, Math.abs(amount)));
    for (const k of what[1] === "x" ? [1, 3] : what[1] === "y" ? [0, 2] : [0, 1, 2, 3]) {
      const s = sides[k]!, d: Point = what[1] === "x" ? [k === 1 ? 1 : -1, 0] : what[1] === "y" ? [0, k === 0 ? 1 : -1] : [[-1, 0], [0, -1], [1, 0], [0, 1]][k] as Point;
      const from: Point = long > 0 ? [s[0] + 4 * d[0], s[1] + 4 * d[1]] : [s[0] + (4 - long) * d[0], s[1] + (4 - long) * d[1]];
      const to: Point = [from[0] + long * d[0], from[1] + long * d[1]];
      ink.arrow(from, to, theme.accent, 3);
      if (k === (what[1] === "y" ? 2 : 1)) ink.words(p.shape.input_names[i] ?? q.name, long > 0 ? to : from, theme.accent, 6, true);
    }
  });
}
