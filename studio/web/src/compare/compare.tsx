// Several runs beside each other: their curves, the keys in which their experiments differ, and what came out. The address holds all of it.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Button, Check } from "../ui/controls";
import { command, Copy } from "../ui/copy";
import { Curves, plainView, Swatch, type CurveView, type Line } from "../ui/curves";
import { complaints, Fault } from "../ui/fault";
import { address, go, remember, route } from "../ui/route";
import { percent } from "../ui/units";
import { rows, watch } from "../runs/list";
import { returns } from "../ui/api";
import { advance, begun, final, made, measures, type Course } from "./course";
import { csv } from "./csv";
import { differences } from "./flat";
import { Differs, Outcome } from "./tables";
import "./compare.css";

/** What stands in the address besides the runs. */
function viewOf(q: Record<string, string>): CurveView {
  const n = (v: string | undefined) => (v !== undefined && v !== "" && Number.isFinite(Number(v)) ? Number(v) : undefined);
  return { ...plainView, log: q["log"] !== "0", smooth: Math.min(0.99, Math.max(0, n(q["smooth"]) ?? 0)), axis: q["axis"] === "time" ? "time" : "epoch", from: n(q["from"]), to: n(q["to"]) };
}

const short = (id: string) => id.replace(/^runs\//, "");

export function CompareView() {
  const { ids: listed, query } = route.value;
  const ids = useMemo(() => [...new Set(listed)], [listed.join("\n")]);
  const [courses, setCourses] = useState<Record<string, Course>>({});
  const view = viewOf(query);
  const onView = (v: CurveView) => remember({ log: v.log ? undefined : 0, smooth: v.smooth || undefined, axis: v.axis === "time" ? "time" : undefined, from: round(v.from), to: round(v.to) });
  useEffect(watch, []);

  // What the list says of a run tells when to look again.
  const stands = (rows.value ?? []).filter((r) => ids.includes(r.id)).map((r) => `${r.id} ${r.state} ${r.epoch} ${r.changed}`).join("\n");
  useEffect(() => {
    const end = new AbortController();
    void (async () => {
      for (const id of ids) {
        const had = courses[id], row = rows.value?.find((r) => r.id === id);
        if (had?.detail && row && had.detail.run.epoch === row.epoch && had.state === row.state && !had.fault) continue;
        try {
          const next = await advance(had ?? begun(id), end.signal);
          setCourses((all) => ({ ...all, [id]: next }));
        } catch { return; } // another look has begun
      }
    })();
    return () => end.abort();
  }, [ids, stands, returns.value]); // also when the server is back

  const all = ids.map((id) => courses[id] ?? begun(id));
  const shown = measures.filter((m) => all.some((c) => c.values[m.key]?.some((v) => v !== undefined)));
  const lines = useMemo(() => new Map(shown.map((m) => [m.key, all.flatMap((c, i): Line[] => (c.values[m.key]
    ? [{ id: c.id, name: short(c.id), epoch: c.epoch, time: c.time, y: c.values[m.key]!, color: i, dash: i }] : []))])), [courses, ids]);
  const differ = useMemo(() => differences(all.map((c) => c.detail?.resolved || undefined)), [courses, ids]);
  const leave = (id: string) => { const rest = ids.filter((x) => x !== id); go(rest.length ? address("compare", rest, query) : address("runs")); };
  const commands = all.flatMap((c) => { const m = made(c); return m ? [command(...m)] : []; }).join("\n");
  const table = () => csv([
    ["run", "state", "method", "epochs", "steps", "seconds", ...shown.map((m) => m.key), ...differ.filter((d) => !d.same).map((d) => d.key)],
    ...all.map((c, i) => [c.id, c.detail?.run.state, c.detail?.run.method, c.epoch.at(-1), c.steps, c.seconds, ...shown.map((m) => final(c, m.key)), ...differ.filter((d) => !d.same).map((d) => d.values[i])]),
  ]);

  if (ids.length === 0) return <main><h1>Compare</h1><p>Choose runs in <a href={address("runs")}>the list</a> and press Compare.</p></main>;
  return <main class="compare" aria-busy={ids.some((id) => !courses[id])}>
    <div class="row">
      <h1>Compare {ids.length} {ids.length === 1 ? "run" : "runs"}</h1>
      <span class="row push">
        <Copy text={() => location.href} name="Copy the link" said="Copied the link" />
        <Copy text={table} name="Copy as CSV" said="Copied a table of the runs" />
        {commands && <Copy text={commands} name="Copy as commands" title={commands} />}
      </span>
    </div>
    <ul class="chips" aria-label="Runs that are compared">
      {all.map((c, i) => <li key={c.id}>
        <Swatch color={i} dash={i} /><a href={address(c.detail?.run.of === "session" ? "bench" : "run", c.id)}>{short(c.id)}</a>
        <Button kind="quiet" label={`Leave out ${c.id}`} onClick={() => leave(c.id)}>✕</Button>
      </li>)}
      <li><Add ids={ids} query={query} /></li>
    </ul>
    {all.map((c) => c.fault !== undefined && <Fault key={c.id} of={{ ...complaints(c.fault)[0], message: `${c.id}: ${complaints(c.fault)[0]!.message}` }}>
      <Button onClick={() => leave(c.id)}>Leave it out</Button></Fault>)}
    <div class="panels">
      {shown.map((m, n) => <section key={m.key} class="card">
        <h2>{m.name}</h2>
        <Curves label={m.name} lines={lines.get(m.key) ?? []} view={{ ...view, log: view.log && "log" in m }} onView={(v) => onView({ ...v, log: "log" in m ? v.log : view.log })} tools={n === 0}
          {...("share" in m && { format: percent })} />
      </section>)}
    </div>
    {shown.length === 0 && ids.every((id) => courses[id]) && <p class="soft">None of these runs has told of an epoch yet.</p>}
    <section>
      <h2>What came out</h2>
      <Outcome courses={all} shown={shown} />
    </section>
    <section>
      <div class="row"><h2>What was asked</h2><Check label="Also keys that are the same" checked={query["keys"] === "all"} onChange={(on) => remember({ keys: on ? "all" : undefined })} /></div>
      <Differs courses={all} list={query["keys"] === "all" ? differ : differ.filter((d) => !d.same)} />
    </section>
  </main>;
}

const round = (v: number | undefined) => (v === undefined ? undefined : Number(v.toPrecision(6)));

/** One more run. */
function Add({ ids, query }: { ids: string[]; query: Record<string, string> }) {
  const others = (rows.value ?? []).filter((r) => !ids.includes(r.id));
  const [text, setText] = useState("");
  const take = (id: string) => { if (others.some((r) => r.id === id)) { setText(""); go(address("compare", [...ids, id], query)); } else setText(id); };
  return <>
    <input type="search" list="others" placeholder="Add a run" aria-label="Add a run" value={text} onInput={(e) => take(e.currentTarget.value)} />
    <datalist id="others">{others.slice(0, 500).map((r) => <option key={r.id} value={r.id}>{r.title}</option>)}</datalist>
  </>;
}
