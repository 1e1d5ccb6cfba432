// The loads that were hung, and the photographs that were rejected, each with its reason.
import { Table, type Column } from "../ui/table";
import { quantity } from "../ui/units";
import type { Load, Photo } from "./session";

const where = (l: Load) => `${l.part} ${l.number}${l.shots && l.shots > 1 ? `, piece ${l.shot} of ${l.shots}` : ""}`;
const force = (f: { node: number; f: [number, number, number] }) => `${quantity(Math.hypot(...f.f), "N")} on node ${f.node}`;

export interface Row extends Load { n: number } // counted from the beginning
const columns: Column<Row>[] = [
  { key: "n", name: "Load", value: (l) => l.n, number: true, wide: true },
  { key: "step", name: "Step", value: (l) => l.step, number: true },
  { key: "part", name: "At", value: where },
  { key: "forces", name: "Forces", value: (l) => l.forces.map(force).join(", ") || "none", wide: true },
  { key: "used", name: "Counts", value: (l) => (l.used ? "yes" : `no: ${l.why ?? "rejected"}`) },
  { key: "time", name: "When", value: (l) => l.time, cell: (l) => new Date(l.time * 1000).toLocaleTimeString(), wide: true },
];

export function Loads({ loads, photos }: { loads: Row[]; photos: Photo[] }) {
  return <>
    <Table label="Loads" columns={columns} rows={loads} id={(l) => String(l.n)} sort={{ key: "n", down: true }} most="20rem" empty="No load is measured yet." />
    {photos.length > 0 && <details><summary>{photos.length === 1 ? "1 photograph was rejected" : `${photos.length} photographs were rejected`}</summary>
      <ul class="small">{photos.slice(-50).reverse().map((p, i) => <li key={i}>{p.photo}, card {p.card}, by the {p.by}: {p.reason}</li>)}</ul></details>}
  </>;
}
