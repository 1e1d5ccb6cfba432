// What to do next, and what is wrong: errors with their lines, warnings, motions that cost nothing.
import { Button } from "../ui/controls";
import { place } from "./editor";
import { value } from "./quantity";
import { parse } from "./yaml";
import type { Plan } from "./plan";
import type { Sketch } from "./state";

/** The next thing that a sketch needs, in the order in which people draw; undefined where the program's own words are due. */
export function next(plan: Plan, floppy: boolean): string | undefined {
  if (plan.text.trim() === "" || (!plan.lattice && plan.nodes?.length === 0)) return "Make a lattice at the left, or draw: Node (n) places nodes, Bond (b) joins them.";
  if (plan.kind && plan.kind !== "behaviour") return undefined;
  if (!/^supports:/m.test(plan.text) || (plan.pinned.length === 0 && plan.rollers.length === 0 && /^supports:\s*(\{\s*(pinned:\s*\[\s*\])?\s*\})?\s*$/m.test(plan.text))) return "Hold it: with Pin (p) click two nodes.";
  if (floppy) return undefined; // that comes first
  const c = plan.cases;
  if (c.every((x) => x.push.length === 0)) return "Push it: with Push (u) drag an arrow out of a node.";
  const empty = c.findIndex((x) => x.push.length === 0);
  if (empty >= 0) return `Push something in case ${empty + 1}.`;
  if (c.some((x) => x.want.length === 0)) return plan.most ? "Say what is read: with Read (r) click the nodes of which one is to move most." : "Say what it should do: with Target (t) drag a node to where it should go.";
  const wants = c.flatMap((x) => x.want);
  if (!plan.most && wants.length && wants.every((e) => e.plain && value(e.size, "m") === 0)) return `Say where node ${wants[0]!.node} should go: with Target (t) drag it there.`;
  return undefined;
}

export function Advice({ s, trained }: { s: Sketch; trained: boolean }) {
  const plan = s.plan.value, checked = s.checked.value, fresh = s.fresh(), trouble = s.trouble.value, motions = checked?.mechanisms ?? [];
  const hint = plan.broken ? undefined : next(plan, motions.length > 0), errors = checked?.errors ?? [], warnings = checked?.warnings ?? [];
  const list = errors.length > 0 && <ul class="complaints">{errors.slice(0, 30).map((e, i) => <li key={i}>
    {e.line ? <Button kind="quiet" onClick={() => show(s, e)}>Line {e.line}</Button> : null}
    <span>{e.code && <code>{e.code}</code>} {e.message}{e.help && <span class="soft"> {e.help}</span>}</span>
  </li>)}</ul>;
  return <section class="card sketch-advice" aria-labelledby="sketch-advice" aria-busy={!fresh}>
    <h2 id="sketch-advice" class="unseen">What is next</h2>
    <div role="status">
      {trouble ? <p class="bad"><strong>The engine says:</strong> {trouble.message} {trouble.help}</p>
        : plan.broken ? <p class="bad"><strong>The text is no YAML{where(plan)}.</strong> Drawing waits until it is mended or undone (Ctrl+Z).</p>
        : hint ? <p><strong>Next:</strong> {hint}</p>
        : !checked ? <p>The engine starts…</p>
        : motions.length ? <p class="bad"><strong>{motions.length === 1 ? "It is floppy: one motion costs nothing." : `It is floppy: ${motions.length} motions cost nothing.`}</strong> Add a bond or a support where it moves.</p>
        : errors.length ? <p class="bad"><strong>{errors.length === 1 ? "One thing is wrong." : `${errors.length} things are wrong.`}</strong></p>
        : trained ? <p><strong>Trained.</strong> What came out stands under Train; move the load to see its answer.</p>
        : <p class="good"><strong>It stands and can learn.</strong> Train it, or move the load to see its answer.</p>}
    </div>
    {motions.length > 0 && <ul class="complaints">{motions.slice(0, 8).map((m, i) => <li key={i}>
      <Button pressed={s.mode.value === i} onClick={() => { s.mode.value = i; }} label={`Show motion ${i + 1}`}>{i + 1}</Button><span>{m.text}</span></li>)}
      {motions.length > 8 && <li>and {motions.length - 8} more</li>}</ul>}
    {list && (hint || motions.length > 0 ? <details><summary>What the program says ({errors.length})</summary>{list}</details> : list)}
    {warnings.length > 0 && <ul class="complaints warn">{warnings.map((w, i) => <li key={i}><span>{w.code && <code>{w.code}</code>} {w.text}{w.help && <span class="soft"> {w.help}</span>}</span></li>)}</ul>}
  </section>;
}

function where(plan: Plan): string {
  const at = parse(plan.text).broken;
  return at === undefined ? "" : ` at line ${plan.text.slice(0, at).split("\n").length}`;
}

function show(s: Sketch, e: Parameters<typeof place>[1]): void {
  const lines = s.text.value.split("\n"), line = Math.min(Math.max(e.line ?? 1, 1), lines.length);
  const start = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0), letters = Array.from(lines[line - 1] ?? "");
  const until = (n: number) => start + letters.slice(0, Math.max(0, n)).join("").length;
  s.editor?.show(until((e.column ?? 1) - 1), until((e.end ?? (e.column ?? 1) + 1) - 1));
}
