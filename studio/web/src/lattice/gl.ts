// Bonds and nodes by WebGL 2, through OGL: ends, values and displacements of bonds are looked up in textures, so that a new state is one
// upload and magnifying it none. Widths are in pixels. Bonds shorter than some pixels are thin lines.
import { Geometry, Mesh, Program, Renderer, Texture, Transform, type OGLRenderingContext } from "ogl";
import type { Frame } from "./frame";
import type { Picture } from "./picture";
import type { View } from "./view";
import { colourTable, type Paint, type Theme } from "./colours";
import { bondFragment, bondVertex, nodeFragment, nodeVertex } from "./shaders";

const across = 1024; // texels in a row of a texture
const none = new Int32Array(0);

/** Things of one look: `corners` for each of a list. */
interface Part { mesh: Mesh; geometry: Geometry; corners: number; data: Float32Array }
type Values = Record<string, { value: unknown }>;

/** Which way an element is drawn. */
function way(p: Picture, e: number): number {
  if (p.geometry.third[e]! >= 0) return 2;
  return (p.shape.kinds[p.geometry.kind[e]!] ?? "").startsWith("beam") ? 1 : 0;
}

export class GL {
  private readonly renderer: Renderer;
  private readonly gl: OGLRenderingContext;
  private readonly scene = new Transform();
  private readonly parts: Part[] = [];
  private readonly uniforms: Values; private readonly quiet: Values;
  private readonly straight; private readonly bent; private readonly lines; private readonly dots;
  private readonly ghosts; private readonly ghostLines;
  private geometry: Picture["geometry"] | undefined;
  private shown: Partial<Picture> = {};
  private curved = new Uint8Array(0);
  private centre = [0, 0, 0];
  drawn = 0;

  /** Fails where there is no WebGL 2. */
  constructor(readonly canvas: HTMLCanvasElement) {
    this.renderer = new Renderer({ canvas, antialias: true, alpha: true, premultipliedAlpha: true, powerPreference: "high-performance" });
    this.gl = this.renderer.gl;
    if (!this.renderer.isWebgl2) throw new Error("no WebGL 2");
    this.gl.clearColor(0, 0, 0, 0);
    const u = (value: unknown) => ({ value }), vector = () => u([0, 0, 0]);
    this.uniforms = {
      nodes: u(this.texture(1)), moves: u(this.texture(1)), elements: u(this.texture(1)), values: u(this.texture(1)), map: u(this.bytes(256)),
      right: vector(), up: vector(), toward: vector(), target: vector(), size: u([1, 1]), scale: u(1), deep: u(1), magnify: u(0), low: u(0), high: u(1),
      widths: u([2, 2]), halo: u(0), ground: vector(), plain: vector(), coloured: u(0), dotSize: u(4), twist: u(0),
    };
    this.quiet = { ...this.uniforms, magnify: u(0), coloured: u(0), plain: vector(), halo: u(0), widths: u([1.5, 1.5]) };
    this.ghosts = this.part(6, this.quiet, 0);
    this.ghostLines = this.part(2, this.quiet, 0);
    this.straight = this.part(6, this.uniforms, 1);
    this.bent = this.part(60, this.uniforms, 1);
    this.lines = this.part(2, this.uniforms, 1);
    this.dots = this.part(6, this.uniforms, 2);
  }

  private texture(count: number): Texture {
    const height = Math.max(1, Math.ceil(count / across)), { gl } = this, webgl2 = gl as unknown as WebGL2RenderingContext;
    return new Texture(gl, { image: new Float32Array(4 * across * height), width: across, height, type: gl.FLOAT, format: gl.RGBA, internalFormat: webgl2.RGBA32F,
      generateMipmaps: false, minFilter: gl.NEAREST, magFilter: gl.NEAREST, flipY: false });
  }

  private bytes(width: number): Texture {
    return new Texture(this.gl, { image: new Uint8Array(4 * width), width, height: 1, generateMipmaps: false, minFilter: this.gl.NEAREST, magFilter: this.gl.NEAREST, flipY: false });
  }

