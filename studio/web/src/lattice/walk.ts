// The keyboard on a drawing: arrows go along the network from what is chosen.
import type { Frame } from "./frame";
import type { Picture } from "./picture";

type Chosen = { node?: number; element?: number };
const ways: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Elements at each node, as lists one behind the other. */
export class Meeting {
  private readonly first: Int32Array; private readonly list: Int32Array;
  constructor(private readonly p: Picture) {
    const { ends, points, cut } = p.geometry, n = points.length / 3, count = new Int32Array(n + 1);
    const each = (f: (node: number, e: number) => void) => {
      for (let e = 0; e < cut.length; e++) for (let i = 0; i < 2; i++) { const a = ends[2 * e + i]!; if (a >= 0 && !cut[e] && !(i && a === ends[2 * e])) f(a, e); }
    };
    each((a) => { count[a + 1]!++; });
    for (let i = 0; i < n; i++) count[i + 1]! += count[i]!;
    this.first = count.slice();
    this.list = new Int32Array(count[n]!);
    each((a, e) => { this.list[count[a]!++] = e; });
  }
  at(node: number): Int32Array { return this.list.subarray(this.first[node]!, this.first[node + 1]!); }
  other(e: number, node: number): number { const { ends } = this.p.geometry; return ends[2 * e] === node ? ends[2 * e + 1]! : ends[2 * e]!; }
}

/** Where a key leads: the neighbour that lies most in its direction; undefined where the key is none of these, or nothing lies there. */
export function step(key: string, p: Picture, f: Frame, m: Meeting): Chosen | undefined {
  const way = ways[key];
  if (key === "Enter" && p.node !== undefined) { const e = m.at(p.node)[0]; return e === undefined ? undefined : { element: e }; }
  if (key === "Enter" && p.element !== undefined) return { node: p.geometry.ends[2 * p.element]! };
  if (!way) return undefined;
  if (p.node === undefined && p.element === undefined) return { node: middle(p, f) };
  if (p.node !== undefined) {
    const from = p.node;
    const next = best(way, [...m.at(from)].map((e) => m.other(e, from)).filter((b) => b >= 0).map((b) => [b, f.x[b]! - f.x[from]!, f.y[b]! - f.y[from]!]));
    return next === undefined ? undefined : { node: next };
  }
  const { ends } = p.geometry, e = p.element!, mid = (k: number): [number, number] => {
    const a = ends[2 * k]!, b = ends[2 * k + 1]! < 0 ? a : ends[2 * k + 1]!;
    return [(f.x[a]! + f.x[b]!) / 2, (f.y[a]! + f.y[b]!) / 2];
  };
  const [x, y] = mid(e), near = new Set([...m.at(ends[2 * e]!), ...(ends[2 * e + 1]! >= 0 ? m.at(ends[2 * e + 1]!) : [])]);
  near.delete(e);
  const next = best(way, [...near].map((k) => { const [a, b] = mid(k); return [k, a - x, b - y]; }));
  return next === undefined ? undefined : { element: next };
}

function best(way: [number, number], to: [number, number, number][]): number | undefined {
  let most = 0.3, found: number | undefined;
  for (const [n, dx, dy] of to) {
    const c = (dx * way[0] + dy * way[1]) / (Math.hypot(dx, dy) || 1);
    if (c > most) { most = c; found = n; }
  }
  return found;
}

function middle(p: Picture, f: Frame): number {
  let least = Infinity, node = 0;
  for (let i = 0; i < p.geometry.numbers.length; i++) {
    const d = Math.hypot(f.x[i]! - f.width / 2, f.y[i]! - f.height / 2);
    if (d < least) { least = d; node = i; }
  }
  return node;
}
