// A lattice without end is drawn as one cell among its neighbours. Images of its nodes move as the nodes do, and by the strain times their
// distance. Nodes and elements of the cell itself come first, so that their places are those of the network.
import type { Geometry, Opened, Strain } from "../engine/protocol";
import type { Picture } from "./picture";
import { magnification } from "./scale";

const most = 20_000; // elements; of a larger lattice the cell alone is drawn, with the ends of bonds that leave it

export class Tiles {
  readonly geometry: Geometry;
  readonly nodes: number; readonly elements: number; // of the cell
  private readonly of: number[] = [];                // node of each image
  private readonly far: number[] = [];               // how far it lies from it, x and y
  private readonly centre: [number, number] = [0, 0];
  private readonly corners: [number, number, number][];
  private readonly list: Int32Array;                 // element of each that is drawn
  private last: Picture | undefined; private made: Picture | undefined;

  constructor(readonly given: Geometry, cell: readonly [number, number, number][]) {
    const { points, ends, third, shift, thirdShift, cut } = given, n = this.nodes = points.length / 3, m = this.elements = cut.length;
    const [a, b] = [cell[0]!, cell[1]!], known = new Map<string, number>(), reach = 9 * m <= most ? 1 : 0;
    const image = (node: number, i: number, j: number): number => {
      if (i === 0 && j === 0) return node;
      const key = `${node},${i},${j}`;
      let at = known.get(key);
      if (at === undefined) {
        known.set(key, at = n + this.of.length);
        this.of.push(node);
        this.far.push(i * a[0] + j * b[0], i * a[1] + j * b[1]);
      }
      return at;
    };
    const list: number[] = [], to: number[] = [], thirds: number[] = [];
    const at = (s: Int32Array | undefined, e: number, axis: number) => s?.[3 * e + axis] ?? 0;
    const around = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [1, -1], [-1, 1]].slice(0, reach ? 9 : 1) as [number, number][];
    for (const [i, j] of around) {
      const own = i === 0 && j === 0, within = (s: Int32Array | undefined, e: number) => Math.abs(i + at(s, e, 0)) <= reach && Math.abs(j + at(s, e, 1)) <= reach;
      for (let e = 0; e < m; e++) {
        const from = ends[2 * e]!, end = ends[2 * e + 1]!, other = third[e]!;
        if (!own && !(within(shift, e) && (other < 0 || within(thirdShift, e)))) continue; // it leaves the drawing
        list.push(e);
        to.push(image(from, i, j), end < 0 ? -1 : image(end, i + at(shift, e, 0), j + at(shift, e, 1)));
        thirds.push(other < 0 ? -1 : image(other, i + at(thirdShift, e, 0), j + at(thirdShift, e, 1)));
      }
    }
    const all = new Float64Array(3 * (n + this.of.length)), numbers = new Int32Array(n + this.of.length);
    all.set(points);
    numbers.set(given.numbers);
    this.of.forEach((node, k) => {
      for (let axis = 0; axis < 3; axis++) all[3 * (n + k) + axis] = points[3 * node + axis]! + (axis < 2 ? this.far[2 * k + axis]! : 0);
      numbers[n + k] = given.numbers[node]!;
    });
    this.list = Int32Array.from(list);
    this.geometry = { ...given, points: all, numbers, ends: Int32Array.from(to), third: Int32Array.from(thirds), kind: this.list.map((e) => given.kind[e]!),
      number: this.list.map((e) => given.number[e]!), cut: Uint8Array.from(list, (e) => cut[e]!) };
    for (let i = 0; i < n; i++) for (const axis of [0, 1] as const) this.centre[axis] += points[3 * i + axis]! / n;
    this.corners = outline(points, a, b);
  }

  /** The picture with its neighbours. */
  around(p: Picture): Picture {
    const was = this.last;
    const u = p.u && (was?.u === p.u && was.strain === p.strain ? this.made!.u : this.moved(p.u, p.strain)), turn = p.turn && (was?.turn === p.turn ? this.made!.turn : this.turned(p.turn));
    const spread = (v: Float64Array | undefined) => v && Float64Array.from(this.list, (e) => v[e]!);
    const value = was?.value === p.value ? this.made?.value : spread(p.value), width = was?.width === p.width ? this.made?.width : spread(p.width);
    const strain = p.strain, drift: [number, number] = [0, 0];
    if (p.u) for (let i = 0; i < this.nodes; i++) for (const axis of [0, 1] as const) drift[axis] += p.u[3 * i + axis]! / this.nodes;
    const moved = p.u && this.corners.map(([x, y]): [number, number, number] => {
      const d = by(strain, x - this.centre[0], y - this.centre[1]);
      return [drift[0] + d[0], drift[1] + d[1], 0];
    });
    this.last = p;
    return this.made = { ...p, geometry: this.geometry, u, turn, value, width, cell: { corners: this.corners, moved } };
  }

  /** What a person means who points at an image. */
  own(at: { node?: number; element?: number }): { node?: number; element?: number } {
    if (at.node !== undefined) return { node: at.node < this.nodes ? at.node : this.of[at.node - this.nodes]! };
    return at.element !== undefined ? { element: this.list[at.element]! } : {};
  }

  moved(u: Float64Array, strain: Strain | undefined): Float64Array {
    const out = new Float64Array(this.geometry.points.length);
    out.set(u);
    this.of.forEach((node, k) => {
      const d = by(strain, this.far[2 * k]!, this.far[2 * k + 1]!), i = 3 * (this.nodes + k);
      for (const axis of [0, 1] as const) out[i + axis] = u[3 * node + axis]! + d[axis];
    });
    return out;
  }

  private turned(turn: Float64Array): Float64Array {
    const per = turn.length / this.nodes, out = new Float64Array(per * (this.nodes + this.of.length));
    out.set(turn);
    this.of.forEach((node, k) => { for (let a = 0; a < per; a++) out[per * (this.nodes + k) + a] = turn[per * node + a]!; });
    return out;
  }
}

