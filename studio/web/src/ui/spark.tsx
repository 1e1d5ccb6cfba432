// A small curve in a line of a table: the course of a loss, on a log axis where all of it is above zero.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./curves.css";
import { color } from "./colors";
import { dark } from "./theme";

export function Spark(p: { values: readonly number[]; width?: number; height?: number; label?: string; color?: number }) {
  const box = useRef<HTMLSpanElement>(null), width = p.width ?? 96, height = p.height ?? 24;
  const text = p.values.join();
  useEffect(() => {
    if (p.values.length < 2) return;
    const log = p.values.every((v) => v > 0);
    const u = new uPlot({
      width, height, legend: { show: false }, cursor: { show: false }, padding: [2, 2, 2, 2],
      axes: [{ show: false }, { show: false }],
      scales: { x: { time: false }, y: { range: (_u, a, b) => (a === b ? [a - 1, b + 1] : [a, b]) } },
      series: [{}, { stroke: color(p.color ?? 0), width: 1.5, points: { show: false } }],
    }, [p.values.map((_, i) => i), p.values.map((v) => (log ? Math.log(v) : v))] as uPlot.AlignedData, box.current!);
    return () => u.destroy();
  }, [text, width, height, dark.value]);
  return <span class="spark" ref={box} role={p.label ? "img" : undefined} aria-label={p.label} aria-hidden={p.label ? undefined : true} style={{ width: `${width}px`, height: `${height}px` }} />;
}
