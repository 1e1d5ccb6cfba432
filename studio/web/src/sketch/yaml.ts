// The experiment file as a tree with places, read by the editor's own parser: so drawing sees the same text as the eye.
import { yamlLanguage } from "@codemirror/lang-yaml";
import type { SyntaxNode } from "@lezer/common";

export interface Scalar { kind: "scalar"; from: number; to: number; text: string }
export interface List { kind: "list"; from: number; to: number; items: Value[] }
export interface Mapping { kind: "map"; from: number; to: number; pairs: { key: string; from: number; to: number; value: Value | undefined }[] }
export type Value = Scalar | List | Mapping;

/** The tree of a text, and whether it is YAML at all; broken is where it is not. */
export function parse(text: string): { root: Value | undefined; broken: number | undefined } {
  const tree = yamlLanguage.parser.parse(text);
  let broken: number | undefined;
  tree.iterate({ enter: (n) => { if (n.type.isError && broken === undefined) broken = n.from; } });
  const documents = tree.topNode.getChildren("Document");
  return { root: documents[0] && inner(documents[0], text), broken: broken ?? (documents.length > 1 ? documents[1]!.from : undefined) };
}

/** What is at a path of keys and of entries, which count from 0. */
export function at(value: Value | undefined, ...path: (string | number)[]): Value | undefined {
  for (const step of path) {
    if (typeof step === "number") value = value?.kind === "list" ? value.items[step] : undefined;
    else value = value?.kind === "map" ? value.pairs.find((p) => p.key === step)?.value : undefined;
  }
  return value;
}

/** The word or number at a path, without quotes. */
export function word(value: Value | undefined, ...path: (string | number)[]): string | undefined {
  const v = at(value, ...path);
  return v?.kind === "scalar" ? v.text : undefined;
}

export function items(value: Value | undefined, ...path: (string | number)[]): Value[] {
  const v = at(value, ...path);
  return v?.kind === "list" ? v.items : [];
}

/** A value in one line, its scalars to the letter. */
export function flow(value: Value | undefined, text: string): string {
  if (!value) return "null";
  if (value.kind === "list") return `[${value.items.map((x) => flow(x, text)).join(", ")}]`;
  if (value.kind === "map") return `{${value.pairs.map((p) => `${text.slice(p.from, p.to)}: ${flow(p.value, text)}`).join(", ")}}`;
  return text.slice(value.from, value.to);
}

const kinds = new Set(["BlockMapping", "FlowMapping", "BlockSequence", "FlowSequence", "Literal", "QuotedLiteral", "BlockLiteral", "Tagged", "Anchored", "Alias"]);

function inner(node: SyntaxNode, text: string): Value | undefined {
  for (let n = node.firstChild; n; n = n.nextSibling) if (kinds.has(n.name)) return read(n, text);
  return undefined;
}

function read(n: SyntaxNode, text: string): Value {
  const { from, to } = n;
  if (n.name === "BlockMapping" || n.name === "FlowMapping") {
    const pairs: Mapping["pairs"] = [];
    for (const pair of n.getChildren("Pair")) {
      const key = pair.getChild("Key");
      if (!key) continue;
      let value: Value | undefined;
      for (let v = key.nextSibling; v; v = v.nextSibling) if (kinds.has(v.name)) value = read(v, text);
      pairs.push({ key: bare(text.slice(key.from, key.to)), from: key.from, to: key.to, value });
    }
    return { kind: "map", from, to, pairs };
  }
  if (n.name === "BlockSequence" || n.name === "FlowSequence") {
    const list = n.getChildren("Item").map((i) => inner(i, text)).filter((v) => v !== undefined);
    return { kind: "list", from, to, items: list };
  }
  return { kind: "scalar", from, to, text: bare(text.slice(from, to)) };
}

function bare(text: string): string {
  const quote = text[0];
  return text.length > 1 && (quote === "'" || quote === '"') && text.endsWith(quote) ? text.slice(1, -1) : text.trim();
}
