// What is chosen, and all that tools do to it, by fields and buttons; and the tables of nodes and bonds.
import { useMemo, useState } from "preact/hooks";
import { Button } from "../ui/controls";
import { Table, type Column } from "../ui/table";
import { Tabs } from "../ui/tabs";
import { hold, push, read, target, usualForce } from "./actions";
import { Pick } from "./fields";
import { addBond, addNode, moveNode, removeBond, removeNode } from "./lists";
import type { Model, Paint } from "./model";
import { round, said, value } from "./quantity";
import type { Sketch } from "./state";

type Held = "free" | "pinned" | "x" | "y" | "z" | "other";

function heldOf(s: Sketch, m: Model, node: number): Held {
  const i = m.index.get(node), parts = m.shape.supports.filter((p) => p.node === i).map((p) => p.part);
  if (s.plan.value.pinned.includes(node) || (parts.length === m.shape.dim && m.shape.dim > 0)) return "pinned";
  return parts.length === 0 ? "free" : parts.length === 1 ? (parts[0] as Held) : "other";
}

export function Chosen({ s, m }: { s: Sketch; m: Model }) {
  const node = s.node.value, bond = s.bond.value, plan = s.plan.value, g = m.geometry;
  if (node !== undefined && m.index.has(node)) {
    const i = m.index.get(node)!, held = heldOf(s, m, node), x = g.points[3 * i]!, y = g.points[3 * i + 1]!;
    return <section class="card sketch-chosen" aria-label={`Node ${node}`}>
      <div class="row"><h2>Node {node}</h2>
        {m.shape.dim === 2 && <>
          <Length label="x" value={x} onSet={(v) => void moveNode(s, node, v, y)} /><Length label="y" value={y} onSet={(v) => void moveNode(s, node, x, v)} /></>}
        <Pick label="Held" value={held} options={[["free", "free"], ["pinned", "pinned"], ...["x", "y", "z"].slice(0, m.shape.dim).map((a) => [a, `along ${a}`] as [string, string]), ...(held === "other" ? [["other", "along some"] as [string, string]] : [])]}
          onChange={(h) => void change(s, node, held, h as Held)} />
        <Button onClick={() => void push(s, node, m.shape.dim === 1 ? "x" : "-y", usualForce(m.spacing, m.stiffness))}>Push it</Button>
        {plan.most ? <Button onClick={() => void read(s, node)}>Read it</Button>
          : <Button onClick={() => void target(s, node, [{ along: m.shape.dim === 1 ? "x" : "y", move: said(-m.spacing / 40, "m", 1) }])}>Give it a target</Button>}
        <Join s={s} node={node} />
        <Button kind="danger" onClick={() => void removeNode(s, node)}>Delete</Button></div>
    </section>;
  }
  const e = bond === undefined ? -1 : g.number.indexOf(bond), cut = bond !== undefined && plan.cut.includes(bond);
  if (bond !== undefined && (e >= 0 || cut)) {
    return <section class="card sketch-chosen" aria-label={`Bond ${bond}`}><div class="row"><h2>Bond {bond}</h2>
      {e >= 0 && <span>from node {g.numbers[g.ends[2 * e]!]} to {g.numbers[g.ends[2 * e + 1]!] ?? "the ground"}</span>}
      {cut ? <span>is cut</span> : null}
      <Button kind="danger" onClick={() => void removeBond(s, bond)}>{cut ? "Put it back" : "Delete"}</Button></div></section>;
  }
  return <section class="card sketch-chosen" aria-label="Nothing is chosen"><p class="soft small">Click a node or a bond, or go with the arrows: here stands what can be done with it.</p></section>;
}

async function change(s: Sketch, node: number, was: Held, now: Held): Promise<void> {
  if (now === was || now === "other") return;
  if (now === "free" || now === "pinned") return hold(s, node, now);
  if (was !== "free") await hold(s, node, "free");
  return hold(s, node, now);
}

function Length({ label, value: v, onSet }: { label: string; value: number; onSet: (v: number) => void }) {
  const [typed, setTyped] = useState<string>(), [wrong, setWrong] = useState(false);
  const take = () => {
    if (typed === undefined) return;
    const next = value(typed, "m");
    setWrong(next === undefined);
    if (next === undefined) return;
    setTyped(undefined);
    if (next !== v) onSet(next);
  };
  return <label class="field"><span>{label}</span><input type="text" class="short" value={typed ?? said(v, "m", 6)} aria-invalid={wrong || undefined} title={wrong ? "a length with its unit, such as 16 mm" : undefined}
    onInput={(e) => setTyped(e.currentTarget.value)} onBlur={take} onKeyDown={(e) => { if (e.key === "Enter") take(); if (e.key === "Escape") setTyped(undefined); }} /></label>;
}