/** How far a strain moves what lies so far away. */
function by(s: Strain | undefined, x: number, y: number): [number, number] {
  return s ? [s.exx * x + s.gxy / 2 * y, s.eyy * y + s.gxy / 2 * x] : [0, 0];
}

/** The parallelogram of a cell, laid so that its nodes are within it. */
function outline(points: Float64Array, a: readonly number[], b: readonly number[]): [number, number, number][] {
  const det = a[0]! * b[1]! - a[1]! * b[0]! || 1, low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!, y = points[i + 1]!, f = [(x * b[1]! - y * b[0]!) / det, (y * a[0]! - x * a[1]!) / det];
    for (const k of [0, 1]) { low[k] = Math.min(low[k]!, f[k]!); high[k] = Math.max(high[k]!, f[k]!); }
  }
  const from = [0, 1].map((k) => (low[k]! + high[k]! - 1) / 2);
  const at = (i: number, j: number): [number, number, number] => [(from[0]! + i) * a[0]! + (from[1]! + j) * b[0]!, (from[0]! + i) * a[1]! + (from[1]! + j) * b[1]!, 0];
  return [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
}

const made = new WeakMap<Geometry, Tiles>();
export function tilesOf(g: Geometry, cell: readonly [number, number, number][] | undefined): Tiles | undefined {
  if (!cell || cell.length < 2) return undefined;
  let t = made.get(g);
  if (!t) made.set(g, t = new Tiles(g, cell));
  return t;
}

/** A factor that makes what is drawn visible. */
export function magnified(o: Opened, u: Float64Array, strain: Strain | undefined, least = 1): number {
  const t = tilesOf(o.geometry, o.shape.cell);
  return t ? magnification(t.geometry.points, t.geometry.ends, t.moved(u, strain), least) : magnification(o.geometry.points, o.geometry.ends, u, least);
}
