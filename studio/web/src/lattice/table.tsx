// The bonds as a table, beside the drawing: for readers of screens, and for whoever looks for the largest.
import { useMemo } from "preact/hooks";
import { Table, type Column } from "../ui/table";
import { number, prefix } from "../ui/units";
import type { Picture } from "./picture";

interface Row { e: number; number: number; kind: string; ends: string; value: number }

export function BondTable({ picture, onChoose }: { picture: Picture; onChoose: (element: number) => void }) {
  const { shape, geometry: g, value, scale } = picture;
  const most = scale ? Math.max(Math.abs(scale.low), Math.abs(scale.high)) : 1, s = prefix(most, scale?.unit ?? "");
  const rows = useMemo(() => {
    const out: Row[] = [], name = (n: number) => (n >= 0 ? String(g.numbers[n]) : "ground");
    for (let e = 0; e < g.cut.length; e++) {
      const third = g.third[e]! >= 0 ? `–${name(g.third[e]!)}` : "";
      out.push({ e, number: g.number[e]!, kind: shape.kinds[g.kind[e]!] ?? "", ends: `${name(g.ends[2 * e]!)}–${name(g.ends[2 * e + 1]!)}${third}`, value: value?.[e] ?? NaN });
    }
    return out;
  }, [g, value]);
  const columns: Column<Row>[] = useMemo(() => [
    { key: "number", name: shape.kinds.length > 1 ? "Element" : "Bond", number: true, value: (r) => r.number, cell: (r) => (shape.kinds.length > 1 ? `${r.kind} ${r.number}` : r.number) },
    { key: "ends", name: "Nodes", value: (r) => r.ends },
    { key: "value", name: `${scale?.name ?? "value"}${s.unit ? `, ${s.unit}` : ""}`, number: true, value: (r) => Math.abs(r.value), cell: (r) => (g.cut[r.e] ? "cut" : Number.isNaN(r.value) ? "–" : number(r.value * s.factor, 5)) },
  ], [shape, scale?.name, s.unit, s.factor, g]);
  return <Table label="Bonds, by the size of what they are coloured by" columns={columns} rows={rows} id={(r) => String(r.e)} sort={{ key: "value", down: true }}
    height={30} most="18rem" onOpen={(r) => onChoose(r.e)} chosen={(r) => r.e === picture.element} />;
}
