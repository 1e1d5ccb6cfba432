// Bonds on a canvas, where there is no WebGL: up to `most` of them.
import { colourOf, css, type Theme } from "./colours";
import type { Frame } from "./frame";
import type { Picture } from "./picture";

export const most = 5000;

export function drawFlat(c: CanvasRenderingContext2D, p: Picture, f: Frame, ids: Int32Array, theme: Theme, ghost?: Frame): void {
  const { ends, third } = p.geometry, thick = Math.min(7, Math.max(1.2, 0.22 * f.bond));
  c.lineCap = "butt";
  for (const frame of ghost ? [ghost, f] : [f]) {
    for (let i = 0; i < ids.length; i++) {
      const e = ids[i]!, a = ends[2 * e]!, b = ends[2 * e + 1]!, t = third[e]!;
      if (b < 0) continue;
      const paint = frame === ghost ? theme.line : (p.value && p.scale && colourOf(p.scale, theme.dark, p.value[e]!)) || theme.soft;
      c.strokeStyle = css(paint);
      c.lineWidth = frame === ghost ? 1.5 : p.width ? 0.35 * thick + 0.65 * thick * p.width[e]! : 0.55 * thick;
      c.beginPath();
      if (t >= 0) {
        const x = (n: number) => 0.7 * frame.x[b]! + 0.3 * frame.x[n]!, y = (n: number) => 0.7 * frame.y[b]! + 0.3 * frame.y[n]!;
        c.lineWidth = Math.min(c.lineWidth, 2);
        c.moveTo(x(a), y(a));
        c.lineTo(x(t), y(t));
      } else {
        c.moveTo(frame.x[a]!, frame.y[a]!);
        c.lineTo(frame.x[b]!, frame.y[b]!);
      }
      c.stroke();
    }
  }
  if (f.bond < 16) return;
  c.fillStyle = css(theme.soft);
  for (let n = 0; n < f.x.length; n++) { c.beginPath(); c.arc(f.x[n]!, f.y[n]!, Math.min(4.5, 0.14 * f.bond), 0, 7); c.fill(); }
}
