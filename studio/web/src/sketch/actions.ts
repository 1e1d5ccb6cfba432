// What drawing does to the text: each action is one change of a few keys.
import { flow, items, at } from "./yaml";
import { said } from "./quantity";
import type { Entry, Plan } from "./plan";
import type { Edits, Sketch } from "./state";

const list = (all: (string | number)[]) => `[${all.join(", ")}]`;

/** Holds a node along every axis, or along some, or lets it go where it is held so already. */
export function hold(s: Sketch, node: number, how: "pinned" | "x" | "y" | "z" | "free"): Promise<void> {
  return s.edit((plan) => {
    const pinned = items(plan.root, "supports", "pinned").map((v) => flow(v, plan.text)), on = plan.pinned.includes(node);
    const roller = plan.rollers.find((r) => r.node === node);
    const without = plan.pinned.length === pinned.length ? pinned.filter((w) => Number(w) !== node)
      : pinned.flatMap((w) => (w.includes("..") ? spread(w, node) : Number(w) === node ? [] : [w]));
    const set: [string, string][] = [], remove: string[] = [];
    if (how === "pinned" && !on) {
      set.push(["supports.pinned", list([...pinned, String(node)])]);
      if (roller) remove.push(roller.path);
      return { set, remove, said: `Node ${node} is pinned.` };
    }
    if (on) set.push(["supports.pinned", list(without)]);
    if (how === "pinned" || how === "free") {
      if (roller) remove.push(roller.path);
      return { set, remove, said: on || roller ? `Node ${node} is free.` : `Node ${node} is not held.` };
    }
    if (!roller) set.push([`supports.rollers[${items(plan.root, "supports", "rollers").length + 1}]`, `{node: ${node}, held: ${how}}`]);
    else {
      const held = roller.held.includes(how) ? roller.held.replace(how, "") : [..."xyz"].filter((a) => a === how || roller.held.includes(a)).join("");
      if (held === "") remove.push(roller.path); else set.push([`${roller.path}.held`, held]);
      return { set, remove, said: held ? `Node ${node} is held along ${held}.` : `Node ${node} is free.` };
    }
    return { set, remove, said: `Node ${node} is held along ${how}.` };
  });
}

/** A range such as 4..9 without one of its numbers. */
function spread(word: string, node: number): string[] {
  const [from, to] = word.split("..").map(Number) as [number, number];
  if (node < from || node > to) return [word];
  return Array.from({ length: to - from + 1 }, (_, k) => from + k).filter((n) => n !== node).map(String);
}

/** Sets one push: the force on a node along a direction; it replaces one of the same axis. */
export function push(s: Sketch, node: number, along: string, force: string): Promise<void> {
  return s.edit((plan) => put(plan, s.caseAt.value, "push", node, along, `force: ${force}`, `Node ${node} is pushed along ${along} with ${force}.`));
}

/** Where a node is to go along an axis. */
export function target(s: Sketch, node: number, moves: { along: string; move: string }[]): Promise<void> {
  return s.edit((plan) => {
    const set: [string, string][] = [], remove: string[] = [];
    let extra = 0;
    for (const m of moves) {
      const e = put(plan, s.caseAt.value, "want", node, m.along, plan.most ? wants(plan, s.caseAt.value) : `move: ${m.move}`, "", extra);
      set.push(...e.set!); remove.push(...(e.remove ?? []));
      if (e.set!.some(([p]) => p.endsWith(`want[${cases(plan, s.caseAt.value).want.length + 1 + extra}]`))) extra++;
    }
    return { set, remove, said: plan.most ? `Node ${node} is read.` : `Node ${node} is to go ${moves.map((m) => `${m.move} along ${m.along}`).join(" and ")}.` };
  });
}

/** Reads a node along y, then x, then not. */
export function read(s: Sketch, node: number): Promise<void> {
  return s.edit((plan) => {
    const own = cases(plan, s.caseAt.value).want.filter((e) => e.node === node && e.plain);
    const first = plan.dim === 1 ? "x" : "y", next = plan.dim === 1 ? undefined : "x";
    if (own.length === 0) return put(plan, s.caseAt.value, "want", node, first, wants(plan, s.caseAt.value), `Node ${node} is read along ${first}.`);
    if (own.length === 1 && next && own[0]!.along === first) return { set: [[`${own[0]!.path}.along`, next]], said: `Node ${node} is read along ${next}.` };
    return { remove: own.map((e) => e.path).reverse(), said: `Node ${node} is not read.` };
  });
}

