// A lattice by its kind and sizes, what it is made of, and the range in which it learns.
import { useState } from "preact/hooks";
import { Button } from "../ui/controls";
import { Field, Pick } from "./fields";
import type { Plan } from "./plan";
import type { Sketch } from "./state";
import { word } from "./yaml";

interface Need { key: string; name: string; usual: string }
const size = (usual: string, name = "Cells"): Need => ({ key: "size", name, usual }), spacing = (usual = "16 mm"): Need => ({ key: "spacing", name: "Spacing", usual });
const points: Need = { key: "points", name: "Nodes", usual: "40" };

/** What each generator asks for; `elastrain explain network.lattice` describes them. */
const kinds: Record<string, { name: string; needs: Need[] }> = {
  triangular: { name: "Triangular rows", needs: [{ key: "rows", name: "Nodes in each row", usual: "5-4-3-2" }, spacing()] },
  "triangular ": { name: "Triangular", needs: [size("8 x 6", "Nodes x rows"), spacing()] },
  square: { name: "Square with diagonals", needs: [size("5 x 4"), spacing()] },
  kagome: { name: "Kagome", needs: [size("4 x 3"), spacing()] },
  honeycomb: { name: "Honeycomb with braces", needs: [size("4 x 3"), spacing()] },
  disordered: { name: "Disordered", needs: [points, spacing()] },
  jammed: { name: "Jammed discs", needs: [points, spacing()] },
  regular: { name: "As many bonds at each node", needs: [points, { key: "degree", name: "Bonds of a node", usual: "4" }, spacing()] },
  chain: { name: "Chain", needs: [size("6", "Bonds"), spacing()] },
  cubic: { name: "Cubic, in space", needs: [size("2 x 2 x 2", "Cubes"), spacing()] },
  fcc: { name: "Face-centred, in space", needs: [size("2 x 2 x 2", "Cubes"), spacing()] },
};

export function Generate({ s }: { s: Sketch }) {
  const plan = s.plan.value, now = plan.lattice === "triangular" && word(plan.root, "network", "size") ? "triangular " : plan.lattice ?? "";
  const [kind, setKind] = useState<string>(), [typed, setTyped] = useState<Record<string, string>>({});
  const shown = kind ?? (now in kinds ? now : "triangular"), needs = kinds[shown]!.needs;
  const value = (n: Need) => typed[n.key] ?? (shown === now ? word(plan.root, "network", n.key) : undefined) ?? n.usual;
  const make = () => {
    const given = needs.map((n) => `${n.key}: ${value(n).trim()}`).join(", ");
    void s.edit((p) => ({ set: [["network", `{lattice: ${shown.trim()}, ${given}}`]], said: p.nodes?.length
      ? "A lattice is made in place of the points that were drawn; undo brings them back." : "The lattice is made.",
      also: () => { s.node.value = s.bond.value = undefined; } }));
    setTyped({});
    setKind(undefined);
  };
  return <section class="card" aria-labelledby="sketch-lattice">
    <h2 id="sketch-lattice">Lattice</h2>
    <form class="sketch-form" onSubmit={(e) => { e.preventDefault(); make(); }}>
      <Pick label="Kind" value={shown} options={Object.entries(kinds).map(([k, v]) => [k, v.name])} onChange={(k) => { setKind(k); setTyped({}); }} />
      {needs.map((n) => <label key={n.key} class="field"><span>{n.name}</span>
        <input type="text" class="short" value={value(n)} autocomplete="off" spellcheck={false} pattern="[\w.\-+ ]+" required
          onInput={(e) => { const v = e.currentTarget.value; setTyped((t) => ({ ...t, [n.key]: v })); }} /></label>)}
      <Button type="submit">Make it</Button>
    </form>
    <p class="small soft">{describe(plan, s)}</p>
    <details><summary>Material and range</summary><Made s={s} plan={plan} /></details>
  </section>;
}

function describe(plan: Plan, s: Sketch): string {
  const shape = s.shown.value?.shape, count = plan.nodes ? `${plan.nodes.length} nodes, ${plan.bonds?.length ?? 0} bonds` : shape ? `${shape.nodes} nodes, ${shape.elements} bonds` : "";
  const how = plan.lattice ? "generated" : plan.nodes ? "drawn by hand" : "from a file";
  return [count, how, plan.cut.length ? `${plan.cut.length} cut` : ""].filter(Boolean).join(", ");
}

/** Material and range: widths of bars of a material, or stiffnesses as they are. */
function Made({ s, plan }: { s: Sketch; plan: Plan }) {
  const root = plan.root, get = (...path: string[]) => word(root, ...path) ?? "", by = get("bonds", "stiffness") ? "stiffness" : "width";
  const change = (to: string) => {
    if (to === by) return;
    void s.edit(() => (to === "width"
      ? { set: [["material.young", "0.55 MPa"], ["material.thickness", "2 mm"], ["bonds.width", "1.5..2.5 mm"]], remove: ["bonds.stiffness", ...(get("bonds", "start") ? ["bonds.start"] : [])], said: "Widths learn: k = Y w t / L." }
      : { set: [["bonds.stiffness", "100..170 N/m"]], remove: ["bonds.width", ...(get("bonds", "start") ? ["bonds.start"] : [])], said: "Stiffnesses learn." }));
  };
  return <div class="sketch-form">
    <Pick label="What learns" value={by} options={[["width", "Widths of bars"], ["stiffness", "Stiffnesses"]]} onChange={change} />
    <Field label="Range" s={s} path={`bonds.${by}`} value={get("bonds", by)} empty={by === "width" ? "1.5..2.5 mm" : "100..170 N/m"} />
    <Field label="Start" s={s} path="bonds.start" value={get("bonds", "start")} empty="middle" short />
    {by === "width" && <>
      <Field label="Young's modulus" s={s} path="material.young" value={get("material", "young")} empty="0.55 MPa" short />
      <Field label="Thickness" s={s} path="material.thickness" value={get("material", "thickness")} empty="2 mm" short />
    </>}
  </div>;
}
