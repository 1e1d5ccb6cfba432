// A sketch: its text is the only state. Everything else follows from it, or is a view of it.
import { computed, signal } from "@preact/signals";
import { engineFor } from "../engine/choose";
import type { Engine } from "../engine/engine";
import { EngineError, type Checked, type Complaint, type Files, type Geometry, type Opened, type Shape, type Solved } from "../engine/protocol";
import { planOf, type Plan } from "./plan";
import type { Pulled } from "./probe";

export type Tool = "select" | "node" | "bond" | "delete" | "pin" | "roller-x" | "roller-y" | "push" | "read" | "target";
export interface Edits { set?: [path: string, value: string][]; remove?: string[]; text?: string; after?: (plan: Plan) => string; said: string; also?: () => void }

/** How the text is changed: the editor, which keeps the history of both hands. */
export interface Editor { replace(text: string, of: string): void; undo(): void; redo(): void; show(from: number, to?: number): void; focus(): void }

export class Sketch {
  readonly text = signal("");
  readonly files = signal<Files>({});
  readonly plan = computed<Plan>(() => planOf(this.text.value));
  readonly checked = signal<Checked | undefined>(undefined);
  readonly checkedText = signal("");              // what it is about
  readonly shown = signal<{ shape: Shape; geometry: Geometry } | undefined>(undefined); // the last lattice there was
  readonly opened = signal<Opened | undefined>(undefined);
  readonly solved = signal<Solved | undefined>(undefined);
  readonly trouble = signal<Complaint | undefined>(undefined); // what went wrong beside the text
  readonly tool = signal<Tool>("select");
  readonly node = signal<number | undefined>(undefined);    // chosen, from 1
  readonly bond = signal<number | undefined>(undefined);
  readonly caseAt = signal(0);
  readonly load = signal(1);                      // share of the pushes
  readonly magnify = signal(10);
  readonly theta = signal<Float64Array | undefined>(undefined); // of a training
  readonly pulled = signal<Pulled | undefined>(undefined);   // a node under the hand
  readonly from = signal<number | undefined>(undefined);    // where a bond begins
  readonly sheet = signal(0);                     // counts texts that were opened: each has a view of its own
  readonly mode = signal(0);                      // the mechanism that is shown
  readonly note = signal("");                     // what the last action did
  editor: Editor | undefined;
  name = "sketch.yaml";

  private queue: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private checking = false;
  private solving = false;
  private again = false;
  private closed = false;

  readonly engine = engineFor(0);                 // of the text
  private solver: Engine = this.engine;           // of what is open
  pushed: Opened | undefined;                     // where it is not said yet what is wanted: the lattice under its pushes alone

  /** The engine for a lattice as large as the last one: in the page, or in the server. */
  heavy(): Engine { return engineFor(this.shown.value?.shape.elements ?? 0); }

