// How far a scale of colours goes, and widths that say the same as the colours.
import type { Scale } from "./picture";

/** A scale over values. It ends at their 2nd and 98th percentiles where few values stand far out; `cut` says so. */
export function scaleOf(values: ArrayLike<number>, name: string, unit: string, kind: Scale["kind"] = "sequential"): Scale {
  const sorted = Float64Array.from(values as ArrayLike<number>, (v) => (kind === "diverging" ? Math.abs(v) : v)).filter((v) => Number.isFinite(v)).sort();
  const n = sorted.length;
  if (n === 0) return { kind, name, unit, low: kind === "diverging" ? -1 : 0, high: 1 };
  let low = sorted[0]!, high = sorted[n - 1]!, cut = false;
  const q = (p: number) => sorted[Math.round(p * (n - 1))]!;
  if (n >= 50) {
    const a = kind === "diverging" ? low : q(0.02), b = q(0.98);
    if (b > a && (high - low) > 1.5 * (b - a)) { low = a; high = b; cut = true; }
  }
  if (kind === "diverging") return { kind, name, unit, low: -(high || 1), high: high || 1, cut };
  if (!(high - low > 1e-12 * Math.max(Math.abs(high), Math.abs(low)))) { const pad = 0.1 * Math.abs(high) || 1; low -= pad; high += pad; }
  return { kind, name, unit, low, high, cut };
}

/** Widths from 0 to 1: of signed values their size, of others their place on the scale. */
export function widths(values: ArrayLike<number>, scale: Scale): Float64Array {
  const out = new Float64Array(values.length), span = scale.high - scale.low || 1;
  for (let i = 0; i < out.length; i++) {
    const v = values[i]!;
    out[i] = Number.isNaN(v) ? 0 : Math.min(1, Math.max(0, scale.kind === "diverging" ? Math.abs(v) / scale.high : (v - scale.low) / span));
  }
  return out;
}

/** A round factor that makes displacements visible: the largest is then a twentieth of the network, or two fifths of a bond. */
export function magnification(points: Float64Array, ends: Int32Array, u: Float64Array, least = 1): number {
  let most = 0, low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity], bond = 0, count = 0;
  for (let i = 0; i < points.length; i++) { const a = i % 3; low[a] = Math.min(low[a]!, points[i]!); high[a] = Math.max(high[a]!, points[i]!); }
  for (let i = 0; i + 2 < u.length; i += 3) most = Math.max(most, Math.hypot(u[i]!, u[i + 1]!, u[i + 2]!));
  for (let e = 0; e + 1 < ends.length; e += 2) {
    const a = 3 * ends[e]!, b = 3 * ends[e + 1]!;
    if (a < 0 || b < 0) continue;
    bond += Math.hypot(points[a]! - points[b]!, points[a + 1]! - points[b + 1]!, points[a + 2]! - points[b + 2]!);
    count++;
  }
  if (!(most > 0) || !Number.isFinite(most) || !count) return 1;
  const extent = Math.max(...high.map((h, i) => h - low[i]!)), want = Math.max(0.4 * bond / count, 0.05 * extent) / most;
  return Math.min(Math.max(niceBelow(want), least), 1e6);
}

function niceBelow(v: number): number {
  const p = 10 ** Math.floor(Math.log10(v));
  return (v >= 5 * p ? 5 : v >= 2 * p ? 2 : 1) * p;
}
