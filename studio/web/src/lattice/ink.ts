// Small strokes on a canvas: arrows, triangles, words that keep clear of each other.
import { css, type Paint } from "./colours";

export type Point = [number, number];
type Box = [number, number, number, number];

export class Ink {
  private taken: Box[] = [];
  constructor(readonly c: CanvasRenderingContext2D, readonly width: number, readonly height: number, private readonly ground: Paint) {
    c.lineCap = "round"; c.lineJoin = "round";
    c.font = "12px system-ui, sans-serif";
  }

  inside(p: Point, edge = 60): boolean {
    return p[0] > -edge && p[1] > -edge && p[0] < this.width + edge && p[1] < this.height + edge;
  }

  line(points: Point[], colour: Paint, width: number, dash: number[] = [], alpha = 1): void {
    const { c } = this;
    c.beginPath();
    points.forEach((p, i) => (i ? c.lineTo(...p) : c.moveTo(...p)));
    c.setLineDash(dash);
    c.lineWidth = width;
    c.strokeStyle = css(colour, alpha);
    c.stroke();
    c.setLineDash([]);
  }

  /** An arrow from one point to another, with its outline in the ground so that it can be seen on bonds. */
  arrow(from: Point, to: Point, colour: Paint, width = 2.5): void {
    const { c } = this, dx = to[0] - from[0], dy = to[1] - from[1], l = Math.hypot(dx, dy);
    if (l < 2) return;
    const ux = dx / l, uy = dy / l, head = Math.min(10, 0.6 * l), half = 0.5 * head;
    const base: Point = [to[0] - head * ux, to[1] - head * uy];
    for (const [p, w] of [[this.ground, 3], [colour, 0]] as [Paint, number][]) {
      this.line([from, base], p, width + w);
      c.beginPath();
      c.moveTo(...to);
      c.lineTo(base[0] - half * uy, base[1] + half * ux);
      c.lineTo(base[0] + half * uy, base[1] - half * ux);
      c.closePath();
      if (w) { c.lineWidth = w; c.strokeStyle = css(p); c.stroke(); }
      c.fillStyle = css(p);
      c.fill();
    }
    for (let d = Math.min(6, l); d <= l; d += 6) this.take(from[0] + d * ux - 3, from[1] + d * uy - 3, 6, 6);
  }

  circle(p: Point, r: number, colour: Paint, width = 2, fill = false, alpha = 1): void {
    const { c } = this;
    c.beginPath();
    c.arc(p[0], p[1], r, 0, 2 * Math.PI);
    c.lineWidth = width;
    if (fill) { c.fillStyle = css(colour, alpha); c.fill(); } else { c.strokeStyle = css(colour, alpha); c.stroke(); }
  }

  /** A triangle whose tip is at a node and which stands away from it along a unit vector; on wheels where it can roll. */
  triangle(tip: Point, out: Point, size: number, colour: Paint, rolls: boolean): void {
    const { c } = this, [ox, oy] = out, [px, py] = [-oy, ox], h = rolls ? 0.72 * size : size;
    const foot = (a: number, d: number): Point => [tip[0] + d * ox + a * px, tip[1] + d * oy + a * py];
    c.beginPath();
    c.moveTo(...tip); c.lineTo(...foot(-0.6 * size, h)); c.lineTo(...foot(0.6 * size, h)); c.closePath();
    c.fillStyle = css(this.ground); c.fill();
    c.lineWidth = 1.6; c.strokeStyle = css(colour); c.stroke();
    const middle = foot(0, 0.6 * h);
    this.take(middle[0] - 0.5 * size, middle[1] - 0.5 * size, size, size);
    if (rolls) {
      for (const a of [-0.35, 0.35]) this.circle(foot(a * size, h + 0.17 * size), 0.14 * size, colour, 1.4);
      this.line([foot(-0.75 * size, h + 0.36 * size), foot(0.75 * size, h + 0.36 * size)], colour, 1.6);
    } else {
      this.line([foot(-0.85 * size, h), foot(0.85 * size, h)], colour, 1.6);
    }
  }

  /** A spring that ends at a bar: to the ground. */
  spring(from: Point, out: Point, colour: Paint, width: number): void {
    const [ox, oy] = out, [px, py] = [-oy, ox], at = (d: number, a: number): Point => [from[0] + d * ox + a * px, from[1] + d * oy + a * py];
    this.line([from, at(4, 0), at(6, 4), at(10, -4), at(14, 4), at(16, 0), at(20, 0)], colour, width);
    this.line([at(20, -6), at(20, 6)], colour, 1.6);
  }

  /** Keeps words off a place. */
  take(x: number, y: number, w: number, h: number): void { this.taken.push([x, y, x + w, y + h]); }

  /** Words at the first of some places around a point that is free, those on the side of `out` first; false where none is. */
  words(text: string, p: Point, colour: Paint, gap = 8, insist = false, bold = false, out?: Point): boolean {
    const { c } = this;
    if (!this.inside(p, 0)) return false;
    c.font = `${bold ? "600 " : ""}12px system-ui, sans-serif`;
    const w = c.measureText(text).width, h = 14;
    const places: Point[] = [[gap, -h - gap / 2], [gap, gap / 2], [-gap - w, -h - gap / 2], [-gap - w, gap / 2], [-w / 2, -h - gap], [-w / 2, gap], [gap, -h / 2], [-gap - w, -h / 2]];
    const side = ([dx, dy]: Point) => { const x = dx + w / 2, y = dy + h / 2; return out ? (x * out[0] + y * out[1]) / Math.hypot(x, y) : 0; };
    if (out && Math.hypot(...out) > 0.5) places.sort((a, b) => side(b) - side(a));
    for (const [dx, dy] of places) {
      const x = p[0] + dx, y = p[1] + dy, b: Box = [x - 1, y - 1, x + w + 1, y + h + 1];
      if (b[0] < 0 || b[1] < 0 || b[2] > this.width || b[3] > this.height) continue;
      if (this.taken.some((t) => t[0] < b[2] && t[2] > b[0] && t[1] < b[3] && t[3] > b[1])) continue;
      this.write(text, x, y + 11, colour, b);
      return true;
    }
    if (!insist) return false;
    const x = Math.min(Math.max(p[0] + gap, 1), this.width - w - 2), y = Math.min(Math.max(p[1] - h - gap / 2, 1), this.height - h);
    this.write(text, x, y + 11, colour, [x, y, x + w, y + h]);
    return true;
  }

  private write(text: string, x: number, y: number, colour: Paint, box: Box): void {
    const { c } = this;
    c.lineWidth = 3.5;
    c.strokeStyle = css(this.ground, 0.85);
    c.strokeText(text, x, y);
    c.fillStyle = css(colour);
    c.fillText(text, x, y);
    this.taken.push(box);
  }
}
