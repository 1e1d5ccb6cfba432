// One frame of a drawing: where every node stands on the screen, and which elements are to be drawn. Pictures, marks and picking all take
// their places from here.
import type { Picture } from "./picture";
import type { View } from "./view";

export class Frame {
  x = new Float32Array(0); y = new Float32Array(0); depth = new Float32Array(0); // of every node, px and m towards the eye
  private ids = new Int32Array(0);
  width = 1; height = 1;      // px
  scale = 1;                  // px a metre
  bond = 10;                  // length of a bond on the screen, px: the mean of some
  private view: View | undefined;

  /** Places the nodes. */
  place(p: Picture, view: View, width: number, height: number): void {
    this.view = view; this.width = width; this.height = height; this.scale = height / view.height;
    const { points } = p.geometry, n = points.length / 3, u = p.u, m = u ? p.magnify : 0, s = this.scale;
    if (this.x.length !== n) { this.x = new Float32Array(n); this.y = new Float32Array(n); this.depth = new Float32Array(n); }
    const { right, up, toward } = view.axes(), [tx, ty, tz] = view.target, x0 = width / 2, y0 = height / 2;
    for (let i = 0, j = 0; i < n; i++, j += 3) {
      let a = points[j]! - tx, b = points[j + 1]! - ty, c = points[j + 2]! - tz;
      if (u && m) { a += m * u[j]!; b += m * u[j + 1]!; c += m * u[j + 2]!; }
      this.x[i] = x0 + s * (a * right[0] + b * right[1] + c * right[2]);
      this.y[i] = y0 - s * (a * up[0] + b * up[1] + c * up[2]);
      this.depth[i] = a * toward[0] + b * toward[1] + c * toward[2];
    }
    this.bond = this.meanBond(p);
  }

  private meanBond(p: Picture): number {
    const { ends } = p.geometry, m = ends.length / 2, step = Math.max(1, Math.floor(m / 500));
    let sum = 0, count = 0;
    for (let e = 0; e < m; e += step) {
      const a = ends[2 * e]!, b = ends[2 * e + 1]!;
      if (a < 0 || b < 0 || a === b) continue;
      const d = Math.hypot(this.x[a]! - this.x[b]!, this.y[a]! - this.y[b]!);
      if (Number.isFinite(d)) { sum += d; count++; }
    }
    return count ? sum / count : 40;
  }

  /** The elements of a list that touch the drawing; of many at most about `budget`, spread evenly. */
  visible(list: Int32Array, ends: Int32Array, budget = Infinity): Int32Array {
    if (this.ids.length < list.length) this.ids = new Int32Array(list.length);
    const { x, y, width, height, ids } = this, edge = 30;
    let n = 0;
    for (let i = 0; i < list.length; i++) {
      const e = list[i]!, a = ends[2 * e]!, b = ends[2 * e + 1]! < 0 ? a : ends[2 * e + 1]!;
      const xa = x[a]!, xb = x[b]!, ya = y[a]!, yb = y[b]!;
      if ((xa < -edge && xb < -edge) || (xa > width + edge && xb > width + edge) || (ya < -edge && yb < -edge) || (ya > height + edge && yb > height + edge)) continue;
      ids[n++] = e;
    }
    if (n > budget) {
      const most = Math.floor(budget / n * 4294967296);
      let k = 0;
      for (let i = 0; i < n; i++) if (Math.imul(ids[i]!, 2654435761) >>> 0 < most) ids[k++] = ids[i]!;
      n = k;
    }
    return ids.subarray(0, n);
  }

  /** The nodes within the drawing. */
  nodes(): Int32Array {
    const { x, y, width, height } = this, out = new Int32Array(x.length);
    let n = 0;
    for (let i = 0; i < x.length; i++) if (x[i]! > -10 && y[i]! > -10 && x[i]! < width + 10 && y[i]! < height + 10) out[n++] = i;
    return out.subarray(0, n);
  }

  /** A place on the screen in the plane of the picture through the middle of the view, m. */
  world(px: number, py: number): [number, number, number] {
    const v = this.view!, { right, up } = v.axes(), a = (px - this.width / 2) / this.scale, b = (this.height / 2 - py) / this.scale;
    return [0, 1, 2].map((i) => v.target[i]! + a * right[i]! + b * up[i]!) as [number, number, number];
  }

  /** What lies under the pointer: a node within `reach` px of it, else the nearest element. In space what is nearer to the eye wins. */
  pick(p: Picture, list: Int32Array, px: number, py: number, reach = 9): { node?: number; element?: number } {
    const { x, y, depth } = this, { ends } = p.geometry, space = p.shape.dim === 3;
    const near = Math.min(reach, Math.max(4, 0.35 * this.bond));
    let node = -1, best = near * near, front = -Infinity;
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - px, dy = y[i]! - py, d = dx * dx + dy * dy;
      if (d > near * near) continue;
      if (space ? depth[i]! > front : d < best) { best = d; front = depth[i]!; node = i; }
    }
    if (node >= 0) return { node };
    let element = -1;
    best = reach * reach; front = -Infinity;
    for (let i = 0; i < list.length; i++) {
      const e = list[i]!, a = ends[2 * e]!, b = ends[2 * e + 1]!;
      if (b < 0) continue;
      const dx = x[b]! - x[a]!, dy = y[b]! - y[a]!, l = dx * dx + dy * dy;
      const t = l > 0 ? Math.min(1, Math.max(0, ((px - x[a]!) * dx + (py - y[a]!) * dy) / l)) : 0;
      const ex = x[a]! + t * dx - px, ey = y[a]! + t * dy - py, d = ex * ex + ey * ey;
      if (d > reach * reach) continue;
      const z = depth[a]! + t * (depth[b]! - depth[a]!);
      if (space ? z > front : d < best) { best = d; front = z; element = e; }
    }
    return element >= 0 ? { element } : {};
  }
}

/** Elements that are there. */
export function present(cut: Uint8Array): Int32Array {
  const out = new Int32Array(cut.length);
  let n = 0;
  for (let e = 0; e < cut.length; e++) if (!cut[e]) out[n++] = e;
  return out.subarray(0, n);
}
