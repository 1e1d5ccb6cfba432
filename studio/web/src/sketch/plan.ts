// What a sketch needs to know of an experiment file: nodes, supports, pushes and targets with their places in it.
import { at, flow, items, parse, word, type Value } from "./yaml";
import { value } from "./quantity";

/** One push or one wanted displacement, its words as the file has them. */
export interface Entry {
  path: string;            // such as task.cases[1].push[2]
  node?: number;           // from 1; none for a pair, a mean, a strain
  along: string;           // x, -y, [1, -1]
  dir?: [number, number, number];
  size?: string;           // force or move
  most: boolean;
  plain: boolean;          // a node, a direction and a force or move: what drawing can change
  said: string;            // the whole entry in one line
}

export interface Plan {
  text: string; broken: boolean; root: Value | undefined;
  lattice?: string;        // of a generator
  dim: number;
  nodes?: [number, number, number][]; bonds?: [number, number][]; // of lists; undefined where they are made or in files, or not understood
  pinned: number[]; rollers: { node: number; held: string; path: string }[];
  cut: number[];
  kind?: string;           // of the task
  cases: { push: Entry[]; want: Entry[] }[];
  loss?: string; most: boolean;
  method?: string; epochs?: string;
}

export function planOf(text: string): Plan {
  const { root, broken } = parse(text);
  const lattice = word(root, "network", "lattice"), dim = word(root, "network", "dim");
  const cases = items(root, "task", "cases").map((_, i) => ({ push: entries(root, text, i, "push", "force"), want: entries(root, text, i, "want", "move") }));
  const loss = word(root, "task", "loss");
  const nodes = lattice === undefined ? points(root) : undefined;
  const plan: Plan = {
    text, root, broken: broken !== undefined || (root !== undefined && root.kind !== "map"), cases,
    dim: dim ? Number(dim) : lattice === "chain" ? 1 : lattice === "cubic" || lattice === "fcc" ? 3 : nodes?.some((p) => p[2] !== 0) ? 3 : 2,
    pinned: numbers(at(root, "supports", "pinned")), cut: numbers(at(root, "network", "cut")),
    rollers: items(root, "supports", "rollers").map((r, i) => ({
      node: Number(word(r, "node")), held: word(r, "held") ?? "", path: `supports.rollers[${i + 1}]` })).filter((r) => r.node > 0),
    most: loss !== undefined ? loss !== "mean-square" : cases.some((c) => c.want.some((w) => w.most)),
  };
  if (lattice !== undefined) plan.lattice = lattice;
  if (nodes) {
    plan.nodes = nodes;
    plan.bonds = items(root, "network", "bonds").map((b) => [Number(word(b, 0)), Number(word(b, 1))] as [number, number]).filter(([a, b]) => a > 0 && b > 0);
  }
  const kind = word(root, "task", "kind"), method = word(root, "learn", "method"), epochs = word(root, "learn", "epochs");
  if (kind !== undefined) plan.kind = kind;
  if (loss !== undefined) plan.loss = loss;
  if (method !== undefined) plan.method = method;
  if (epochs !== undefined) plan.epochs = epochs;
  return plan;
}

function entries(root: Value | undefined, text: string, i: number, list: string, key: string): Entry[] {
  return items(root, "task", "cases", i, list).map((v, k) => {
    const along = flow(at(v, "along"), text), node = Number(word(v, "node")), size = at(v, key), dir = direction(at(v, "along"));
    const e: Entry = {
      path: `task.cases[${i + 1}].${list}[${k + 1}]`, along, most: word(v, "most") === "true", said: flow(v, text),
      plain: node > 0 && dir !== undefined && v.kind === "map" && v.pairs.every((p) => ["node", "along", key, "most"].includes(p.key)),
    };
    if (node > 0) e.node = node;
    if (dir) e.dir = dir;
    if (size) e.size = flow(size, text);
    return e;
  });
}

function direction(v: Value | undefined): [number, number, number] | undefined {
  if (v?.kind === "scalar") {
    const found = /^(-?)([xyz])$/.exec(v.text);
    if (!found) return undefined;
    const d: [number, number, number] = [0, 0, 0];
    d["xyz".indexOf(found[2]!)] = found[1] ? -1 : 1;
    return d;
  }
  if (v?.kind !== "list") return undefined;
  const d = [0, 1, 2].map((k) => Number(word(v, k) ?? 0)), size = Math.hypot(...d);
  return size > 0 && Number.isFinite(size) ? [d[0]! / size, d[1]! / size, d[2]! / size] : undefined;
}

/** Numbers of a list such as [1, 4..9]; names of sets are passed over. */
export function numbers(v: Value | undefined): number[] {
  const list = v?.kind === "list" ? v.items : v ? [v] : [];
  return list.flatMap((x) => {
    const text = x.kind === "scalar" ? x.text : "", range = /^(\d+)\s*\.\.\s*(\d+)$/.exec(text);
    if (range && Number(range[2]) - Number(range[1]) < 1e5) return Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, k) => Number(range[1]) + k);
    return /^\d+$/.test(text) ? [Number(text)] : [];
  });
}

function points(root: Value | undefined): [number, number, number][] | undefined {
  const list = at(root, "network", "nodes");
  if (list?.kind !== "list") return undefined;
  const out: [number, number, number][] = [];
  for (const p of list.items) {
    const x = [0, 1, 2].map((k) => (at(p, k) ? value(word(p, k), "m") : 0));
    if (p.kind !== "list" || x.includes(undefined)) return undefined;
    out.push(x as [number, number, number]);
  }
  return out;
}
