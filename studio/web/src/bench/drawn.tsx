// The lattice of a session on a desk: coloured by what its bonds are set to, with what hangs on it and where its nodes were seen.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Engine } from "../engine/engine";
import { decode } from "../engine/message";
import type { Files, Opened } from "../engine/protocol";
import { Remote } from "../engine/remote";
import { Lattice } from "../lattice/lattice";
import { groupsOf, measureOf, only } from "../lattice/measure";
import type { Picture } from "../lattice/picture";
import { magnification, scaleOf, widths } from "../lattice/scale";
import { get, getBytes } from "../ui/api";
import { number, prefix, quantity } from "../ui/units";
import type { Turn } from "./session";

/** Opens the experiment as the session keeps it, with the parameters of its newest commit. */
async function open(id: string): Promise<Opened> {
  const [run, files, frames] = await Promise.all([
    get<{ spec: { name: string; text: string }; resolved?: string }>("/api/run", { id }),
    getBytes("/api/run/files", { id }).then(decode), getBytes("/api/run/frames", { id }).then(decode),
  ]);
  const given: Files = {};
  for (const [name, bytes] of Object.entries(files.arrays)) if (name.startsWith("file:")) given[name.slice(5)] = bytes as Uint8Array;
  const theta = frames.arrays["theta"] as Float64Array | undefined, epochs = frames.arrays["epochs"]?.length ?? 0;
  const engine = new Engine(new Remote());
  const source = { name: run.spec.name, text: run.resolved || run.spec.text, files: given };
  const opened = await engine.open(source);
  if (theta && epochs && theta.length === epochs * opened.geometry.theta.length) opened.geometry.theta = theta.slice(theta.length - opened.geometry.theta.length);
  await engine.close(opened.id);
  return opened;
}

export function Drawn({ id, step, turn, failed }: { id: string; step: number; turn: Turn | undefined; failed: (e: unknown) => void }) {
  const [opened, setOpened] = useState<Opened>();
  useEffect(() => { let gone = false; open(id).then((o) => { if (!gone) setOpened(o); }, (e: unknown) => { if (!gone) failed(e); }); return () => { gone = true; }; }, [id, step]);
  const shown = useMemo(() => {
    if (!opened) return undefined;
    const { shape, geometry: g } = opened;
    const all = Float64Array.from(g.thetaOf, (at) => (at < 0 ? NaN : g.theta[at]!)), group = groupsOf(shape, g, "parameter")[0], value = only(shape, g, "parameter", group, all);
    const scale = scaleOf(value, group?.name ?? "parameter", group?.unit ?? "");
    return { shape, geometry: g, all, value, scale, width: widths(value, scale) };
  }, [opened]);
  const u = useMemo(() => {
    const seen = turn?.nodes?.filter((n) => n.seen && n.moved);
    if (!shown || !seen?.length) return undefined;
    const all = new Float64Array(shown.geometry.points.length);
    for (const n of seen) all.set(n.moved!, 3 * (n.node - 1));
    return all;
  }, [shown, turn?.id]);
  const load = useRef<Turn>(undefined); // that hangs, or is to hang
  if (turn?.kind === "load") load.current = turn;
  const hung = load.current?.actions?.filter((a) => a.node) ?? [], most = Math.max(...hung.map((a) => Math.hypot(...a.f)), 1e-12);
  if (!shown) return <p aria-busy="true">Loading…</p>;
  const magnify = u ? magnification(shown.geometry.points, shown.geometry.ends, u) : 1;
  const picture: Picture = { ...shown, u, magnify, ghost: u !== undefined, labels: true, pushes: shown.shape.inputs.map(() => 0),
    arrows: hung.map((a) => ({ node: a.node! - 1, vector: [a.f[0] / most, a.f[1] / most, a.f[2] / most], label: quantity(Math.hypot(...a.f), "N"), kind: "load" })) };
  const { factor, unit: said } = prefix(shown.scale.high, shown.scale.unit), own = (e: number) => measureOf(shown.shape, shown.geometry, e, "parameter");
  return <>
    <div class="bench-drawn"><Lattice picture={picture} label="the lattice, coloured by what its bonds are set to" tell={(at) => at.element !== undefined
      ? [["bond", String(shown.geometry.number[at.element])], [own(at.element)?.name ?? "", quantity(shown.all[at.element], own(at.element)?.unit ?? "", 4)]]
      : at.node !== undefined ? [["node", String(shown.geometry.numbers[at.node])]] : undefined} /></div>
    <p class="small soft">Colour and width: {shown.scale.name} in the last step that was measured, {number(factor * shown.scale.low)} to {number(factor * shown.scale.high)} {said}{u ? `; displacements as seen, ${number(magnify, 7)} times as large` : ""}.</p>
  </>;
}
