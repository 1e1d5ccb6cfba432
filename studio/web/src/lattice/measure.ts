// What elements are measured in. A network may have bonds in N/m beside angles in N m: no one scale of colours holds both, so one group of elements is coloured at a time.
import type { Geometry, Shape } from "../engine/protocol";

export type Of = "parameter" | "elongation" | "force";
/** Elements that are measured alike. */
export interface Group { name: string; unit: string; kinds: string[] }
interface Grouped { groups: Group[]; at: Uint8Array } // at: the place of an element's group; none: 255

const angular = new Set(["angle", "bend", "fold"]);
const none = 255;
const known = new WeakMap<Geometry, Partial<Record<Of, Grouped>>>();

function grouped(shape: Shape, g: Geometry, of: Of): Grouped {
  let all = known.get(g);
  if (!all) known.set(g, all = {});
  return all[of] ??= group(shape, g, of);
}

function group(shape: Shape, g: Geometry, of: Of): Grouped {
  const groups: Group[] = [], at = new Uint8Array(g.kind.length).fill(none), places = new Map<string, number>();
  for (let e = 0; e < at.length; e++) {
    const t = g.thetaOf[e]!, kind = shape.kinds[g.kind[e]!] ?? "";
    const block = of === "parameter" && t >= 0 ? shape.blocks.findIndex((b) => t >= b.first && t < b.first + b.elements * b.names.length) : -1;
    if (of === "parameter" && t < 0) continue;
    const key = `${block} ${kind}`;
    let i = places.get(key);
    if (i === undefined) {
      const [name, unit] = of === "parameter" ? parameter(shape, block, t) : field(kind, of);
      i = groups.findIndex((x) => x.name === name && x.unit === unit);
      if (i < 0) i = groups.push({ name, unit, kinds: [] }) - 1;
      if (!groups[i]!.kinds.includes(kind)) groups[i]!.kinds.push(kind);
      places.set(key, i);
    }
    at[e] = i;
  }
  const only = groups.length === 1 && of === "parameter" ? groups[0]! : undefined; // as the whole network is said to have it
  if (only && shape.parameter_name) { only.name = shape.parameter_name; only.unit = shape.parameter; }
  return { groups, at };
}

function parameter(shape: Shape, block: number, t: number): [string, string] {
  const b = shape.blocks[block];
  if (!b) return [shape.parameter_name || "parameter", shape.parameter];
  const k = (t - b.first) % b.names.length;
  return [b.names[k] ?? "parameter", b.units[k] ?? ""];
}

function field(kind: string, of: "elongation" | "force"): [string, string] {
  if (kind === "pipe") return of === "force" ? ["current", "A"] : ["potential difference", "V"];
  if (angular.has(kind)) return of === "force" ? ["moment", "N m"] : ["change of angle", "rad"];
  return of === "force" ? ["force", "N"] : ["elongation", "m"];
}

/** The groups of a network, in the order of its elements. */
export function groupsOf(shape: Shape, g: Geometry, of: Of): Group[] { return grouped(shape, g, of).groups; }

/** What one element is measured in. */
export function measureOf(shape: Shape, g: Geometry, e: number, of: Of): Group | undefined {
  const { groups, at } = grouped(shape, g, of);
  return groups[at[e]!];
}

/** The group that has a kind of element; the first where none has. */
export function groupWith(shape: Shape, g: Geometry, of: Of, kind: string): Group | undefined {
  const groups = groupsOf(shape, g, of);
  return groups.find((x) => x.kinds.includes(kind)) ?? groups[0];
}

/** Values of the elements of a group, NaN for all others. */
export function only(shape: Shape, g: Geometry, of: Of, group: Group | undefined, values: Float64Array): Float64Array {
  const { groups, at } = grouped(shape, g, of);
  if (groups.length < 2 || !group) return values;
  const i = groups.indexOf(group);
  return values.map((v, e) => (at[e] === i ? v : NaN));
}
