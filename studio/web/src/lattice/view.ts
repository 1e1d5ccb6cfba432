// Where a drawing is looked at from. Parallel projection: a place on the screen is a linear function of a place in the network, and lengths
// can be compared. Drawings with the same View move together.

export type Vector = [number, number, number];
const quarter = Math.PI / 2;

export class View {
  target: Vector = [0, 0, 0];   // in the middle of the drawing, m
  height = 1;                   // m across the height of the drawing
  azimuth = -quarter;           // of the eye, rad; these two look along -z, x to the right
  elevation = quarter;
  fitted = false;               // a drawing has chosen target and height
  touched = false;              // a person has moved it
  private readonly told = new Set<() => void>();

  /** Calls when the view has changed; the result ends it. */
  subscribe(changed: () => void): () => void {
    this.told.add(changed);
    return () => { this.told.delete(changed); };
  }

  /** Unit vectors of the screen: to the right, up, and towards the eye. */
  axes(): { right: Vector; up: Vector; toward: Vector } {
    const ca = Math.cos(this.azimuth), sa = Math.sin(this.azimuth), ce = Math.cos(this.elevation), se = Math.sin(this.elevation);
    const toward: Vector = [ce * ca, ce * sa, se], right: Vector = [-sa, ca, 0];
    return { right, up: [-se * ca, -se * sa, ce], toward };
  }

  changed(): void { for (const f of [...this.told]) f(); }

  /** Moves what is drawn by pixels, of a drawing that is `pixels` high. */
  pan(dx: number, dy: number, pixels: number): void {
    const { right, up } = this.axes(), s = this.height / pixels;
    for (let i = 0; i < 3; i++) this.target[i]! -= s * (dx * right[i]! - dy * up[i]!);
    this.touched = true;
    this.changed();
  }

  /** Enlarges by a factor about a place, in pixels from the middle. */
  zoom(factor: number, x: number, y: number, pixels: number): void {
    const height = Math.min(Math.max(this.height / factor, 1e-9), 1e9), { right, up } = this.axes();
    const s = (this.height - height) / pixels;
    for (let i = 0; i < 3; i++) this.target[i]! += s * (x * right[i]! - y * up[i]!);
    this.height = height;
    this.touched = true;
    this.changed();
  }

  orbit(dx: number, dy: number): void {
    this.azimuth -= dx;
    this.elevation = Math.min(Math.max(this.elevation + dy, -quarter), quarter);
    this.touched = true;
    this.changed();
  }

  /** Shows all points (n x 3), in a drawing of this size in pixels. */
  fit(points: ArrayLike<number>, width: number, pixels: number, margin: number): void {
    const { right, up, toward } = this.axes(), axes = [right, up, toward], low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
    for (let i = 0; i + 2 < points.length; i += 3) {
      for (let a = 0; a < 3; a++) {
        const v = points[i]! * axes[a]![0] + points[i + 1]! * axes[a]![1] + points[i + 2]! * axes[a]![2];
        if (v < low[a]!) low[a] = v;
        if (v > high[a]!) high[a] = v;
      }
    }
    if (!(low[0]! <= high[0]!)) return;
    this.target = [0, 0, 0];
    for (let a = 0; a < 3; a++) for (let i = 0; i < 3; i++) this.target[i]! += 0.5 * (low[a]! + high[a]!) * axes[a]![i]!;
    const across = high[0]! - low[0]!, along = high[1]! - low[1]!, w = Math.max(width - 2 * margin, 20), h = Math.max(pixels - 2 * margin, 20);
    this.height = Math.max(across / w, along / h) * pixels || 1;
    this.fitted = true;
    this.touched = false;
    this.changed();
  }
}

/** The view that a network of 2 or 3 dimensions begins with. */
export function startView(dim: number): View {
  const v = new View();
  if (dim === 3) { v.azimuth = -1.05; v.elevation = 0.42; }
  return v;
}
