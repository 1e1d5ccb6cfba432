// How curves are drawn: tables that uPlot takes, smoothing, and its options in our colours.
import uPlot from "uplot";
import { color, dash, ink } from "./colors";
import { number, span } from "./units";
import type { Line } from "./curves";

type Cell = number | null | undefined;
export interface Aligned { epochs: number[]; table: Cell[][] } // table[0] is x; then the lines; where they are smoothed, the raw ones behind

/** One x for all lines. Where a line has no value there is none. */
export function align(lines: readonly Line[], axis: "epoch" | "time", log: boolean, smooth: number): Aligned {
  const parts = lines.map((l) => {
    const n = Math.min(l.epoch.length, l.y.length), x: number[] = [], raw: Cell[] = [], epochs: number[] = [];
    for (let i = 0; i < n; i++) {
      const y = l.y[i];
      const at = axis === "time" ? l.time![i]! - l.time![0]! : l.epoch[i]!;
      if (x.length && at <= x[x.length - 1]!) { if (axis === "epoch") continue; raw[raw.length - 1] = drawn(y, log); epochs[epochs.length - 1] = l.epoch[i]!; continue; }
      x.push(at);
      epochs.push(l.epoch[i]!);
      raw.push(drawn(y, log));
    }
    return { x, epochs, raw, even: smooth > 0 ? smoothed(raw, smooth, log) : raw };
  });
  if (parts.length === 0) return { epochs: [], table: [[]] };
  if (parts.length === 1) {
    const one = parts[0]!;
    return { epochs: one.epochs, table: smooth > 0 ? [one.x, one.even, one.raw] : [one.x, one.even] };
  }
  const tables = [...parts.map((a) => [a.x, a.even]), ...(smooth > 0 ? parts.map((a) => [a.x, a.raw]) : []), ...parts.map((a) => [a.x, a.epochs])];
  const joined = uPlot.join(tables as uPlot.AlignedData[]) as Cell[][];
  const lone = joined.splice(joined.length - parts.length) as Cell[][];
  const epochs = (joined[0] as number[]).map((x, i) => axis === "epoch" ? x : (lone.find((l) => l[i] != null)?.[i] ?? 0));
  return { epochs, table: joined };
}

function drawn(y: Cell, log: boolean): Cell { return y == null || !Number.isFinite(y) || (log && y <= 0) ? null : y; }

/** A running mean whose weight falls by `weight` a step, without the pull of its beginning. On a log axis it is that of the logarithm. */
export function smoothed(y: readonly Cell[], weight: number, log: boolean): Cell[] {
  let mean = 0, sum = 0;
  return y.map((v) => {
    if (v == null) return v;
    mean = weight * mean + (1 - weight) * (log ? Math.log(v) : v);
    sum = weight * sum + (1 - weight);
    return log ? Math.exp(mean / sum) : mean / sum;
  });
}

/** The place of the value that is nearest in a rising list. */
export function nearest(list: ArrayLike<number>, value: number): number {
  let low = 0, high = list.length - 1;
  while (high - low > 1) { const m = (low + high) >> 1; if (list[m]! <= value) low = m; else high = m; }
  return high >= 0 && Math.abs(list[high]! - value) < Math.abs((list[low] ?? Infinity) - value) ? high : Math.max(low, 0);
}

/** Places of at most so many of n, the last among them. */
export function thin(n: number, most: number): number[] {
  if (n <= most) return Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (n - 1)) / (most - 1)));
}

interface Drawn {
  width: number; height: number; log: boolean; axis: "epoch" | "time"; smooth: boolean;
  lines: { color: number; dash?: number | undefined }[];
  cursor: () => number | undefined; epochAt: (epoch: number) => number | undefined; format: (y: number) => string;
  onPoint: (i: number | null | undefined) => void; onZoom: (from: number, to: number) => void; onClick?: ((i: number) => void) | undefined;
}

