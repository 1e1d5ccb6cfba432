// Nodes and bonds by hand: a lattice that was generated becomes lists of points and bonds first.
import type { Geometry } from "../engine/protocol";
import { items, word } from "./yaml";
import { length } from "./quantity";
import { without } from "./number";
import type { Plan } from "./plan";
import type { Edits, Sketch } from "./state";

const became = "The generated lattice is now a list of points and bonds. ";

/** Places a node; the last one chosen is joined to it where `join` says so. */
export function addNode(s: Sketch, x: number, y: number, join?: number): Promise<void> {
  return s.edit((plan) => byHand(s, plan, (l) => {
    const n = l.nodes + 1;
    l.set.push([`network.nodes[${n}]`, `[${length(x)}, ${length(y)}]`]);
    if (join) l.set.push([`network.bonds[${l.bonds.length + 1}]`, `[${join}, ${n}]`]);
    return { said: `Node ${n} is at ${length(x)}, ${length(y)}.`, also: () => { s.node.value = n; } };
  }));
}

export function addBond(s: Sketch, a: number, b: number): Promise<void> {
  return s.edit((plan) => byHand(s, plan, (l) => {
    if (a === b || a < 1 || b < 1 || a > l.nodes || b > l.nodes) return { said: `There is no bond from node ${a} to node ${b}.` };
    if (l.bonds.some(([c, d]) => (c === a && d === b) || (c === b && d === a))) return { said: `Nodes ${a} and ${b} are joined already.` };
    l.set.push([`network.bonds[${l.bonds.length + 1}]`, `[${a}, ${b}]`]);
    return { said: `Bond ${l.bonds.length + 1} joins nodes ${a} and ${b}.` };
  }));
}

export function moveNode(s: Sketch, node: number, x: number, y: number): Promise<void> {
  return s.edit((plan) => byHand(s, plan, (l) => {
    l.set.push([`network.nodes[${node}]`, `[${length(x)}, ${length(y)}]`]);
    return { said: `Node ${node} is at ${length(x)}, ${length(y)}.` };
  }));
}

/** Takes bonds out: of a generated lattice they are cut, so that the others keep their numbers. */
export function removeBond(s: Sketch, bond: number): Promise<void> {
  return s.edit((plan) => {
    s.bond.value = undefined;
    if (plan.bonds && plan.root) return { text: without(plan.text, plan.root, { bonds: [bond] }), said: `Bond ${bond} is taken out; later ones have new numbers.` };
    if (plan.cut.includes(bond)) return { set: [["network.cut", `[${plan.cut.filter((b) => b !== bond).join(", ")}]`]], said: `Bond ${bond} is back.` };
    return { set: [["network.cut", `[${[...plan.cut, bond].join(", ")}]`]], said: `Bond ${bond} is cut; the others keep their numbers.` };
  });
}

export function removeNode(s: Sketch, node: number): Promise<void> {
  return s.edit((plan) => {
    s.node.value = undefined;
    if (plan.nodes && plan.root) return { text: without(plan.text, plan.root, { nodes: [node] }), said: `Node ${node} is taken out with its bonds; later ones have new numbers.` };
    return byHand(s, plan, (l) => {
      l.after = (p) => (p.root ? without(p.text, p.root, { nodes: [node] }) : p.text);
      return { said: `Node ${node} is taken out with its bonds; later ones have new numbers.` };
    });
  });
}

interface Lists { nodes: number; bonds: [number, number][]; set: [string, string][]; after?: (p: Plan) => string }

/** Does something to lists of nodes and bonds, which are made of a generated lattice where there are none yet. */
function byHand(s: Sketch, plan: Plan, act: (l: Lists) => Edits): Edits {
  if (plan.nodes) {
    const l: Lists = { nodes: plan.nodes.length, bonds: rows(plan), set: [] };
    return { ...act(l), set: l.set };
  }
  if (plan.lattice === undefined && !items(plan.root, "network", "nodes").length && !word(plan.root, "network", "nodes") && !word(plan.root, "network", "file")) {
    const l: Lists = { nodes: 0, bonds: [], set: [["network", "{nodes: [], bonds: []}"]] };
    return { ...act(l), set: l.set };
  }
  const shown = s.fresh() ? s.shown.value : undefined;
  if (!shown) return { said: "Drawing waits until the lattice of the text can be made." };
  if (word(plan.root, "network", "periodic") === "true" || word(plan.root, "hubs") || word(plan.root, "comb") || shown.shape.dim !== 2)
    return { said: "Only lattices in the plane that are not periodic are drawn by hand; this one is changed by its numbers in the text." };
  const l: Lists = { ...counted(shown.geometry), set: [] }, done = act(l);
  if (!l.set.length && !l.after) return done;
  return { ...done, set: l.set, text: section(plan, lists(shown.geometry, plan)), said: became + done.said, ...(l.after && { after: l.after }) };
}

/** The text with another section of the network, a block of lines. */
function section(plan: Plan, lines: string): string {
  const pair = plan.root?.kind === "map" ? plan.root.pairs.find((p) => p.key === "network") : undefined, block = `network:\n  ${lines.replaceAll("\n", "\n  ")}`;
  if (!pair) return `${plan.text.trimEnd()}\n${block}\n`;
  const end = plan.text.indexOf("\n", pair.value?.to ?? pair.to);
  return plan.text.slice(0, pair.from) + block + (end < 0 ? "\n" : plan.text.slice(end));
}

function rows(plan: Plan): [number, number][] {
  return items(plan.root, "network", "bonds").map((b) => [Number(word(b, 0)), Number(word(b, 1))]);
}

/** Bonds of a geometry in the order of their numbers, ends from 1. */
function counted(g: Geometry): { nodes: number; bonds: [number, number][] } {
  const at = new Map(Array.from(g.numbers, (n, i) => [i, n]));
  const bonds: [number, number, number][] = [];
  for (let e = 0; e < g.number.length; e++) {
    const a = g.ends[2 * e]!, b = g.ends[2 * e + 1]!;
    if (a >= 0 && b >= 0 && (g.third[e] ?? -1) < 0) bonds.push([g.number[e]!, at.get(a)!, at.get(b)!]);
  }
  return { nodes: g.numbers.length, bonds: bonds.sort((x, y) => x[0] - y[0]).map(([, a, b]) => [a, b]) };
}

function lists(g: Geometry, plan: Plan): string {
  const { bonds } = counted(g), order = Array.from(g.numbers, (n, i) => [n, i] as const).sort((a, b) => a[0] - b[0]);
  const nodes = order.map(([, i]) => `[${length(g.points[3 * i]!)}, ${length(g.points[3 * i + 1]!)}]`);
  const cut = plan.cut.length ? `\ncut: [${plan.cut.join(", ")}]` : "";
  return `nodes: ${wrapped(nodes)}\nbonds: ${wrapped(bonds.map(([a, b]) => `[${a}, ${b}]`))}${cut}`;
}

/** A list in lines of at most a hundred letters. */
function wrapped(entries: string[]): string {
  let out = "[", line = 8;
  entries.forEach((e, i) => {
    const word = i < entries.length - 1 ? `${e},` : e;
    if (line + word.length > 100 && i > 0) { out += "\n  "; line = 4; } else if (i > 0) { out += " "; line++; }
    out += word;
    line += word.length;
  });
  return `${out}]`;
}
