// What bonds are coloured by.
import type { Picture } from "../lattice/picture";
import { groupWith, only, type Of } from "../lattice/measure";
import { scaleOf, widths } from "../lattice/scale";
import type { Play } from "./play";

export type Colour = "parameter" | "gradient" | "elongation" | "force" | "change" | "difference";
export const colours: { value: Colour; name: string; title: string }[] = [
  { value: "parameter", name: "Stiffness", title: "What bonds have learnt: their first parameter" },
  { value: "gradient", name: "Gradient", title: "How the loss of the training part changes with it" },
  { value: "elongation", name: "Elongation", title: "How much longer each bond is under this load" },
  { value: "force", name: "Force", title: "What each bond carries under this load; tension is positive" },
  { value: "change", name: "Change", title: "Since the training began" },
  { value: "difference", name: "To epoch", title: "Against another epoch" },
];

/** A network of pipes: nothing moves, potentials drive currents. */
export function flows(shape: { kinds: string[] }): boolean { return shape.kinds.length > 0 && shape.kinds.every((k) => k === "pipe"); }

/** What a deformation and a force are called in a network, with their units. */
export function fieldsOf(shape: { kinds: string[] }): { elongation: [string, string]; force: [string, string] } {
  return flows(shape) ? { elongation: ["potential difference", "V"], force: ["current", "A"] } : { elongation: ["elongation", "m"], force: ["force", "N"] };
}

/** What a colour measures of elements. */
export function measured(colour: Colour): Of { return colour === "elongation" || colour === "force" ? colour : "parameter"; }

/** Values of all elements by which they are coloured, NaN where they have none or are measured otherwise. */
export function valuesOf(play: Play, colour: Colour): { value: Float64Array; name: string; unit: string; signed: boolean } | undefined {
  const o = play.opened.value, theta = play.theta.value;
  if (!o || !theta) return undefined;
  const g = o.geometry, measure = measured(colour), group = groupWith(o.shape, g, measure, play.kind.value);
  const unit = group?.unit ?? o.shape.parameter, name = group?.name ?? (o.shape.parameter_name || "parameter");
  const of = (a: ArrayLike<number> | undefined) => a && Float64Array.from(g.thetaOf, (t) => (t >= 0 ? a[t]! : NaN));
  const less = (a: Float64Array, b: Float64Array | undefined) => b && b.length === a.length ? a.map((v, i) => v - b[i]!) : undefined;
  const there = (v: Float64Array | undefined, n: string, u: string, signed = true) => {
    if (!v) return undefined;
    const value = Float64Array.from(only(o.shape, g, measure, group, v));
    for (let e = 0; e < value.length; e++) if (g.cut[e]) value[e] = NaN;
    return { value, name: n, unit: u, signed };
  };
  const f = play.frames.value;
  switch (colour) {
    case "parameter": return there(of(theta), name, unit, false);
    case "gradient": return there(of(play.fields.value?.mean), `dL/d(${name})`, unit ? `1/(${unit})` : "");
    case "elongation": return there(play.solved.value?.e, name, unit);
    case "force": return there(play.solved.value?.force, name, unit);
    case "change": return there(of(less(theta, f.epochs[0] === 0 ? f.theta[0] : g.theta)), `change of ${name}`, unit);
    case "difference": return there(of(less(theta, f.theta[play.other.value])), `difference of ${name} to epoch ${f.epochs[play.other.value] ?? 0}`, unit);
  }
}

/** A picture of the state that is shown. */
export function pictureOf(play: Play): Picture | undefined {
  const o = play.opened.value;
  if (!o) return undefined;
  const solved = play.solved.value, load = play.load.value, c = valuesOf(play, play.colour.value);
  const scale = c && scaleOf(c.value, c.name, c.unit, c.signed ? "diverging" : "sequential"), pulled = play.pulled.value;
  return {
    shape: o.shape, geometry: o.geometry, magnify: play.magnify.value, u: solved?.u, strain: solved?.strain, turn: solved?.turn, ghost: Boolean(solved),
    value: c?.value, scale, width: c && widths(c.value, scale!), ...play.chosen.value,
    pushes: load && o.shape.inputs.map((_, i) => load.rest ? 0 : load.input[i]! / (o.shape.input_scale[i] || 1)),
    arrows: pulled ? [{ node: pulled.node, kind: "load", vector: pulled.by }] : [],
  };
}
