// The score along a number that was varied: means with bands of one deviation, a line for each combination of the other keys.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { color, dash, ink } from "../ui/colors";
import { dark } from "../ui/theme";
import { number } from "../ui/units";
import type { Settings } from "./list";

interface Band { name: string; x: number[]; mean: number[]; sd: number[] }
export interface Bands { along: string; bands: Band[]; logX: boolean; logY: boolean }

const mostLines = 8;

/** Along the first key that has three numbers or more; undefined where there is none, or too many lines beside each other. */
export function bandsOf(table: Settings, score: string): Bands | undefined {
  const all = table.settings.filter((l) => Number.isFinite(l.scores[score]?.mean)), keys = Object.keys(all[0]?.set ?? {});
  const key = keys.find((k) => all.every((l) => typeof l.set[k] === "number") && new Set(all.map((l) => l.set[k])).size > 2);
  if (!key) return undefined;
  const lines = new Map<string, Band>();
  for (const l of all.slice().sort((a, b) => (a.set[key] as number) - (b.set[key] as number))) {
    const name = keys.filter((k) => k !== key).map((k) => `${k}=${l.set[k]}`).join(" "), v = l.scores[score]!;
    let b = lines.get(name);
    if (!b) lines.set(name, b = { name, x: [], mean: [], sd: [] });
    if (b.x.at(-1) === l.set[key]) continue;
    b.x.push(l.set[key] as number);
    b.mean.push(v.mean);
    b.sd.push(v.n > 1 ? v.sd : 0);
  }
  const bands = [...lines.values()], wide = (list: number[]) => Math.min(...list) > 0 && Math.max(...list) / Math.min(...list) > 30;
  return bands.length > mostLines ? undefined : { along: key, bands, logX: wide(bands.flatMap((b) => b.x)), logY: wide(bands.flatMap((b) => b.mean)) };
}

export function Band({ along, bands, logX, logY, score }: Bands & { score: string }) {
  const box = useRef<HTMLDivElement>(null), night = dark.value;
  useEffect(() => {
    const element = box.current!, paint = ink(), least = logY ? Math.min(...bands.flatMap((b) => [...b.mean, ...b.mean.map((m, i) => m - b.sd[i]!)]).filter((v) => v > 0)) : -Infinity; // a band that goes below zero ends at the lowest value
    const powers = (_: uPlot, v: (number | null)[]) => v.map((x) => (x && Math.abs(Math.log10(x) - Math.round(Math.log10(x))) < 1e-9 ? x : null)) as number[];
    const tables = bands.map((b) => [b.x, b.mean, b.mean.map((m, i) => Math.max(least, m - b.sd[i]!)), b.mean.map((m, i) => m + b.sd[i]!)] as uPlot.AlignedData);
    const data = tables.length > 1 ? uPlot.join(tables) : tables[0]!;
    const axis: uPlot.Axis = { stroke: paint.soft, font: "12px system-ui, sans-serif", grid: { stroke: paint.line, width: 1 }, ticks: { stroke: paint.line, width: 1, size: 5 }, values: (_, v) => v.map((x) => (x == null ? "" : number(x))) };
    const u = new uPlot({
      width: element.clientWidth || 300, height: 220, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, distr: logX ? 3 : 1 }, y: { distr: logY ? 3 : 1 } }, axes: [{ ...axis, ...(logX && { grid: { ...axis.grid, filter: powers } }) }, { ...axis, size: 60, ...(logY && { grid: { ...axis.grid, filter: powers } }) }],
      series: [{}, ...bands.flatMap((_, i): uPlot.Series[] => [{ stroke: color(i), width: 2, dash: dash(i), spanGaps: true }, { show: true, stroke: "transparent", points: { show: false }, spanGaps: true }, { stroke: "transparent", points: { show: false }, spanGaps: true }])],
      bands: bands.map((_, i) => ({ series: [3 * i + 3, 3 * i + 2] as [number, number], fill: `${color(i)}2e` })),
    }, data, element);
    const size = new ResizeObserver(() => u.setSize({ width: element.clientWidth || 300, height: 220 }));
    size.observe(element);
    return () => { size.disconnect(); u.destroy(); };
  }, [bands, logX, logY, night]);
  return <figure class="sweep-band"><figcaption class="small">{score} along {along}; the band is one deviation</figcaption>
    <div ref={box} role="img" aria-label={`${score} along ${along}; the table beneath has the numbers`} />
    {bands.length > 1 && <ul class="small">{bands.map((b, i) => <li key={b.name}><svg width="26" height="8" aria-hidden="true"><line x1="0" x2="26" y1="4" y2="4" stroke={color(i)} stroke-width="2.5" stroke-dasharray={dash(i)?.join(" ")} /></svg> {b.name}</li>)}</ul>}
  </figure>;
}
