// Nodes or bonds are taken out of lists: whatever names a later one by its number follows, and entries about those that go, go.
import type { List, Value } from "./yaml";

interface Span { from: number; to: number; text: string }

const nodeKeys = new Set(["node", "nodes", "mean", "pinned", "clamped", "guided", "earthed"]);
const bondKeys = new Set(["bond", "bonds", "frozen", "cut", "elements"]);

/** The text without these nodes (from 1) and the bonds that end at them, or without these bonds. */
export function without(text: string, root: Value, gone: { nodes?: number[]; bonds?: number[] }): string {
  const nodes = new Set(gone.nodes), bonds = new Set(gone.bonds), spans: Span[] = [];
  const rows = list(root, "network", "bonds"), points = list(root, "network", "nodes");
  rows?.items.forEach((row, i) => {
    if (row.kind === "list" && row.items.slice(0, 2).some((e) => e.kind === "scalar" && nodes.has(Number(e.text)))) bonds.add(i + 1);
  });
  if (points) drop(points, (i) => nodes.has(i + 1), text, spans);
  if (rows) drop(rows, (i) => bonds.has(i + 1), text, spans, (row) => {
    if (row.kind === "list") row.items.slice(0, 2).forEach((e) => number(e, nodes, spans));
  });
  walk(root, "", text, nodes, bonds, spans);
  return splice(text, spans);
}

function list(root: Value, ...path: string[]): List | undefined {
  let v: Value | undefined = root;
  for (const key of path) v = v?.kind === "map" ? v.pairs.find((p) => p.key === key)?.value : undefined;
  return v?.kind === "list" ? v : undefined;
}

/** Takes entries out of a list, and goes on with the others. */
function drop(l: List, goes: (i: number) => boolean, text: string, spans: Span[], stays?: (v: Value, i: number) => void): void {
  const kept = l.items.map((_, i) => !goes(i)), flow = text[l.from] === "[";
  l.items.forEach((v, i) => { if (kept[i]) stays?.(v, i); });
  if (!kept.includes(false)) return;
  if (!kept.includes(true)) {
    spans.push({ from: flow ? l.from : text.lastIndexOf("\n", l.from), to: l.to, text: flow ? "[]" : " []" });
    return;
  }
  const last = kept.lastIndexOf(true), line = (i: number) => text.lastIndexOf("\n", l.items[i]!.from);
  l.items.forEach((v, i) => {
    if (kept[i]) return;
    if (flow) spans.push(i < last ? { from: v.from, to: l.items[i + 1]!.from, text: "" } : { from: l.items[i - 1]!.to, to: v.to, text: "" });
    else if (line(i) > l.from || i > 0) spans.push({ from: line(i), to: i + 1 < l.items.length ? line(i + 1) : l.to, text: "" });
    else spans.push({ from: v.from, to: l.items[i + 1]!.from, text: "" }); // the first one, behind the dash of an outer list
  });
}

/** A number or a range of numbers after those that go. */
function number(v: Value, gone: Set<number>, spans: Span[]): void {
  if (v.kind !== "scalar" || gone.size === 0) return;
  const now = (n: number) => { let k = n; for (const g of gone) if (g < n) k--; return k; };
  const one = /^\d+$/.exec(v.text), range = /^(\d+)(\s*\.\.\s*)(\d+)$/.exec(v.text);
  if (one && now(Number(v.text)) !== Number(v.text)) spans.push({ from: v.from, to: v.to, text: String(now(Number(v.text))) });
  if (range) {
    const a = now(Number(range[1])), to = Number(range[3]), b = now(to) - (gone.has(to) ? 1 : 0);
    if (`${a}${range[2]}${b}` !== v.text) spans.push({ from: v.from, to: v.to, text: b > a ? `${a}${range[2]}${b}` : String(a) });
  }
}

/** Whether an entry of a list is about something that goes. */
function about(v: Value, key: string, nodes: Set<number>, bonds: Set<number>): boolean {
  if (v.kind === "scalar") return /^\d+$/.test(v.text) && (nodeKeys.has(key) ? nodes : bondKeys.has(key) ? bonds : new Set<number>()).has(Number(v.text));
  return v.kind === "map" && v.pairs.some((p) => p.value && ((p.key === "node" && about(p.value, "node", nodes, bonds)) || (p.key === "bond" && about(p.value, "bond", nodes, bonds))
    || ((p.key === "nodes" || p.key === "mean") && p.value.kind === "list" && p.value.items.some((x) => about(x, "node", nodes, bonds)))));
}

function walk(v: Value, path: string, text: string, nodes: Set<number>, bonds: Set<number>, spans: Span[]): void {
  const key = path.slice(path.lastIndexOf(".") + 1);
  if (v.kind === "map") {
    for (const p of v.pairs) {
      const next = `${path}.${p.key}`;
      if (p.value && next !== ".network.nodes" && next !== ".network.bonds") walk(p.value, next, text, nodes, bonds, spans);
    }
  } else if (v.kind === "list") {
    drop(v, (i) => about(v.items[i]!, key, nodes, bonds), text, spans, (x) => walk(x, path, text, nodes, bonds, spans));
  } else if (nodeKeys.has(key)) number(v, nodes, spans);
  else if (bondKeys.has(key)) number(v, bonds, spans);
}

function splice(text: string, spans: Span[]): string {
  spans.sort((a, b) => a.from - b.from);
  let out = "", at = 0;
  for (const s of spans) {
    if (s.from < at) continue; // within what is gone
    out += text.slice(at, s.from) + s.text;
    at = s.to;
  }
  return out + text.slice(at);
}