function Join({ s, node }: { s: Sketch; node: number }) {
  const [to, setTo] = useState("");
  return <form class="field" onSubmit={(e) => { e.preventDefault(); if (/^\d+$/.test(to)) { void addBond(s, node, Number(to)); setTo(""); } }}>
    <label class="field"><span>Bond to node</span><input type="text" inputMode="numeric" class="tiny" value={to} onInput={(e) => setTo(e.currentTarget.value)} /></label>
    <Button type="submit" disabled={!/^\d+$/.test(to)}>Join</Button></form>;
}

interface NodeRow { n: number; i: number }
interface BondRow { e: number; n: number; a: string; b: string; v: number | undefined }

export function Tables({ s, m, paint }: { s: Sketch; m: Model; paint: Paint | undefined }) {
  const [tab, setTab] = useState<"nodes" | "bonds">("nodes"), [place, setPlace] = useState({ x: "", y: "" }), g = m.geometry;
  const nodes = useMemo<NodeRow[]>(() => Array.from(g.numbers, (n, i) => ({ n, i })), [g]);
  const bonds: BondRow[] = useMemo(() => Array.from(g.number, (n, e) => ({ e, n, a: String(g.numbers[g.ends[2 * e]!] ?? "ground"), b: String(g.numbers[g.ends[2 * e + 1]!] ?? "ground"), v: paint?.all[e] })), [g, paint?.all]);
  const same = paint && !paint.value.some((v, e) => Number.isNaN(v) && !Number.isNaN(paint.all[e]!)), of = (e: number) => paint?.own(e)?.unit ?? "";
  const columns: Column<NodeRow>[] = [
    { key: "n", name: "Node", value: (r) => r.n, number: true }, { key: "x", name: "x", value: (r) => g.points[3 * r.i], cell: (r) => said(g.points[3 * r.i]!, "m", 5), number: true },
    { key: "y", name: "y", value: (r) => g.points[3 * r.i + 1], cell: (r) => said(g.points[3 * r.i + 1]!, "m", 5), number: true },
    { key: "held", name: "Held", value: (r) => heldOf(s, m, r.n) },
  ];
  const ofBonds: Column<BondRow>[] = [
    { key: "n", name: "Bond", value: (r) => r.n, number: true }, { key: "a", name: "from", value: (r) => r.a, number: true }, { key: "b", name: "to", value: (r) => r.b, number: true },
    { key: "v", name: same ? paint.name : "parameter", value: (r) => r.v, cell: (r) => (r.v === undefined || Number.isNaN(r.v) ? "" : of(r.e) ? said(r.v, of(r.e), 4) : String(round(r.v, 4))), number: true },
  ];
  const x = value(place.x, "m"), y = value(place.y, "m");
  return <details class="card"><summary>Tables of nodes and bonds</summary>
    <Tabs label="Tables" value={tab} tabs={[{ value: "nodes", name: "Nodes" }, { value: "bonds", name: "Bonds" }]} onChange={setTab}>
      {tab === "nodes" ? <>
        <Table label="Nodes" columns={columns} rows={nodes} id={(r) => String(r.n)} most="16rem" chosen={(r) => r.n === s.node.value} onOpen={(r) => { s.node.value = r.n; s.bond.value = undefined; }} empty="No nodes yet" />
        <form class="row" onSubmit={(e) => { e.preventDefault(); if (x !== undefined && y !== undefined) { void addNode(s, x, y); setPlace({ x: "", y: "" }); } }}>
          <label class="field"><span>x</span><input type="text" class="short" placeholder="16 mm" value={place.x} onInput={(e) => { const v = e.currentTarget.value; setPlace((p) => ({ ...p, x: v })); }} /></label>
          <label class="field"><span>y</span><input type="text" class="short" placeholder="0 mm" value={place.y} onInput={(e) => { const v = e.currentTarget.value; setPlace((p) => ({ ...p, y: v })); }} /></label>
          <Button type="submit" disabled={x === undefined || y === undefined}>Add a node</Button></form>
      </> : <Table label="Bonds" columns={ofBonds} rows={bonds} id={(r) => String(r.n)} most="16rem" chosen={(r) => r.n === s.bond.value} onOpen={(r) => { s.bond.value = r.n; s.node.value = undefined; }} empty="No bonds yet" />}
    </Tabs>
  </details>;
}
