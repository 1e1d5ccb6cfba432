// The loss as it was measured, with what the noise of the marks makes of it: bars of one standard deviation.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { color, ink } from "../ui/colors";
import { dark } from "../ui/theme";
import { number } from "../ui/units";
import type { Step } from "./session";

export function Losses({ steps }: { steps: Step[] }) {
  const box = useRef<HTMLDivElement>(null);
  const shown = steps.filter((s) => s.loss !== undefined);
  useEffect(() => {
    const element = box.current;
    if (!element || shown.length === 0) return;
    const axis = { stroke: () => ink().soft, font: "12px system-ui, sans-serif", grid: { stroke: () => ink().line, width: 1 }, ticks: { stroke: () => ink().line, width: 1, size: 5 } };
    const bars = (u: uPlot) => {
      const c = u.ctx;
      c.save();
      c.strokeStyle = color(0);
      c.lineWidth = 1.5 * devicePixelRatio;
      for (const s of shown) if (s.sigma) {
        const x = u.valToPos(s.step, "x", true), a = u.valToPos(s.loss! - s.sigma, "y", true), b = u.valToPos(s.loss! + s.sigma, "y", true), w = 4 * devicePixelRatio;
        c.beginPath();
        c.moveTo(x, a); c.lineTo(x, b);
        c.moveTo(x - w, a); c.lineTo(x + w, a);
        c.moveTo(x - w, b); c.lineTo(x + w, b);
        c.stroke();
      }
      c.restore();
    };
    const last = shown[shown.length - 1]!.step;
    const most = Math.max(...shown.map((s) => s.loss! + (s.sigma ?? 0))), least = Math.min(...shown.map((s) => s.loss! - (s.sigma ?? 0))), room = (most - least) * 0.08 || 1e-9;
    const u = new uPlot({
      width: element.clientWidth || 300, height: 200, legend: { show: false }, cursor: { show: false }, padding: [8, 12, 0, 0],
      scales: { x: { time: false, range: [0.5, Math.max(last, 2) + 0.5] }, y: { range: [least - room, most + room] } },
      series: [{}, { stroke: () => color(0), width: 1.75, points: { show: true, size: 7, fill: () => color(0) } }],
      axes: [{ ...axis, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }, { ...axis, size: 62, values: (_u, t) => t.map((v) => number(v)) }],
      hooks: { draw: [bars] },
    }, [shown.map((s) => s.step), shown.map((s) => s.loss!)], element);
    const watch = new ResizeObserver(() => { if (element.clientWidth) u.setSize({ width: element.clientWidth, height: 200 }); });
    watch.observe(element);
    return () => { watch.disconnect(); u.destroy(); };
  }, [JSON.stringify(shown), dark.value]);
  if (shown.length === 0) return <p class="soft">No step is measured yet.</p>;
  const first = shown[0]!, end = shown[shown.length - 1]!;
  return <figure class="bench-losses" aria-label="Loss by steps">
    <div ref={box} role="img" aria-label={`Loss as measured: ${number(first.loss)} before step ${first.step}, ${number(end.loss)} before step ${end.step}`} />
    <details><summary>Steps as numbers</summary><table>
      <thead><tr><th>Before step</th><th>Loss</th><th>±</th><th>Noise, µm</th><th>Bonds moved</th></tr></thead>
      <tbody>{steps.map((s) => <tr key={s.step}><td>{s.exam ? "end" : s.step}</td><td>{s.fell ? "fell" : number(s.loss, 4)}</td><td>{number(s.sigma, 2)}</td>
        <td>{s.noise ? number(1e6 * s.noise, 2) : "–"}</td><td>{s.exam ? "" : s.moved}</td></tr>)}</tbody>
    </table></details>
  </figure>;
}