  private part(corners: number, uniforms: Values, order: number): Part {
    const { gl } = this, nodes = order === 2, head = `#version 300 es\n#define CORNERS ${corners}\n`, behind = order === 0, data = new Float32Array(corners);
    const geometry = new Geometry(gl, { position: { size: 1, data, usage: gl.DYNAMIC_DRAW } });
    const program = new Program(gl, { vertex: head + (nodes ? nodeVertex : bondVertex), fragment: head + (nodes ? nodeFragment : bondFragment), uniforms,
      depthTest: !behind, depthWrite: !behind, cullFace: false as unknown as number });
    const mesh = new Mesh(gl, { geometry, program, mode: corners === 2 ? gl.LINES : gl.TRIANGLES, frustumCulled: false, renderOrder: order });
    mesh.visible = false;
    mesh.setParent(this.scene);
    const p = { mesh, geometry, corners, data };
    this.parts.push(p);
    return p;
  }

  private read(name: string): Texture { return this.uniforms[name]!.value as Texture; }
  private data(name: string): Float32Array { return this.read(name).image as unknown as Float32Array; }
  private set(name: string, value: unknown): void { this.uniforms[name]!.value = value; }

  private replace(name: string, count: number): void {
    this.gl.deleteTexture(this.read(name).texture);
    const t = this.texture(count);
    this.uniforms[name]!.value = this.quiet[name]!.value = t;
  }

  colours(theme: Theme, p: Picture): void {
    const unit = (c: Paint) => c.map((x) => x / 255), map = this.read("map");
    (map.image as unknown as Uint8Array).set(colourTable(p.scale?.kind ?? "sequential", theme.dark));
    map.needsUpdate = true;
    this.set("ground", unit(theme.ground));
    this.quiet["ground"]!.value = unit(theme.ground);
    this.set("plain", unit(theme.soft));
    this.quiet["plain"]!.value = unit(theme.line);
    this.shown.scale = undefined;
  }

  /** Takes what is new of a picture to the graphics card. */
  take(p: Picture, theme: Theme): void {
    const g = p.geometry, was = this.shown, n = g.points.length / 3, m = g.cut.length;
    if (this.geometry !== g) { this.geometry = g; this.takeShape(p, n, m); was.u = was.turn = was.value = was.width = undefined; }
    if (was.u !== p.u || was.turn !== p.turn) {
      const d = this.data("moves"), at = 4 * n, turn = p.turn, per = turn ? turn.length / n : 0;
      for (let i = 0; i < n; i++) {
        for (let a = 0; a < 3; a++) {
          d[4 * i + a] = p.u ? p.u[3 * i + a]! : 0;
          d[at + 4 * i + a] = turn ? (per === 3 ? turn[3 * i + a]! : a === 2 ? turn[i]! : 0) : 0;
        }
      }
      this.read("moves").needsUpdate = true;
    }
    if (was.value !== p.value || was.width !== p.width || was.geometry !== g) {
      const d = this.data("values");
      for (let e = 0; e < m; e++) { d[4 * e] = p.value ? p.value[e]! : NaN; d[4 * e + 1] = p.width ? p.width[e]! : 0.4; }
      this.read("values").needsUpdate = true;
    }
    if (was.scale !== p.scale) {
      if (was.scale?.kind !== p.scale?.kind) this.colours(theme, p);
      this.set("low", p.scale?.low ?? 0);
      this.set("high", p.scale?.high ?? 1);
    }
    this.set("magnify", p.u ? p.magnify : 0);
    this.set("coloured", p.value && p.scale ? 1 : 0);
    this.set("twist", n);
    this.quiet["twist"]!.value = n;
    this.shown = { ...p };
  }