/** What is wanted of an output that was just chosen: the first of those of which one moves most is the one. */
function wants(plan: Plan, i: number): string { return !plan.most ? "move: 0 mm" : cases(plan, i).want.some((e) => e.most) ? "" : "most: true"; }

const empty = { push: [] as Entry[], want: [] as Entry[] };
const cases = (plan: Plan, i: number) => plan.cases[i] ?? empty;

function put(plan: Plan, i: number, key: "push" | "want", node: number, along: string, rest: string, text: string, extra = 0): Edits {
  const own = cases(plan, i)[key], entry = `{node: ${node}, along: ${along}${rest ? `, ${rest}` : ""}}`, axis = along.replace("-", "");
  const same = own.find((e) => e.node === node && e.plain && e.along.replace("-", "") === axis);
  const done: Edits = { set: [], said: text };
  if (same) {
    if (same.along !== along) done.set!.push([`${same.path}.along`, along]);
    if (rest) done.set!.push([`${same.path}.${rest.slice(0, rest.indexOf(":"))}`, rest.slice(rest.indexOf(":") + 2)]);
    return done;
  }
  if (plan.cases[i]) done.set!.push([`task.cases[${i + 1}].${key}[${own.length + 1 + extra}]`, entry]);
  else if (at(plan.root, "task", "cases")) done.set!.push([`task.cases[${plan.cases.length + 1}]`, caseOf(key, entry)]);
  else done.set!.push(["task", `{kind: behaviour, cases: [${caseOf(key, entry)}]}`]);
  return done;
}

function caseOf(key: "push" | "want", entry: string): string {
  return key === "push" ? `{push: [${entry}], want: []}` : `{push: [], want: [${entry}]}`;
}

export function addCase(s: Sketch): Promise<void> {
  return s.edit((plan) => {
    const last = plan.cases.at(-1), n = plan.cases.length + 1;
    const want = last?.want.filter((e) => e.plain).map((e) => `{node: ${e.node}, along: ${e.along}${plan.most ? "" : ", move: 0 mm"}}`) ?? [];
    return { set: [[`task.cases[${n}]`, `{push: [], want: ${list(want)}}`]], said: `Case ${n} is there: push another node, and say what is wanted.`,
      also: () => { s.caseAt.value = n - 1; } };
  });
}

export function removeCase(s: Sketch, i: number): Promise<void> {
  return s.edit(() => ({ remove: [`task.cases[${i + 1}]`], said: `Case ${i + 1} is taken out.`, also: () => { s.caseAt.value = Math.max(0, i - 1); } }));
}

export function removeEntry(s: Sketch, e: Entry): Promise<void> {
  return s.edit(() => ({ remove: [e.path], said: "Taken out." }));
}

/** Which output must move most: exactly one. */
export function most(s: Sketch, entry: Entry): Promise<void> {
  return s.edit((plan) => {
    const own = cases(plan, s.caseAt.value).want;
    return { set: [[`${entry.path}.most`, "true"]], remove: own.filter((e) => e.most && e.path !== entry.path).map((e) => `${e.path}.most`),
      said: `Node ${entry.node} is to move most.` };
  });
}

/** Displacements that are wanted, or one output that moves most. */
export function goal(s: Sketch, kind: "move" | "most"): Promise<void> {
  return s.edit((plan) => {
    if ((kind === "most") === plan.most) return undefined;
    const set: [string, string][] = [["task.loss", kind === "most" ? "cross-entropy" : "mean-square"]], remove: string[] = [];
    for (const c of plan.cases) {
      c.want.forEach((e, i) => {
        if (kind === "move") { if (e.most) remove.push(`${e.path}.most`); if (!e.size) set.push([`${e.path}.move`, "0 mm"]); }
        else { if (e.size) remove.push(`${e.path}.move`); if (i === 0) set.push([`${e.path}.most`, "true"]); }
      });
    }
    set.push(["learn.method", kind === "most" ? "frank-wolfe" : "levenberg-marquardt"]);
    return { set, remove, said: kind === "most" ? "One output is to move most: choose which in the table." : "Outputs are to go where they are dragged." };
  });
}

export function field(s: Sketch, path: string, value: string, text: string): Promise<void> {
  return s.edit(() => (value.trim() === "" ? { remove: [path], said: text } : { set: [[path, value.trim()]], said: text }));
}

/** A force of a size that suits: a push that stretches a middling bond by a fiftieth, to one figure. */
export function usualForce(spacing: number, stiffness: number): string { return said(stiffness * spacing * 0.02, "N", 1); }
