// The drawing of a lattice in its place on the page: two canvases, bonds below and marks above, drawn when something has changed.
// While the view moves, only as many bonds are drawn as the machine draws fluently; when it rests, all of them.
import { onTheme, themeOf, type Theme } from "./colours";
import { drawFlat, most } from "./flat";
import { Frame, present } from "./frame";
import { GL } from "./gl";
import { Ink } from "./ink";
import { drawMarks, marked, type Marked } from "./marks";
import type { Picture } from "./picture";
import { tilesOf, type Tiles } from "./tile";
import { startView, type View } from "./view";

const slow = 33, quick = 18; // ms a frame
const ratio = () => Math.min(devicePixelRatio || 1, 2);

export class Drawing {
  readonly frame = new Frame();
  list: Int32Array = new Int32Array(0);       // elements that are there
  hover: { node?: number; element?: number } | undefined;
  without = "";                     // why there is no picture, in words
  times: number[] = [];             // of the last frames while the view moves, ms
  private readonly under = document.createElement("canvas");
  private readonly over = document.createElement("canvas");
  private readonly ink: CanvasRenderingContext2D;
  private readonly rest = new Frame();
  private gl: GL | undefined;
  private picture: Picture | undefined;
  private tiles: Tiles | undefined;
  private marked: Marked | undefined;
  private theme: Theme;
  private view: View;
  private ends: (() => void)[] = [];
  private asked = 0; private settle = 0; private last = 0;
  private budget = Infinity; private moving = false; private gone = false;
  private answered = false;         // it was seen with displacements: what is edited then stays where it is seen

  constructor(private readonly host: HTMLElement, view: View | undefined, dim: number) {
    for (const c of [this.under, this.over]) { c.setAttribute("aria-hidden", "true"); host.append(c); }
    this.ink = this.over.getContext("2d")!;
    this.theme = themeOf(host);
    try { this.gl = new GL(this.under); } catch { this.under.remove(); }
    this.view = view ?? startView(dim);
    this.ends.push(this.view.subscribe(() => this.moved()));
    this.ends.push(onTheme(() => { this.theme = themeOf(host); if (this.picture) this.gl?.colours(this.theme, this.picture); this.request(); }));
    const resize = new ResizeObserver(() => { this.resized(); });
    resize.observe(host);
    this.ends.push(() => resize.disconnect());
    const lost = (e: Event) => { e.preventDefault(); };
    const back = () => { if (this.gone) return; this.gl = new GL(this.under); if (this.picture) this.gl.colours(this.theme, this.picture); this.request(); };
    this.under.addEventListener("webglcontextlost", lost);
    this.under.addEventListener("webglcontextrestored", back);
  }

  get looking(): View { return this.view; }
  get shown(): Picture | undefined { return this.picture; }
  get drawn(): number { return this.gl?.drawn ?? this.list.length; }

  /** A periodic cell is drawn with its neighbours; `shown` has them, and what is picked and chosen is of the cell. */
  show(given: Picture): void {
    this.tiles = tilesOf(given.geometry, given.shape.cell);
    const p = this.tiles?.around(given) ?? given;
    const first = this.picture?.geometry !== p.geometry;
    if (first || this.picture?.shape !== p.shape) { this.list = present(p.geometry.cut); this.marked = marked(p); }
    if (first && !this.picture) { this.gl?.colours(this.theme, p); if (!this.view.fitted) { this.picture = p; this.fit(); } }
    const settled = this.picture && !this.answered && p.u && !this.view.touched; // the first answer: with its displacements it may be larger
    this.answered ||= Boolean(p.u);
    const moved = this.picture && (this.picture.u !== p.u || this.picture.value !== p.value || this.picture.magnify !== p.magnify);
    this.picture = p;
    if (settled) this.fit();
    if (moved && this.list.length > 30000) this.moved(); else this.request();
  }

  /** Shows all of it, as it stands. */
  fit(): void {
    const p = this.picture, { clientWidth: w, clientHeight: h } = this.host;
    if (!p || !w || !h) return;
    const { points } = p.geometry, all = new Float64Array(p.u ? 2 * points.length : points.length);
    all.set(points);
    if (p.u) for (let i = 0; i < points.length; i++) { const v = points[i]! + p.magnify * p.u[i]!; all[points.length + i] = Number.isFinite(v) ? v : points[i]!; }
    this.view.fit(all, w, h, Math.min(72, 0.15 * Math.min(w, h)));
  }

  private resized(): void {
    if (!this.view.touched) this.fit(); else this.request();
  }

  private moved(): void {
    if (!this.moving) { this.moving = true; this.last = 0; }
    clearTimeout(this.settle);
    this.settle = window.setTimeout(() => { this.moving = false; this.request(); }, 160);
    this.request();
  }

  request(): void {
    if (!this.asked && !this.gone) this.asked = requestAnimationFrame((now) => { this.asked = 0; this.draw(now); });
  }

  /** Places for picking are those of the last frame; this makes it now. */
  private draw(now: number): void {
    const p = this.picture, { clientWidth: w, clientHeight: h } = this.host;
    if (!p || !w || !h || this.gone) return;
    if (this.moving) this.pace(now);
    this.frame.place(p, this.view, w, h);
    const ids = this.frame.visible(this.list, p.geometry.ends, this.moving ? this.budget : Infinity);
    const r = ratio(), c = this.over;
    if (c.width !== Math.round(w * r) || c.height !== Math.round(h * r)) { c.width = Math.round(w * r); c.height = Math.round(h * r); }
    this.ink.setTransform(r, 0, 0, r, 0, 0);
    this.ink.clearRect(0, 0, w, h);
    this.without = "";
    if (this.gl) {
      this.gl.take(p, this.theme);
      this.gl.draw(p, this.view, this.frame, ids, r);
    } else if (this.list.length <= most) {
      if (p.ghost && p.u) this.rest.place({ ...p, u: undefined }, this.view, w, h);
      drawFlat(this.ink, p, this.frame, ids, this.theme, p.ghost && p.u ? this.rest : undefined);
    } else {
      this.without = `This browser has no WebGL, and without it at most ${most} elements are drawn; the table has them all.`;
    }
    drawMarks(new Ink(this.ink, w, h, this.theme.ground), p, this.marked!, this.view, this.frame, this.theme, this.hover);
  }

  /** Finds how many bonds can be drawn fluently. */
  private pace(now: number): void {
    const took = now - this.last;
    if (this.last) {
      this.times.push(took);
      if (this.times.length > 240) this.times.shift();
      const drawn = this.drawn;
      if (took > slow && drawn > 4000) this.budget = Math.max(4000, drawn * Math.max(0.1, slow / took * 0.8));
      else if (took < quick && this.budget < this.list.length && drawn > 0.9 * this.budget) this.budget *= 1.15;
    }
    this.last = now;
  }

  pick(x: number, y: number, reach?: number): { node?: number; element?: number } {
    return this.picture ? this.own(this.frame.pick(this.picture, this.list, x, y, reach)) : {};
  }

  /** Of the network, what may be an image in the drawing. */
  own(at: { node?: number; element?: number }): { node?: number; element?: number } {
    return this.tiles?.own(at) ?? at;
  }

  setHover(h: { node?: number; element?: number } | undefined): void {
    if (h?.node === this.hover?.node && h?.element === this.hover?.element) return;
    this.hover = h;
    this.request();
  }

  dispose(): void {
    this.gone = true;
    cancelAnimationFrame(this.asked);
    clearTimeout(this.settle);
    for (const end of this.ends) end();
    this.gl?.dispose();
    this.under.remove();
    this.over.remove();
  }
}