  private takeShape(p: Picture, n: number, m: number): void {
    const g = p.geometry;
    this.replace("nodes", n); this.replace("moves", 2 * n); this.replace("elements", m); this.replace("values", m);
    const centre = [0, 0, 0]; // single precision is enough about the middle
    for (let i = 0; i < 3 * n; i++) centre[i % 3]! += g.points[i]! / n;
    this.centre = centre;
    const d = this.data("nodes"), el = this.data("elements");
    for (let i = 0; i < n; i++) for (let a = 0; a < 3; a++) d[4 * i + a] = g.points[3 * i + a]! - centre[a]!;
    this.curved = new Uint8Array(m);
    for (let e = 0; e < m; e++) {
      const w = way(p, e);
      this.curved[e] = w;
      el[4 * e] = g.ends[2 * e]!; el[4 * e + 1] = g.ends[2 * e + 1]!; el[4 * e + 2] = g.third[e]!; el[4 * e + 3] = w;
    }
  }

  /** What is to be drawn of a part. Of its buffer only the beginning goes to the card. */
  private list(part: Part, ids: Int32Array, count = ids.length): void {
    const { corners, geometry } = part;
    part.mesh.visible = count > 0;
    if (!count) return;
    const a = geometry.attributes["position"]!;
    if (part.data.length < count * corners) {
      part.data = new Float32Array(Math.ceil(count * 1.25) * corners);
      this.gl.bindBuffer(this.gl.ARRAY_BUFFER, a.buffer!);
      this.gl.bufferData(this.gl.ARRAY_BUFFER, part.data.byteLength, this.gl.DYNAMIC_DRAW);
      this.renderer.state.boundBuffer = a.buffer!;
    }
    for (let i = 0; i < count; i++) part.data.fill(ids[i]!, i * corners, (i + 1) * corners);
    a.data = part.data.subarray(0, count * corners);
    a.needsUpdate = true;
    geometry.setDrawRange(0, count * corners);
  }

  /** Draws a frame: these elements. */
  draw(p: Picture, view: View, frame: Frame, ids: Int32Array, ratio: number): void {
    const { right, up, toward } = view.axes(), space = p.shape.dim === 3;
    if (this.canvas.width !== Math.round(frame.width * ratio) || this.canvas.height !== Math.round(frame.height * ratio)) {
      this.renderer.dpr = ratio;
      this.renderer.setSize(frame.width, frame.height);
      this.canvas.style.width = this.canvas.style.height = ""; // the style sheet says
    }
    let deep = 0;
    if (space) for (let i = 0; i < frame.depth.length; i++) deep = Math.max(deep, Math.abs(frame.depth[i]!));
    const b = frame.bond, thick = Math.min(7, Math.max(1.2, 0.22 * b)), target = view.target.map((x, i) => x - this.centre[i]!);
    for (const [name, value] of Object.entries({ right, up, toward, target, size: [frame.width, frame.height], scale: frame.scale, deep: 1.1 * deep || 1 }))
      this.set(name, value); // quiet has the same places
    this.set("widths", [p.width ? Math.min(1.2, 0.35 * thick) : 0.55 * thick, thick]);
    this.set("halo", space && b > 8 ? 1.5 : 0);
    this.set("dotSize", Math.min(space ? 3.5 : 4.5, 0.14 * b));
    const far = b < 5, ghost = Boolean(p.ghost && p.u);
    this.drawn = ids.length;
    if (far) { this.list(this.straight, none); this.list(this.bent, none); } else {
      const flat = new Int32Array(ids.length), other = new Int32Array(ids.length);
      let n = 0, k = 0;
      for (let i = 0; i < ids.length; i++) { const e = ids[i]!; if (p.geometry.ends[2 * e + 1]! < 0) continue; if (this.curved[e]) other[k++] = e; else flat[n++] = e; }
      this.list(this.straight, flat, n);
      this.list(this.bent, other, k);
    }
    this.list(this.lines, far ? ids : none);
    this.list(this.ghosts, ghost && !far ? ids : none);
    this.list(this.ghostLines, ghost && far && ids.length < 50000 ? ids : none); // of more it would be a grey block
    this.list(this.dots, b >= 16 ? frame.nodes() : none);
    this.renderer.render({ scene: this.scene, sort: true, frustumCull: false });
  }

  dispose(): void {
    for (const { mesh, geometry } of this.parts) { geometry.remove(); mesh.program.remove(); }
    for (const t of ["nodes", "moves", "elements", "values", "map"]) this.gl.deleteTexture(this.read(t).texture);
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
