// Curves of trainings by uPlot: several runs, log axis, smoothing, epochs or time, brush to zoom, and a cursor that is a scrub bar.
// What is drawn is in plot.ts; the same numbers are in a table beneath, for those who do not see it.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { Button, Choice, Slider } from "./controls";
import { color, dash } from "./colors";
import { Table, type Column } from "./table";
import { dark } from "./theme";
import { number, span } from "./units";
import { align, nearest, options, thin, type Aligned } from "./plot";
import "./curves.css";

export interface Line {
  id: string; name: string;
  epoch: ArrayLike<number>; y: ArrayLike<number | null | undefined>;
  time?: ArrayLike<number> | undefined;             // s since 1970; without it there is no axis of time
  color?: number | undefined; dash?: number | undefined;        // places in the lists of colors.ts; else that of the line
}
export interface CurveView { log: boolean; smooth: number; axis: "epoch" | "time"; from?: number | undefined; to?: number | undefined }
export const plainView: CurveView = { log: true, smooth: 0, axis: "epoch" };

interface CurvesProps {
  label: string; lines: readonly Line[]; unit?: string | undefined; height?: number | undefined;
  format?: ((y: number) => string) | undefined;                          // of values; three digits otherwise
  view?: CurveView | undefined; onView?: ((view: CurveView) => void) | undefined;    // without them the curves keep their own
  start?: Partial<CurveView> | undefined;                              // of their own view
  tools?: boolean | undefined;                                         // log, smoothing, axis; true
  /** A cursor at an epoch that is kept, with a slider beneath: a click or the slider sets it. `end` when it is let go. */
  cursor?: number | undefined; onCursor?: ((epoch: number, end: boolean) => void) | undefined; epochs?: number | undefined;
}