export function options(d: Drawn): uPlot.Options {
  const font = "12px system-ui, sans-serif";
  const axis = { stroke: () => ink().soft, font, grid: { stroke: () => ink().line, width: 1 }, ticks: { stroke: () => ink().line, width: 1, size: 5 } };
  const line = (l: Drawn["lines"][number], raw: boolean): uPlot.Series => ({
    stroke: () => color(l.color) + (raw ? "50" : ""), width: raw ? 1 : 1.75, dash: raw ? [] : l.dash === undefined ? dash(l.color) : dash(l.dash, true),
    spanGaps: true, points: { show: (u, i) => !raw && u.data[i]!.length < 2 },
  });
  let pressed: { x: number; y: number } | undefined;
  return {
    width: d.width, height: d.height, legend: { show: false }, padding: [8, 12, 0, 0],
    scales: {
      x: { time: false },
      y: {
        distr: d.log ? 3 : 1,
        range: (_u, min, max) => {
          if (min == null || max == null) return d.log ? [0.1, 1] : [0, 1];
          if (d.log) return min === max ? [min / 2, max * 2] : [min / (max / min) ** 0.06, max * (max / min) ** 0.06];
          const room = (max - min) * 0.06 || Math.abs(max) * 0.1 || 1;
          return [min >= 0 ? Math.max(0, min - room) : min - room, max === 1 ? 1 + room / 20 : max + room]; // shares end at 1
        },
      },
    },
    series: [{}, ...d.lines.map((l) => line(l, false)), ...(d.smooth ? d.lines.map((l) => line(l, true)) : [])],
    axes: [
      { ...axis, size: 30, values: (_u, ticks) => ticks.map((t) => d.axis === "time" ? (t === 0 ? "0" : span(t)) : Number.isInteger(t) ? number(t, 7) : ""), space: d.axis === "time" ? 80 : 60 },
      { ...axis, size: (_u, words) => Math.max(62, 14 + 6.6 * Math.max(0, ...(words ?? []).map((w) => w.length))), values: (_u, ticks) => ticks.map((t) => t == null ? "" : d.format(t)), space: 28, ...(d.log && { splits: (u: uPlot, _i: number, min: number, max: number) => decades(min, max, room(u, d.height)), filter: (u: uPlot, t: number[]) => sparse(u, t, room(u, d.height)) }) },
    ],
    cursor: { points: { size: 7 }, drag: { x: true, y: false, setScale: false, dist: 6 } },
    hooks: {
      setCursor: [(u) => d.onPoint(u.cursor.idx)],
      setSelect: [(u) => {
        if (u.select.width < 6) return;
        const from = u.posToVal(u.select.left, "x"), to = u.posToVal(u.select.left + u.select.width, "x");
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        d.onZoom(from, to);
      }],
      ready: [(u) => {
        if (!d.onClick) return;
        u.over.addEventListener("pointerdown", (e) => { pressed = { x: e.clientX, y: e.clientY }; });
        u.over.addEventListener("click", (e) => {
          const moved = pressed ? Math.hypot(e.clientX - pressed.x, e.clientY - pressed.y) : 0;
          if (moved < 6) d.onClick!(u.posToIdx(e.clientX - u.over.getBoundingClientRect().left));
        });
      }],
      draw: [(u) => { // the cursor that is kept
        const epoch = d.cursor(), at = epoch === undefined ? undefined : d.epochAt(epoch);
        if (at === undefined) return;
        const x = Math.round(u.valToPos(at, "x", true));
        if (x < u.bbox.left - 1 || x > u.bbox.left + u.bbox.width + 1) return;
        const c = u.ctx;
        c.save();
        c.strokeStyle = c.fillStyle = ink().accent;
        c.lineWidth = 2 * devicePixelRatio;
        c.beginPath(); c.moveTo(x, u.bbox.top); c.lineTo(x, u.bbox.top + u.bbox.height); c.stroke();
        c.beginPath(); c.arc(x, u.bbox.top, 4 * devicePixelRatio, 0, 2 * Math.PI); c.fill();
        c.restore();
      }],
    },
  };
}

/** How many words an axis has room for, one below the other. */
function room(u: uPlot, height: number): number { return Math.max(2, Math.floor((u.bbox?.height / devicePixelRatio || height - 40) / 20)); }

/** Of how many powers of ten one is named, so that their names keep clear of each other. */
function stride(powers: number, most: number): number { return [1, 2, 3, 5, 10, 20, 50].find((s) => powers / s <= most) ?? 100; }

/** Ticks of a log axis. Those of uPlot have no end where a loss has fallen to rounding, 1e-25 and below. */
export function decades(min: number, max: number, most = 12): number[] {
  if (max < 2 * min) return even(min, max);
  const from = Math.floor(Math.log10(min)), to = Math.ceil(Math.log10(max)), few = to - from <= 12, step = few ? 1 : stride(to - from, most), list: number[] = [];
  for (let e = from; e <= to; e++) for (let d = 1; d <= (few ? 9 : 1); d++) {
    const t = Number(`${d}e${e}`);
    if (e % step === 0 && t >= min && t <= max) list.push(t);
  }
  return list.length ? list : [min];
}

/** Ticks of a log axis over less than a factor of two: some three to six, evenly. */
function even(min: number, max: number): number[] {
  const rough = (max - min) / 4, power = 10 ** Math.floor(Math.log10(rough)), step = ([1, 2, 5].find((d) => d * power >= rough) ?? 10) * power, list: number[] = [];
  for (let i = Math.ceil(min / step); i * step <= max; i++) list.push(Number((i * step).toPrecision(12)));
  return list.length ? list : [min];
}

/** Of a log axis: powers of ten, and where there are few of them 2 and 5, or all digits, as well. */
function sparse(u: uPlot, ticks: number[], most: number): (number | null)[] {
  const { min, max } = u.scales["y"]!, decades = min && max ? Math.log10(max / min) : 1, step = stride(decades, most);
  if (decades < Math.log10(2)) return ticks;
  return ticks.map((t) => {
    const power = Math.floor(Math.log10(t) + 1e-9), digit = t / 10 ** power, first = Math.round(digit);
    if (Math.abs(digit - first) > 1e-6) return null; // the end of the axis
    if (first === 1) return power % step ? null : t;
    return decades < 0.6 || (decades < 2 && (first === 2 || first === 5)) ? t : null;
  });
}
