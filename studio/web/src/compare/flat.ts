// A resolved experiment as keys and values, so that two can be held against each other key by key. It reads what the program
// writes (maps by indentation, lists and maps in braces), not YAML at large.

/** task.inputs[2].force -> 49 mN, in the order of the file. Lists count from 1. */
export function flat(text: string): Map<string, string> {
  const out = new Map<string, string>();
  const at: { indent: number; path: string; count: number }[] = [{ indent: -1, path: "", count: 0 }];
  for (const line of text.split("\n")) {
    const m = /^( *)(- )?(.*?)\s*$/.exec(line)!;
    const indent = m[1]!.length, rest = m[3]!;
    if (!rest || (rest.startsWith("#") && !m[2])) continue;
    while (at[at.length - 1]!.indent >= indent + (m[2] ? 1 : 0)) at.pop();
    const parent = at[at.length - 1]!;
    let path = parent.path, inner = indent;
    if (m[2]) {
      path = `${parent.path}[${++parent.count}]`;
      at.push({ indent: indent + 1, path, count: 0 });
      inner = indent + 2;
    }
    const pair = key(rest);
    if (!pair) { put(out, path, rest); continue; }
    const name = path ? `${path}.${pair[0]}` : pair[0];
    if (pair[1]) put(out, name, pair[1]);
    else at.push({ indent: inner, path: name, count: 0 });
  }
  return out;
}

function key(text: string): [string, string] | undefined {
  const m = /^([A-Za-z_][\w-]*):(?:\s+(.*))?$/.exec(text);
  return m ? [m[1]!, m[2] ?? ""] : undefined;
}

/** A value, or the values of a list or map in braces that has maps in it. Lists of plain values stay whole. */
function put(out: Map<string, string>, path: string, text: string): void {
  const inside = /^([[{])(.*)[\]}]$/.exec(text);
  if (!inside) { out.set(path, text.replace(/^"(.*)"$/, "$1")); return; }
  const parts = split(inside[2]!);
  if (inside[1] === "[" && !parts.some((p) => /^[[{]/.test(p))) { out.set(path, text); return; }
  parts.forEach((part, i) => {
    const pair = inside[1] === "{" ? /^([^:]+):\s*(.*)$/.exec(part) : undefined;
    put(out, pair ? `${path}.${pair[1]}` : `${path}[${i + 1}]`, pair ? pair[2]! : part);
  });
}

/** Parts between commas that stand in no braces and no quotes. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0, quoted = false, from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"' && text[i - 1] !== "\\") quoted = !quoted;
    else if (quoted) continue;
    else if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth--;
    else if (c === "," && depth === 0) { parts.push(text.slice(from, i).trim()); from = i + 1; }
  }
  const last = text.slice(from).trim();
  return last ? [...parts, last] : parts;
}

export interface Difference { key: string; values: (string | undefined)[]; same: boolean }

/** All keys of some experiments, in the order in which they come; a key that one does not have is undefined there. */
export function differences(texts: readonly (string | undefined)[]): Difference[] {
  const maps = texts.map((t) => flat(t ?? "")), keys: string[] = [];
  const known = new Set<string>();
  for (const m of maps) for (const k of m.keys()) if (!known.has(k)) { known.add(k); keys.push(k); }
  return keys.map((k) => {
    const values = maps.map((m) => m.get(k)), read = values.filter((_, i) => texts[i] !== undefined);
    return { key: k, values, same: read.every((v) => v === read[0]) };
  });
}
