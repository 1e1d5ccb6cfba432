// The page of a run, in the order in which one reads it: task, loads, lattice, outputs, loss; then what can be done with it.
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import "./run.css";
import { hook } from "../lattice/lattice";
import { get, post, returns, type RunRow } from "../ui/api";
import { toast } from "../ui/announce";
import { Button, Quantity } from "../ui/controls";
import { Copy, CopyCommand } from "../ui/copy";
import { Fault } from "../ui/fault";
import { useKeys } from "../ui/keys";
import { address, go } from "../ui/route";
import { number } from "../ui/units";
import { stateName } from "../runs/filter";
import { RunData } from "./data";
import type { Play } from "./play";
import { Body, keysOf } from "./run-body";

export function RunView({ id }: { id: string }) {
  const data = useMemo(() => new RunData(id), [id]);
  useEffect(() => { void data.load(); return () => data.close(); }, [data]);
  const d = data.detail.value, play = data.play.value;
  useLayoutEffect(() => { if (play) hook()["play"] = play; }, [play]); // there as soon as what it shows is
  const back = returns.value;
  useEffect(() => { if (back && play) void play.revive(); }, [back]);
  useKeys("Run", play ? keysOf(play) : []);
  if (data.fault.value !== undefined) return <main><Fault of={data.fault.value} title="This run cannot be shown"><a class="button plain" href={address("runs")}>To the runs</a></Fault></main>;
  if (!d) return <main aria-busy="true"><p class="soft">The run is opened…</p></main>;
  const running = data.state.value === "running";
  return <main class="run">
    <div class="row run-head">
      <h1>{d.run.title || d.run.name}</h1>
      <span class={`state ${data.state.value}`}>{stateName(data.state.value)}</span>
      <span class="small soft" data-progress>epoch {play?.records.value.at(-1)?.epoch ?? d.run.epoch} of {data.epochs.value || d.run.epochs}</span>
      <span class="row push"><Control data={data} row={d.run} /></span>
    </div>
    <p class="small soft">{d.run.id}{d.parent && <> · from <a href={address("run", d.parent)}>{d.parent}</a></>} · {d.run.method}, seed {d.run.seed}{data.why.value && <> · {data.why.value}</>}</p>
    {d.trouble?.map((t) => <p key={t} class="small">{t}</p>)}
    {d.run.of === "session" ? <p>This is a session of a bench: <a href={address("bench", id)}>its page</a> has its loads and photographs.</p>
      : play ? <Body play={play} running={running}><AsRun play={play} id={id} /></Body> : <p class="soft" aria-busy="true">The lattice is opened…</p>}
  </main>;
}

function Control({ data, row }: { data: RunData; row: RunRow }) {
  const [busy, setBusy] = useState(false), [more, setMore] = useState<number>(), state = data.state.value;
  const order = async (body: Record<string, unknown>) => {
    setBusy(true);
    try { const { run } = await post<{ run: RunRow }>("/api/run/do", { id: row.id, ...body }); data.state.value = run.state; if (run.epochs) data.epochs.value = run.epochs; }
    catch (e) { toast(e instanceof Error ? e.message : String(e), { bad: true }); } finally { setBusy(false); }
  };
  if (row.of === "session") return null;
  const epochs = Math.max(data.epochs.value, row.epochs);
  return <>
    {state === "running" && <Button disabled={busy} onClick={() => void order({ do: "pause" })}>Pause</Button>}
    {["paused", "stopped", "fault"].includes(state) && <Button kind="main" disabled={busy} onClick={() => void order({ do: "resume" })}>Resume</Button>}
    {state === "ended" && (more === undefined ? <Button onClick={() => setMore(2 * epochs)}>Extend</Button>
      : <><Quantity label="Epochs in all" value={more} unit="" min={epochs + 1} onChange={(v) => setMore(Math.round(v))} />
        <Button kind="main" disabled={busy} onClick={() => { setMore(undefined); void order({ do: "extend", epochs: more }); }}>Go on</Button></>)}
    <a class="button plain" href={address("compare", row.id)}>Compare</a>
    <Copy text={() => location.href} name="Copy link" kind="quiet" />
    <CopyCommand words={["train", data.detail.value?.spec.name ?? row.name]} kind="quiet" />
  </>;
}

/** What was cut here, as a run of its own. */
function AsRun({ play, id }: { play: Play; id: string }) {
  const [busy, setBusy] = useState(false), [fault, setFault] = useState<unknown>(), cut = play.cuts.value;
  const behaviour = play.opened.value?.shape.task === "behaviour", file = play.source.name, [there, setThere] = useState(false);
  useEffect(() => {
    if (behaviour) get<{ specs: { name: string }[] }>("/api/specs").then(({ specs }) => setThere(specs.some((x) => x.name === file)), () => undefined);
  }, [behaviour, file]);
  const damage = async () => {
    setBusy(true); setFault(undefined);
    try { go(address("run", (await post<{ run: RunRow }>("/api/run/do", { id, do: "damage", cut, retrain: true })).run.id)); }
    catch (e) { setFault(e); } finally { setBusy(false); }
  };
  const saved = async () => {
    setBusy(true); setFault(undefined);
    try {
      const { specs } = await get<{ specs: { name: string }[] }>("/api/specs"), taken = new Set(specs.map((s) => s.name)), base = play.source.name.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
      let name = `${base}-changed.yaml`;
      for (let i = 2; taken.has(name); i++) name = `${base}-changed-${i}.yaml`;
      const { run } = await post<{ run: RunRow }>("/api/train", { name, text: play.source.text });
      go(address("run", run.id));
    } catch (e) { setFault(e); } finally { setBusy(false); }
  };
  return <>
    {there && <p class="small soft">Other pushes and targets: <a href={address("sketch", file)}>{file} in the sketch</a>.</p>}
    {cut.length > 0 && <div class="row">
      <Button disabled={busy} title={`elastrain damage ${id} --cut ${cut.join(",")} --retrain`} onClick={() => void damage()}>Retrain as a run</Button>
      <CopyCommand words={["damage", id, "--cut", cut.join(","), "--retrain"]} kind="quiet" />
    </div>}
    {play.own.value && cut.length === 0 && Object.keys(play.source.files ?? {}).length === 0 && <Button disabled={busy} title="Saves the experiment as it is here and trains it in the folder" onClick={() => void saved()}>Train this as a run</Button>}
    {fault !== undefined && <Fault of={fault} />}
    {play.note.value === "" && play.records.value.length > 0 && <p class="small soft">Loss {number(play.records.value.at(-1)?.loss, 4)} at epoch {play.records.value.at(-1)?.epoch}.</p>}
  </>;
}
