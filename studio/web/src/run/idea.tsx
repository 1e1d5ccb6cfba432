// The idea of in situ backpropagation in one picture: the field of the load, the field of the error, and their product, bond by bond.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Lattice } from "../lattice/lattice";
import { Legend } from "../lattice/legend";
import { groupWith, only, type Of } from "../lattice/measure";
import type { Picture } from "../lattice/picture";
import { scaleOf, widths } from "../lattice/scale";
import { magnified } from "../lattice/tile";
import { startView } from "../lattice/view";
import type { Strain } from "../engine/protocol";
import { quantity } from "../ui/units";
import { nameOf } from "./loads";
import type { Play } from "./play";

export function Idea({ play }: { play: Play }) {
  const o = play.opened.value, f = play.fields.value, view = useMemo(() => startView(o?.shape.dim ?? 2), [o?.shape.dim]), place = useRef<HTMLElement>(null);
  useEffect(() => { place.current?.scrollIntoView({ block: "nearest" }); }, [f === undefined]); // who asks for it sees it
  if (!o) return null;
  if (!f) return <p class="small soft">Both fields are computed…</p>;
  const sample = play.load.value?.sample ?? play.someSample();
  const of = (measure: Of) => groupWith(o.shape, o.geometry, measure, play.kind.value), field = of("elongation");
  const one = (name: string, unit: string, measure: Of, all: Float64Array, u: Float64Array | undefined, pushes: number[], strain?: Strain): Picture => {
    const value = only(o.shape, o.geometry, measure, of(measure), all), scale = scaleOf(value, name, unit, "diverging");
    return { shape: o.shape, geometry: o.geometry, value, scale, width: widths(value, scale), u, strain, pushes, magnify: u ? magnified(o, u, strain, 1e-12) : 1, ...play.chosen.value };
  };
  const name = field?.name ?? "elongation", unit = field?.unit ?? "m", load = play.load.value, none = o.shape.inputs.map(() => 0);
  const pushed = load && !load.rest ? Array.from(load.input, (v, i) => v / (o.shape.input_scale[i] || 1)) : o.shape.inputs.map(() => 1);
  const three = [
    { p: one(name, unit, "elongation", f.e, f.u, pushed, f.strain), title: "1. Push with the input", words: "The lattice is loaded as the sample says; each bond has its elongation." },
    { p: one(`${name} under the error`, unit, "elongation", f.eAdjoint, f.uAdjoint, none, f.strain_adj), title: "2. Push with the error", words: "The outputs are loaded with the slope of the loss; each bond has a second elongation. It is drawn in arbitrary size." },
    { p: one("product: slope of the loss by the parameter", "", "parameter", f.product, undefined, none), title: "3. Multiply", words: "The product of both, in the bond itself, is the slope of the loss by its stiffness: it knows which way to change." },
  ];
  return <section ref={place} class="card idea" aria-labelledby="idea">
    <h2 id="idea">The idea</h2>
    <p class="small">Under {sample ? `the sample ${nameOf(o, sample)} (${sample.part} ${sample.i + 1})` : "this load"}, loss {quantity(f.loss, "", 4)}.</p>
    <div class="three">{three.map(({ p, title, words }) => <figure key={title}>
      <figcaption><h3>{title}</h3><p class="small">{words}</p></figcaption>
      <div class="idea-box"><Lattice label={`${title}. ${words}`} picture={p} view={view} onChoose={(at) => { play.chosen.value = at.element !== undefined ? { element: at.element } : at.node !== undefined ? { node: at.node } : {}; }}
        tell={(at) => at.element === undefined || Number.isNaN(p.value![at.element]!) ? undefined : [["bond", String(o.geometry.number[at.element])], [p.scale!.name.split(":")[0]!, quantity(p.value![at.element], p.scale!.unit, 4)]]} /></div>
      <Legend scale={p.scale!} />
    </figure>)}</div>
  </section>;
}
