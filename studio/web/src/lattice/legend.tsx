// What colours mean: a bar with its ends, unit, and what lies beyond.
import { useLayoutEffect, useRef } from "preact/hooks";
import { dark } from "../ui/theme";
import { number, prefix } from "../ui/units";
import { colourTable } from "./colours";
import type { Scale } from "./picture";

export function Legend({ scale }: { scale: Scale }) {
  const bar = useRef<HTMLCanvasElement>(null), d = dark.value;
  useLayoutEffect(() => {
    const c = bar.current!.getContext("2d")!, table = colourTable(scale.kind, d), image = c.createImageData(256, 1);
    image.data.set(table);
    c.putImageData(image, 0, 0);
  }, [scale.kind, d]);
  const s = prefix(Math.max(Math.abs(scale.low), Math.abs(scale.high)), scale.unit), show = (v: number) => number(v * s.factor);
  return <div class="scale" role="img" aria-label={`Colours: ${scale.name} from ${show(scale.low)} to ${show(scale.high)} ${s.unit}`}>
    <span>{scale.name}{s.unit && `, ${s.unit}`}</span>
    <span class="scale-row"><b>{scale.cut ? (scale.kind === "diverging" ? "≤ " : "≤ ") : ""}{show(scale.low)}</b>
      <canvas ref={bar} width={256} height={1} aria-hidden="true" /><b>{scale.cut ? "≥ " : ""}{show(scale.high)}</b></span>
    {scale.cut && <small>ends: 2nd and 98th percentile</small>}
  </div>;
}
