// Until the engine edits: the same by the editor's tree. To be deleted.
import { at, flow, parse, type Value } from "./yaml";

export function edit(text: string, set: [string, string][], remove: string[] = []): string {
  for (const [path, value] of set) text = one(text, path, value);
  for (const path of remove) text = without(text, path);
  return text;
}
const steps = (path: string) => path.replace(/\[(\d+)\]/g, ".$1").split(".").map((s) => (/^\d+$/.test(s) ? Number(s) - 1 : s));

function one(text: string, path: string, value: string): string {
  const all = steps(path), { root } = parse(text);
  for (let n = all.length; n >= 0; n--) {
    const there = n ? at(root, ...all.slice(0, n)) : root;
    if (n === all.length) { if (there) return put(text, there, value, column(text, root, all)); continue; }
    const key = all[n]!;
    const rest = all.slice(n + 1).reverse().reduce<string>((v, s) => (typeof s === "number" ? `[${v}]` : `{${s}: ${v}}`), value);
    if (n > 0 && !there) continue;
    if (!there) return `${text.replace(/\s*$/, "\n")}${String(key)}: ${rest}\n`;
    if (there.kind === "map" && text[there.from] !== "{") {
      const pad = " ".repeat(n ? column(text, root, all.slice(0, n)) + 2 : 0);
      const pair = there.pairs.find((p) => p.key === key);
      if (pair) return text.slice(0, pair.to) + ": " + lines(rest, pad) + text.slice(text.indexOf("\n", pair.to) < 0 ? text.length : text.indexOf("\n", pair.to));
      return text.slice(0, there.to).replace(/\s*$/, "") + `\n${pad}${String(key)}: ${lines(rest, pad)}` + text.slice(there.to);
    }
    if (there.kind === "map") return text.slice(0, there.to - 1).replace(/,?\s*$/, "") + `${there.pairs.length ? ", " : ""}${String(key)}: ${rest}}` + text.slice(there.to);
    if (there.kind === "list" && text[there.from] === "[") return text.slice(0, there.to - 1) + (there.items.length ? ", " : "") + rest + text.slice(there.to - 1);
    if (there.kind === "list") {
      const pad = " ".repeat(column(text, root, [...all.slice(0, n), 0]));
      return text.slice(0, there.to) + `\n${pad}- ${lines(rest, pad)}` + text.slice(there.to);
    }
    return put(text, there, rest, column(text, root, all.slice(0, n)));
  }
  return text;
}
function without(text: string, path: string): string {
  const all = steps(path), { root } = parse(text), parent = at(root, ...all.slice(0, -1)), last = all.at(-1)!;
  if (!parent || parent.kind === "scalar") return text;
  const list = parent.kind === "list" ? parent.items.map((v) => ({ from: v.from, to: v.to })) : parent.pairs.map((p) => ({ from: p.from, to: p.value?.to ?? p.to }));
  const i = parent.kind === "list" ? (last as number) : parent.pairs.findIndex((p) => p.key === last);
  const one = list[i];
  if (!one) return text;
  if ("[{".includes(text[parent.from]!)) {
    const next = list[i + 1], before = list[i - 1];
    return next ? text.slice(0, one.from) + text.slice(next.from) : text.slice(0, before ? before.to : parent.from + 1) + text.slice(one.to);
  }
  const start = text.lastIndexOf("\n", one.from), end = text.indexOf("\n", one.to);
  if (parent.kind === "list" && list.length === 1) return text.slice(0, text.lastIndexOf("\n", parent.from)).trimEnd() + " []" + text.slice(parent.to);
  return text.slice(0, start) + text.slice(end < 0 ? text.length : end);
}
function lines(value: string, pad: string): string { return value.includes("\n") ? "\n" + value.split("\n").map((l) => pad + "  " + l).join("\n") : value; }
function put(text: string, there: Value, value: string, col: number): string {
  let start = there.from;
  const nl = text.lastIndexOf("\n", there.from);
  if (text[there.from] !== "[" && text[there.from] !== "{" && there.kind !== "scalar" && text.slice(nl + 1, there.from).trim() === "") start = nl;
  const v = lines(value, " ".repeat(col));
  return text.slice(0, start).replace(/ $/, "") + (v.startsWith("\n") ? v : " " + v) .replace(/^ /, text[start - 1] === " " || start === there.from ? (/[ ]$/.test(text.slice(0, start)) ? " " : (text[start - 1] === "[" || text[start-1] === "," ? "" : " ")) : " ") + text.slice(there.to);
}
function column(text: string, root: Value | undefined, path: (string | number)[]): number {
  const parent = at(root, ...path.slice(0, -1));
  const last = path.at(-1);
  if (parent?.kind === "map") { const p = parent.pairs.find((q) => q.key === last); if (p) { const l = text.lastIndexOf("\n", p.from) + 1; return /^\s*(- )?/.exec(text.slice(l, p.from))![0].length; } }
  return parent ? parent.from - (text.lastIndexOf("\n", parent.from) + 1) : 0;
}
void flow;