  /** The text is another: it is checked soon. */
  changed(text: string): void {
    if (text === this.text.value) return;
    this.text.value = text;
    this.note.value = "";
    this.theta.value = undefined;
    const { cases, broken } = this.plan.value;
    if (!broken && cases.length > 0 && this.caseAt.value >= cases.length) this.caseAt.value = cases.length - 1; // the one that was shown is gone
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), 120);
  }

  use(tool: Tool): void { this.tool.value = tool; this.from.value = undefined; this.note.value = ""; }

  fresh(): boolean { return this.checkedText.value === this.text.value; }

  /** Changes the text by keys, as one step of the history. Drawing waits while the text is no YAML. */
  edit(make: (plan: Plan) => Edits | undefined): Promise<void> {
    this.queue = this.queue.then(async () => {
      for (let tries = 0; tries < 3; tries++) { // somebody may type meanwhile
        const before = this.text.value, plan = this.plan.value;
        if (plan.broken) { this.note.value = "Drawing waits: the text is no YAML where the mark is. Mend it or undo."; return; }
        const edits = make(plan);
        if (!edits) return;
        if (!edits.set?.length && !edits.remove?.length && edits.text === undefined) { this.note.value = edits.said; return; }
        let text = edits.text ?? before;
        if (edits.set?.length || edits.remove?.length) text = await this.engine.edit(text, edits.set ?? [], edits.remove ?? []);
        if (edits.after) text = edits.after(planOf(text));
        if (this.text.value !== before) continue;
        this.editor?.replace(text, before);
        this.note.value = edits.said;
        edits.also?.();
        return;
      }
    }).catch((e: unknown) => { this.note.value = e instanceof Error ? e.message : String(e); });
    return this.queue;
  }

  source(text = this.text.value) { return { name: this.name, text, files: this.files.value }; }

  /** Checks what the text says now; one check at a time, and the last text wins. */
  async check(): Promise<void> {
    if (this.closed) return;
    if (this.checking) { this.again = true; return; }
    this.checking = true;
    try {
      do {
        this.again = false;
        const text = this.text.value;
        const checked = await this.look(text);
        if (text !== this.text.value) { this.again = true; continue; }
        if (checked.shape && checked.geometry) this.shown.value = { shape: checked.shape, geometry: checked.geometry };
        this.checked.value = checked;
        this.checkedText.value = text;
        this.trouble.value = undefined;
        await this.reopen(text, checked.errors.length === 0);
      } while (this.again && !this.closed);
    } catch (e) {
      this.trouble.value = complaint(e);
    } finally {
      this.checking = false;
    }
    if (this.text.value !== this.checkedText.value && !this.trouble.value) void this.check();
  }

  /** What the engine says; of a sketch that has no task yet the lattice as well, with its motions. */
  private async look(text: string): Promise<Checked> {
    const engine = this.heavy(), checked = await engine.check(this.source(text));
    if (checked.shape || this.plan.value.broken) return checked;
    for (const overrides of unfinished) {
      const drawn = await engine.check({ ...this.source(text), overrides }).catch(() => undefined);
      if (drawn?.shape && drawn.geometry) return { ...drawn, errors: checked.errors, warnings: checked.warnings };
    }
    return checked;
  }

  /** An engine in the server was away and has forgotten what was open: it is opened again. */
  async revive(): Promise<void> {
    if (!this.solver.afar) return;
    this.opened.value = this.pushed = undefined;
    await this.check();
  }

  private async reopen(text: string, valid: boolean): Promise<void> {
    const old = this.open;
    this.opened.value = this.pushed = undefined;
    this.solved.value = undefined;
    if (old) await this.solver.close(old.id).catch(() => undefined);
    const alone = valid ? undefined : pushes(this.plan.value);
    if (text !== this.text.value || (!valid && !alone)) return;
    this.solver = this.heavy();
    if (valid) this.opened.value = await this.solver.open(this.source(text));
    else this.pushed = await this.solver.open({ ...this.source(text), overrides: [alone!, "learn=null"] }).catch(() => undefined); // what else is wrong is told already
    await this.solve();
  }

  /** What is open: an experiment, or a lattice that is only pushed. */
  private get open(): Opened | undefined { return this.opened.value ?? this.pushed; }

  /** How the lattice answers the case that is shown, under the share of its load. */
  async solve(): Promise<void> {
    const o = this.open;
    if (!o || this.solving) return;
    this.solving = true;
    try {
      for (;;) {
        const load = this.load.value, row = this.caseAt.value, theta = this.theta.value;
        const input = this.input(o, o === this.pushed ? loaded(this.plan.value, row) : row)?.map((f) => f * load);
        if (!input) { this.solved.value = undefined; return; }
        const solved = await this.solver.solve(o.id, { input }, theta);
        if (this.open !== o) return;
        this.solved.value = solved;
        this.trouble.value = undefined;
        if (load === this.load.value && row === this.caseAt.value && theta === this.theta.value) return;
      }
    } catch (e) {
      if (this.open === o) { this.solved.value = undefined; this.trouble.value = complaint(e); }
    } finally {
      this.solving = false;
    }
  }

  /** Amplitudes at the inputs of a case (or of a sample of data). */
  private input(o: Opened, row: number): number[] | undefined {
    const part = o.shape.parts.find((p) => p.n > 0), p = o.shape.inputs.length;
    const all = part && o.geometry.parts[part.name]?.input;
    if (!all || !part || row < 0) return undefined;
    const at = Math.min(row, part.n - 1) * p;
    return Array.from(all.subarray(at, at + p));
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    const o = this.open;
    if (o) void this.solver.close(o.id).catch(() => undefined);
  }
}

/** What stands in for parts of a file that are not written yet, so that the rest of it can be drawn. */
const task = "task={kind: behaviour, cases: [{push: [{node: 1, along: x, force: 1 N}], want: [{node: 1, along: x, move: 1 mm}]}]}";
const unfinished = [[task], [task, "bonds={stiffness: 1..2 N/m}", "learn=null", "elements=null", "lab=null", "matter=null"]];

/** A task of the pushes alone: each case that has some, with the nodes that it reads; an output that nobody reads where it reads none. */
function pushes(plan: Plan): string | undefined {
  if (plan.kind !== undefined && plan.kind !== "behaviour") return undefined;
  const cases = plan.cases.filter((c) => c.push.length > 0).map((c) => {
    const read = c.want.filter((e) => e.plain), outputs = read.length ? read : c.push.filter((e) => e.node !== undefined).slice(0, 1);
    return outputs.length ? `{push: [${c.push.map((e) => e.said).join(", ")}], want: [${outputs.map((e) => `{node: ${e.node}, along: ${e.along}, move: 1 mm}`).join(", ")}]}` : undefined;
  });
  return cases.length === 0 || cases.includes(undefined) ? undefined : `task={kind: behaviour, cases: [${cases.join(", ")}]}`;
}

/** The place of a case among those that have pushes, -1 for one that has none. */
function loaded(plan: Plan, row: number): number {
  return plan.cases[row]?.push.length ? plan.cases.slice(0, row).filter((c) => c.push.length > 0).length : -1;
}

export function complaint(e: unknown): Complaint {
  return e instanceof EngineError ? e.complaint : { message: e instanceof Error ? e.message : String(e) };
}
