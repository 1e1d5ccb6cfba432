// Bonds and nodes by WebGL: ends, values and displacements of bonds are looked up in textures, so that a new state is one
// upload and magnifying it none. Widths are in pixels. Bonds shorter than some pixels are thin lines.
import {
  BufferAttribute, BufferGeometry, Camera, DataTexture, DynamicDrawUsage, FloatType, GLSL3, LineSegments, Mesh, NearestFilter,
  RawShaderMaterial, RGBAFormat, Scene, UnsignedByteType, Vector2, Vector3, WebGLRenderer,
} from "three";
import type { Frame } from "./frame";
import type { Picture } from "./picture";
import type { View } from "./view";
import { colourTable, type Paint, type Theme } from "./colours";
import { bondFragment, bondVertex, nodeFragment, nodeVertex } from "./shaders";

const across = 1024; // texels in a row of a texture

function texture(count: number): DataTexture {
  const rows = Math.max(1, Math.ceil(count / across));
  const t = new DataTexture(new Float32Array(4 * across * rows), across, rows, RGBAFormat, FloatType);
  t.minFilter = t.magFilter = NearestFilter;
  return t;
}
const data = (t: DataTexture) => t.image.data as unknown as Float32Array;

const none = new Int32Array(0);

/** Which way an element is drawn. */
function way(p: Picture, e: number): number {
  if (p.geometry.third[e]! >= 0) return 2;
  const kind = p.shape.kinds[p.geometry.kind[e]!] ?? "";
  return kind.startsWith("beam") ? 1 : 0;
}

/** Things of one look: `corners` for each of a list. */
interface Part { mesh: Mesh<BufferGeometry, RawShaderMaterial> | LineSegments<BufferGeometry, RawShaderMaterial>; corners: number }

export class GL {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly eye = new Camera();
  private readonly uniforms;
  private readonly parts: Part[] = [];
  private readonly straight; private readonly bent; private readonly lines; private readonly dots;
  private readonly ghosts; private readonly ghostLines;
  private geometry: Picture["geometry"] | undefined;
  private shown: Partial<Picture> = {};
  private curved = new Uint8Array(0);
  private centre = new Vector3();
  drawn = 0;

