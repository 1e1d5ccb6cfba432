// The lattice with what hangs on it, and what was seen of its nodes: small enough for a phone on a bad link.
import { quantity } from "../ui/units";
import type { Action, Seen, Shape } from "./session";

interface Props { shape: Shape; actions?: Action[] | undefined; nodes?: Seen[] | undefined; label: string }

/** A round number by which the largest of some lengths becomes about as long as wanted. */
function magnified(largest: number, wanted: number): number {
  if (!(largest > 0)) return 1;
  const raw = wanted / largest, ten = 10 ** Math.floor(Math.log10(raw));
  return Math.max(1, [5, 2, 1].find((x) => x * ten <= raw)! * ten);
}

export function Figure({ shape, actions = [], nodes = [], label }: Props) {
  const { points } = shape;
  if (points.length === 0) return null;
  const low = [0, 1].map((i) => Math.min(...points.map((p) => p[i]!))), high = [0, 1].map((i) => Math.max(...points.map((p) => p[i]!)));
  const size = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) || 1, scale = 360 / size, margin = 56;
  const at = (p: readonly number[]) => [margin + (p[0]! - low[0]!) * scale, margin + (high[1]! - p[1]!) * scale] as const;
  const width = 2 * margin + (high[0]! - low[0]!) * scale, height = 2 * margin + (high[1]! - low[1]!) * scale;
  const few = points.length <= 400, r = few ? 4 : 2;
  const moved = nodes.filter((n) => n.seen && n.moved);
  const by = magnified(Math.max(0, ...moved.flatMap((n) => [n.moved!, n.predicted ?? ([0, 0] as const)]).map((v) => Math.hypot(v[0], v[1]))), size / 7);
  const put = (n: Seen, v: readonly [number, number]) => at([points[n.node - 1]![0] + by * v[0], points[n.node - 1]![1] + by * v[1]]);
  const loads = actions.filter((a) => a.node && a.f.some((x) => x !== 0) && points[a.node - 1]);
  return <figure class="bench-figure">
    <svg viewBox={`0 0 ${width.toFixed(1)} ${height.toFixed(1)}`} role="img" aria-label={label}>
      <g class="bonds">{shape.bonds.map(([a, b], i) => {
        const [x1, y1] = at(points[a]!), [x2, y2] = at(points[b]!);
        return <line key={i} x1={x1} y1={y1} x2={x2} y2={y2} />;
      })}</g>
      <g class="held">{shape.held.map((n) => { const [x, y] = at(points[n]!); return <path key={n} d={`M${x} ${y}l-9 15h18z`} />; })}</g>
      {moved.map((n) => { const [x, y] = at(points[n.node - 1]!); return <g key={n.node}>
        {n.predicted && <circle class="predicted" cx={put(n, n.predicted)[0]} cy={put(n, n.predicted)[1]} r={7} />}
        <line class="moved" x1={x} y1={y} x2={put(n, n.moved!)[0]} y2={put(n, n.moved!)[1]} />
        <circle class="seen" cx={put(n, n.moved!)[0]} cy={put(n, n.moved!)[1]} r={3.5} />
      </g>; })}
      <g class="nodes">{points.map((p, i) => { const [x, y] = at(p); return <circle key={i} class={nodes[i] && !nodes[i]!.seen ? "lost" : ""} cx={x} cy={y} r={r} />; })}</g>
      {few && !loads.length && <g class="numbers">{points.map((p, i) => { const [x, y] = at(p); return <text key={i} x={x + 7} y={y - 6}>{i + 1}</text>; })}</g>}
      {loads.map((a) => {
        const [x, y] = at(points[a.node! - 1]!), f = Math.hypot(a.f[0], a.f[1]) || 1, dx = a.f[0] / f, dy = -a.f[1] / f, long = 44;
        const x2 = x + long * dx, y2 = y + long * dy, up = dy < -0.5;
        return <g class="load" key={a.node}>
          <line x1={x} y1={y} x2={x2} y2={y2} />
          <path d={`M${x2 + 8 * dx} ${y2 + 8 * dy}l${-14 * dx - 8 * dy} ${-14 * dy + 8 * dx}l${16 * dy} ${-16 * dx}z`} />
          <circle cx={x} cy={y} r={6} />
          <text x={x + (Math.abs(dx) > 0.5 ? 0 : 12)} y={up ? y + 24 : y - 12}>{a.node}</text>
        </g>;
      })}
    </svg>
    {moved.length > 0 && <figcaption class="small soft">Dots: where the nodes were seen. Rings: what theory expects. Displacements {by} times as large.</figcaption>}
  </figure>;
}

/** How far a photograph is from what theory expects: the nodes that are farthest. */
export function Residuals({ nodes }: { nodes: Seen[] }) {
  const lost = nodes.filter((n) => !n.seen);
  const off = nodes.filter((n) => n.seen && n.moved && n.predicted).map((n) => ({
    ...n, off: Math.hypot(n.moved![0] - n.predicted![0], n.moved![1] - n.predicted![1]), size: Math.hypot(n.moved![0], n.moved![1]), said: Math.hypot(n.predicted![0], n.predicted![1]),
  })).sort((a, b) => b.off - a.off);
  return <div class="bench-residuals">
    <p>{nodes.length - lost.length} of {nodes.length} nodes were found.{lost.length > 0 && ` Not found: ${lost.slice(0, 20).map((n) => n.node).join(", ")}.`}</p>
    {off.length > 0 && <details><summary>Measured against predicted: at most {quantity(off[0]!.off, "m", 2)} apart, at node {off[0]!.node}</summary>
      <table><thead><tr><th>Node</th><th>Moved</th><th>Predicted</th><th>Apart</th></tr></thead>
        <tbody>{off.slice(0, 12).map((n) => <tr key={n.node}><td>{n.node}</td><td>{quantity(n.size, "m")}</td><td>{quantity(n.said, "m")}</td><td>{quantity(n.off, "m", 2)}</td></tr>)}</tbody></table>
      <p class="small soft">Theory is that of the stiffness that was asked for. A print differs from it by some percent; a node that stands out alone has a mark that slipped or was taken for another.</p>
    </details>}
  </div>;
}
