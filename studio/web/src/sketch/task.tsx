// Load cases: what pushes, and what is to come out. The same as drawing, by fields.
import { useState } from "preact/hooks";
import { Button, Choice } from "../ui/controls";
import { Tabs } from "../ui/tabs";
import { addCase, goal, most, push, removeCase, removeEntry, target, usualForce } from "./actions";
import { Field, Pick } from "./fields";
import { modelOf } from "./model";
import type { Entry } from "./plan";
import type { Sketch } from "./state";

const axes = (dim: number) => ["x", "-x", "y", "-y", "z", "-z"].slice(0, 2 * dim);

export function TaskCard({ s }: { s: Sketch }) {
  const plan = s.plan.value;
  if (plan.kind && plan.kind !== "behaviour") return <section class="card" aria-labelledby="sketch-task">
    <h2 id="sketch-task">Task</h2>
    <p>A {plan.kind}: it learns from data, which the text names. Its ports are changed there.</p>
  </section>;
  const n = Math.max(plan.cases.length, 1), at = Math.min(s.caseAt.value, n - 1);
  return <section class="card" aria-labelledby="sketch-task">
    <h2 id="sketch-task">Task</h2>
    <Choice label="Goal" hidden value={plan.most ? "most" : "move"} options={[{ value: "move", name: "reach targets" }, { value: "most", name: "one moves most" }]} onChange={(k) => void goal(s, k)} />
    <div class="sketch-cases">
      <Tabs label="Load cases" value={String(at)} tabs={Array.from({ length: n }, (_, i) => ({ value: String(i), name: `Case ${i + 1}` }))}
        onChange={(v) => { s.caseAt.value = Number(v); void s.solve(); }}>
        <CaseTable s={s} at={at} />
        <div class="row"><Button onClick={() => void addCase(s)}>Add a case</Button>
          {n > 1 && <Button kind="quiet" onClick={() => void removeCase(s, at)}>Remove case {at + 1}</Button>}</div>
      </Tabs>
    </div>
  </section>;
}

function CaseTable({ s, at }: { s: Sketch; at: number }) {
  const plan = s.plan.value, c = plan.cases[at] ?? { push: [], want: [] };
  return <>
    <h3>Pushed</h3>
    {c.push.length === 0 && <p class="small soft">Nothing yet: with Push (u) drag an arrow out of a node.</p>}
    {c.push.map((e) => <Row key={e.path} s={s} e={e} kind="push" />)}
    <Add s={s} name="Push" act={(node) => void push(s, node, plan.dim === 1 ? "x" : "-y", force(s))} />
    <h3>{plan.most ? "Read" : "Wanted"}</h3>
    {c.want.length === 0 && <p class="small soft">{plan.most ? "Nothing yet: with Read (r) click the nodes that compete." : "Nothing yet: with Target (t) drag a node to where it should go."}</p>}
    {c.want.map((e) => <Row key={e.path} s={s} e={e} kind="want" />)}
    <Add s={s} name={plan.most ? "Read" : "Target"} act={(node) => void target(s, node, [{ along: plan.dim === 1 ? "x" : "y", move: "0 mm" }])} />
  </>;
}

function force(s: Sketch): string {
  const m = modelOf(s);
  return m ? usualForce(m.spacing, m.stiffness) : "10 mN";
}

function Row({ s, e, kind }: { s: Sketch; e: Entry; kind: "push" | "want" }) {
  const plan = s.plan.value, key = kind === "push" ? "force" : "move", what = `${kind === "push" ? "Push of" : "Target of"} node ${e.node ?? ""}`;
  const chosen = s.node.value !== undefined && s.node.value === e.node;
  if (!e.plain) return <div class="entry"><code>{e.said}</code><Remove s={s} e={e} what={what} /></div>;
  const dirs = axes(plan.dim), all = dirs.includes(e.along) ? dirs : [e.along, ...dirs];
  return <div class={chosen ? "entry chosen" : "entry"}>
    <Button kind="quiet" onClick={() => { s.node.value = e.node; }} title="Show it in the drawing">Node {e.node}</Button>
    <Pick label={`${what}: direction`} hidden value={e.along} options={all} onChange={(v) => void s.edit(() => ({ set: [[`${e.path}.along`, v]], said: `${what} is along ${v}.` }))} />
    {kind === "want" && plan.most
      ? <label class="check"><input type="radio" aria-label={`Node ${e.node} moves most`} name={`most-${e.path.replace(/\.want.*/, "")}`} checked={e.most} onChange={() => void most(s, e)} /><span>most</span></label>
      : <Field label={`${what}: ${key}`} hidden s={s} path={`${e.path}.${key}`} value={e.size ?? ""} empty={kind === "push" ? "49 mN" : "0 mm"} short />}
    <Remove s={s} e={e} what={what} />
  </div>;
}

function Remove({ s, e, what }: { s: Sketch; e: Entry; what: string }) {
  return <Button kind="quiet" label={`Remove: ${what}`} onClick={() => void removeEntry(s, e)}>✕</Button>;
}

function Add({ s, name, act }: { s: Sketch; name: string; act: (node: number) => void }) {
  const [node, setNode] = useState("");
  const number = node === "" ? s.node.value : /^\d+$/.test(node) ? Number(node) : undefined;
  return <form class="entry" onSubmit={(e) => { e.preventDefault(); if (number) { act(number); s.node.value = number; setNode(""); } }}>
    <label class="field"><span>Node</span><input type="text" inputMode="numeric" class="tiny" value={node} placeholder={s.node.value === undefined ? "" : String(s.node.value)} onInput={(e) => setNode(e.currentTarget.value)} /></label>
    <Button type="submit" disabled={!number}>{name} it</Button>
  </form>;
}