  /** Fails where there is no WebGL 2. */
  constructor(readonly canvas: HTMLCanvasElement) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true, powerPreference: "high-performance" });
    this.renderer.setClearAlpha(0);
    const map = new DataTexture(new Uint8Array(1024), 256, 1, RGBAFormat, UnsignedByteType);
    const blank = texture(1);
    this.uniforms = {
      nodes: { value: blank }, moves: { value: blank }, elements: { value: blank }, values: { value: blank }, map: { value: map },
      right: { value: new Vector3() }, up: { value: new Vector3() }, toward: { value: new Vector3() }, target: { value: new Vector3() },
      size: { value: new Vector2(1, 1) }, scale: { value: 1 }, deep: { value: 1 }, magnify: { value: 0 }, low: { value: 0 }, high: { value: 1 },
      widths: { value: new Vector2(2, 2) }, halo: { value: 0 }, ground: { value: new Vector3() }, plain: { value: new Vector3() },
      coloured: { value: 0 }, dotSize: { value: 4 }, twist: { value: 0 },
    };
    const quiet = { ...this.uniforms, magnify: { value: 0 }, coloured: { value: 0 }, plain: { value: new Vector3() }, halo: { value: 0 },
      widths: { value: new Vector2(1.5, 1.5) }, twist: { value: 0 } };
    this.ghosts = this.part(6, quiet, 0, false);
    this.ghostLines = this.part(2, quiet, 0, false);
    this.straight = this.part(6, this.uniforms, 1, true);
    this.bent = this.part(60, this.uniforms, 1, true);
    this.lines = this.part(2, this.uniforms, 1, true);
    this.dots = this.part(6, this.uniforms, 2, true, true);
  }

  private part(corners: number, uniforms: RawShaderMaterial["uniforms"], order: number, depth: boolean, nodes = false): Part {
    const geometry = new BufferGeometry(), material = new RawShaderMaterial({ glslVersion: GLSL3, uniforms, defines: { CORNERS: corners }, side: 2,
      vertexShader: nodes ? nodeVertex : bondVertex, fragmentShader: nodes ? nodeFragment : bondFragment, depthTest: depth, depthWrite: depth });
    const mesh = corners === 2 ? new LineSegments(geometry, material) : new Mesh(geometry, material);
    mesh.frustumCulled = false;
    mesh.renderOrder = order;
    this.scene.add(mesh);
    this.parts.push({ mesh, corners });
    return this.parts.at(-1)!;
  }

  colours(theme: Theme, p: Picture): void {
    const u = this.uniforms, set = (v: Vector3, c: Paint) => v.set(c[0] / 255, c[1] / 255, c[2] / 255);
    (u.map.value.image.data as unknown as Uint8Array).set(colourTable(p.scale?.kind ?? "sequential", theme.dark));
    u.map.value.needsUpdate = true;
    set(u.ground.value, theme.ground);
    set(u.plain.value, theme.soft);
    set(this.ghosts.mesh.material.uniforms["plain"]!.value as Vector3, theme.line);
    this.shown.scale = undefined;
  }

  /** Takes what is new of a picture to the graphics card. */
  take(p: Picture, theme: Theme): void {
    const g = p.geometry, u = this.uniforms, was = this.shown, n = g.points.length / 3, m = g.cut.length;
    if (this.geometry !== g) { this.geometry = g; this.takeShape(p, n, m); was.u = was.value = was.width = undefined; }
    if (was.u !== p.u || was.turn !== p.turn) {
      if (data(u.moves.value).length !== data(u.nodes.value).length) { this.free(u.moves.value); u.moves.value = texture(2 * n); }
      const d = data(u.moves.value), at = 4 * n;
      for (let i = 0; i < n; i++) for (let a = 0; a < 3; a++) d[4 * i + a] = p.u ? p.u[3 * i + a]! : 0;
      const turn = p.turn, per = turn ? turn.length / n : 0;
      for (let i = 0; i < n; i++) {
        for (let a = 0; a < 3; a++) d[at + 4 * i + a] = turn ? (per === 3 ? turn[3 * i + a]! : a === 2 ? turn[i]! : 0) : 0;
      }
      u.moves.value.needsUpdate = true;
    }
    if (was.value !== p.value || was.width !== p.width) {
      const d = data(u.values.value);
      for (let e = 0; e < m; e++) { d[4 * e] = p.value ? p.value[e]! : NaN; d[4 * e + 1] = p.width ? p.width[e]! : 0.4; }
      u.values.value.needsUpdate = true;
    }
    if (was.scale !== p.scale) { if (was.scale?.kind !== p.scale?.kind) this.colours(theme, p); u.low.value = p.scale?.low ?? 0; u.high.value = p.scale?.high ?? 1; }
    u.magnify.value = p.u ? p.magnify : 0;
    u.coloured.value = p.value && p.scale ? 1 : 0;
    u.twist.value = n;
    this.shown = { ...p };
  }

  private takeShape(p: Picture, n: number, m: number): void {
    const g = p.geometry, u = this.uniforms;
    for (const t of [u.nodes, u.moves, u.elements, u.values]) { this.free(t.value); }
    u.nodes.value = texture(2 * n); u.moves.value = texture(2 * n); u.elements.value = texture(m); u.values.value = texture(m);
    const centre = [0, 0, 0];
    for (let i = 0; i < 3 * n; i++) centre[i % 3]! += g.points[i]! / n;
    this.centre.set(centre[0]!, centre[1]!, centre[2]!); // single precision is enough about the middle
    const d = data(u.nodes.value), el = data(u.elements.value);
    for (let i = 0; i < n; i++) for (let a = 0; a < 3; a++) d[4 * i + a] = g.points[3 * i + a]! - centre[a]!;
    this.curved = new Uint8Array(m);
    for (let e = 0; e < m; e++) {
      const w = way(p, e);
      this.curved[e] = w;
      el.set([g.ends[2 * e]!, g.ends[2 * e + 1]!, g.third[e]!, w], 4 * e);
    }
    u.nodes.value.needsUpdate = u.elements.value.needsUpdate = true;
  }

  private free(t: DataTexture): void { t.dispose(); }

  private list({ mesh, corners }: Part, ids: Int32Array, count = ids.length): void {
    mesh.visible = count > 0;
    if (!count) return;
    const g = mesh.geometry;
    let a = g.getAttribute("position") as BufferAttribute | undefined;
    if (!a || a.count < count * corners) {
      g.dispose(); // its old buffer
      a = new BufferAttribute(new Float32Array(Math.ceil(count * 1.25) * corners), 1);
      a.setUsage(DynamicDrawUsage);
      g.setAttribute("position", a);
    }
    const to = a.array as Float32Array;
    for (let i = 0; i < count; i++) to.fill(ids[i]!, i * corners, (i + 1) * corners);
    a.clearUpdateRanges();
    a.addUpdateRange(0, count * corners);
    a.needsUpdate = true;
    g.setDrawRange(0, count * corners);
  }

  /** Draws a frame: these elements. */
  draw(p: Picture, view: View, frame: Frame, ids: Int32Array, ratio: number): void {
    const u = this.uniforms, { right, up, toward } = view.axes(), space = p.shape.dim === 3;
    if (this.canvas.width !== Math.round(frame.width * ratio) || this.canvas.height !== Math.round(frame.height * ratio)) {
      this.renderer.setPixelRatio(ratio);
      this.renderer.setSize(frame.width, frame.height, false);
    }
    u.right.value.set(...right); u.up.value.set(...up); u.toward.value.set(...toward);
    u.target.value.set(...view.target).sub(this.centre);
    u.size.value.set(frame.width, frame.height);
    u.scale.value = frame.scale;
    let deep = 0;
    if (space) for (let i = 0; i < frame.depth.length; i++) deep = Math.max(deep, Math.abs(frame.depth[i]!));
    u.deep.value = 1.1 * deep || 1;
    const b = frame.bond, thick = Math.min(7, Math.max(1.2, 0.22 * b));
    u.widths.value.set(p.width ? Math.min(1.2, 0.35 * thick) : 0.55 * thick, thick);
    u.halo.value = space && b > 8 ? 1.5 : 0;
    u.dotSize.value = Math.min(space ? 3.5 : 4.5, 0.14 * b);
    const far = b < 5;
    this.drawn = ids.length;
    if (far) {
      this.list(this.lines, ids); this.list(this.straight, ids, 0); this.list(this.bent, ids, 0);
    } else {
      let n = 0;
      const flat = new Int32Array(ids.length), other = new Int32Array(ids.length);
      let k = 0;
      for (let i = 0; i < ids.length; i++) { const e = ids[i]!; if (p.geometry.ends[2 * e + 1]! < 0) continue; if (this.curved[e]) other[k++] = e; else flat[n++] = e; }
      this.list(this.straight, flat, n); this.list(this.bent, other, k); this.list(this.lines, ids, 0);
    }
    const ghost = Boolean(p.ghost && p.u);
    this.list(this.ghosts, ids, ghost && !far ? ids.length : 0);
    this.list(this.ghostLines, ids, ghost && far ? ids.length : 0);
    this.list(this.dots, b >= 16 ? frame.nodes() : none);
    this.renderer.render(this.scene, this.eye);
  }

  dispose(): void {
    for (const { mesh } of this.parts) { mesh.geometry.dispose(); mesh.material.dispose(); }
    for (const t of ["nodes", "moves", "elements", "values", "map"] as const) this.uniforms[t].value.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }
}