export function Curves(p: CurvesProps) {
  const [own, setOwn] = useState<CurveView>({ ...plainView, ...p.start });
  const view = p.view ?? own;
  const change = (v: Partial<CurveView>) => { const next = { ...view, ...v }; (p.onView ?? setOwn)(next); };
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<number>(); // place in the data under the pointer
  const box = useRef<HTMLDivElement>(null), plot = useRef<uPlot | undefined>(undefined);
  const lines = p.lines.filter((l) => !off.has(l.id));
  const timed = p.lines.length > 0 && p.lines.every((l) => l.time && l.time.length > 0 && l.time[0]! > 0);
  const axis = timed ? view.axis : "epoch";
  const data = useMemo<Aligned>(() => align(lines, axis, view.log, view.smooth), [p.lines, off, axis, view.log, view.smooth]);
  const show = p.format ?? ((y: number) => number(y));

  // What uPlot calls back with is that of the latest drawing.
  const now = useRef({ p, change, data, axis });
  now.current = { p, change, data, axis };

  const shape = lines.map((l) => `${l.id}:${l.color}:${l.dash}`).join("|") + `/${view.log}/${axis}/${view.smooth > 0}/${p.height}`;
  useEffect(() => {
    const element = box.current!;
    const u = new uPlot(options({
      width: element.clientWidth || 300, height: p.height ?? 220, log: view.log, axis, smooth: view.smooth > 0,
      lines: lines.map((l) => { const i = p.lines.indexOf(l); return { color: l.color ?? i, dash: l.dash }; }),
      cursor: () => now.current.p.cursor, format: (y) => (now.current.p.format ?? number)(y),
      onPoint: (i) => setAt(i ?? undefined),
      onZoom: (from, to) => now.current.change({ from, to }),
      onClick: now.current.p.onCursor && ((i) => { const e = now.current.data.epochs[i]; if (e !== undefined) now.current.p.onCursor?.(e, true); }),
      epochAt: (epoch) => now.current.axis === "epoch" ? epoch : (now.current.data.table[0]![nearest(now.current.data.epochs, epoch)] as number | undefined),
    }), data.table as uPlot.AlignedData, element);
    plot.current = u;
    const watch = new ResizeObserver(() => { if (element.clientWidth) u.setSize({ width: element.clientWidth, height: p.height ?? 220 }); });
    watch.observe(element);
    return () => { watch.disconnect(); u.destroy(); plot.current = undefined; };
  }, [shape]);

  useEffect(() => { // new numbers: drawn once a frame, however many come
    const frame = requestAnimationFrame(() => {
      const u = plot.current;
      if (!u) return;
      u.batch(() => {
        u.setData(data.table as uPlot.AlignedData, false);
        const x = data.table[0]!, last = x[x.length - 1] as number | undefined;
        const min = view.from ?? (x[0] as number | undefined) ?? 0, max = view.to ?? last ?? 1;
        u.setScale("x", { min, max: max > min ? max : min + 1 });
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [data, view.from, view.to, shape]);
  useEffect(() => { plot.current?.redraw(false, true); }, [dark.value, p.cursor]);

  const point = at ?? (p.cursor !== undefined ? nearest(data.epochs, p.cursor) : data.epochs.length - 1);
  const values = lines.map((_, i) => data.table[1 + i]?.[point] ?? data.table[1 + i]?.slice(0, point + 1).findLast((v) => v !== null && v !== undefined));
  const last = p.epochs ?? data.epochs[data.epochs.length - 1] ?? 0;
  const zoomed = view.from !== undefined || view.to !== undefined;
  const ends = () => { const x = data.table[0]!; return [view.from ?? (x[0] as number) ?? 0, view.to ?? (x[x.length - 1] as number) ?? 1] as const; };
  const nearer = () => {
    const [a, b] = ends(), half = (b - a) / 4, middle = Math.min(Math.max(p.cursor ?? b - half, a + half), b - half);
    change({ from: middle - half, to: middle + half });
  };

  return <figure class="curves" aria-label={p.label}>
    {p.tools !== false && <div class="row tools">
      <Choice label="Scale" hidden value={view.log ? "log" : "lin"} options={[{ value: "log", name: "Log" }, { value: "lin", name: "Linear" }]} onChange={(v) => change({ log: v === "log" })} />
      {timed && <Choice label="Axis" hidden value={axis} options={[{ value: "epoch", name: "Epochs" }, { value: "time", name: "Time" }]}
        onChange={(v) => change({ axis: v, from: undefined, to: undefined })} />}
      <Slider label="Smooth" value={view.smooth} min={0} max={0.99} step={0.01} rest={0} format={(v) => number(v, 2)} onInput={(smooth) => change({ smooth })} />
      <span class="row push">
        <Button kind="quiet" label="Zoom in" onClick={nearer}>+</Button>
        <Button kind="quiet" label="Show all" disabled={!zoomed} onClick={() => change({ from: undefined, to: undefined })}>⤢</Button>
      </span>
    </div>}
    <div class="plot" ref={box} role="img" aria-label={said(p.label, lines, show)} onDblClick={() => change({ from: undefined, to: undefined })} />
    {p.onCursor && <input type="range" class="scrub" aria-label={`Epoch of ${p.label}`} min={data.epochs[0] ?? 0} max={last} step={1} value={p.cursor ?? last}
      aria-valuetext={`epoch ${p.cursor ?? last} of ${last}`}
      onInput={(e) => p.onCursor!(e.currentTarget.valueAsNumber, false)} onChange={(e) => p.onCursor!(e.currentTarget.valueAsNumber, true)} />}
    <div class="legend">
      <span class="at">{data.epochs.length === 0 ? "nothing yet" : axis === "time" ? span(data.table[0]![point] as number) : `epoch ${data.epochs[point] ?? 0}`}</span>
      {p.lines.map((l, i) => {
        const shown = lines.indexOf(l);
        return <button key={l.id} type="button" aria-pressed={shown >= 0} title={shown >= 0 ? `Hide ${l.name}` : `Show ${l.name}`}
          onClick={() => { const next = new Set(off); if (!next.delete(l.id)) next.add(l.id); setOff(next); }}>
          <Swatch color={l.color ?? i} dash={l.dash} /> <span class="name">{l.name}</span>{shown >= 0 && <b>{values[shown] == null ? "–" : show(values[shown]!)}</b>}
        </button>;
      })}
    </div>
    <Values label={p.label} data={data} lines={lines} axis={axis} show={show} />
  </figure>;
}

/** The colour and dash of a line, as the curves have it. */
export function Swatch(p: { color: number; dash?: number | undefined }) {
  return <svg class="swatch" width="22" height="10" aria-hidden="true"><line x1="1" y1="5" x2="21" y2="5" stroke={color(p.color)} stroke-width="2.5"
    stroke-dasharray={(p.dash === undefined ? dash(p.color) : dash(p.dash, true)).join(" ")} /></svg>;
}

function said(label: string, lines: readonly Line[], show: (y: number) => string): string {
  return `${label}. ` + lines.slice(0, 6).map((l) => {
    const n = l.y.length;
    return n ? `${l.name}: from ${show(l.y[0] ?? NaN)} to ${show(l.y[n - 1] ?? NaN)} in epochs ${l.epoch[0]} to ${l.epoch[n - 1]}` : `${l.name}: nothing yet`;
  }).join("; ");
}

interface ValuesProps { label: string; data: Aligned; lines: readonly Line[]; axis: string; show: (y: number) => string }

function Values({ label, data, lines, axis, show }: ValuesProps) {
  const [open, setOpen] = useState(false);
  const rows = useMemo(() => (open ? thin(data.epochs.length, 500) : []), [open, data]);
  const columns: Column<number>[] = [
    { key: "x", name: axis === "time" ? "Time" : "Epoch", number: true, value: (i) => data.table[0]![i] ?? undefined, cell: (i) => axis === "time" ? span(data.table[0]![i] as number) : data.epochs[i] },
    ...lines.map((l, n): Column<number> => ({ key: l.id, name: l.name, number: true, value: (i) => data.table[n + 1]![i] ?? undefined, cell: (i) => { const v = data.table[n + 1]![i]; return v == null ? "–" : show(v); } })),
  ];
  return <details class="values" onToggle={(e) => setOpen(e.currentTarget.open)}>
    <summary>Values as a table</summary>
    {open && <Table label={`${label}, values`} columns={columns} rows={rows} id={String} height={30} most="18rem" />}
  </details>;
}

