// The page of a session of a bench: the card first, on a phone alone; what was measured beside it or beneath.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { announce, toast } from "../ui/announce";
import { Check } from "../ui/controls";
import { command, Copy } from "../ui/copy";
import { complaints, Fault } from "../ui/fault";
import { useKeys } from "../ui/keys";
import { address } from "../ui/route";
import { number, quantity, span } from "../ui/units";
import { ring } from "./alert";
import { Begin, isFile } from "./begin";
import { Card } from "./card";
import { Alerts, Controls } from "./controls";
import { Figure } from "./figure";
import { Loads } from "./loads";
import { Losses } from "./losses";
import { Phone } from "./phone";
import { order, runs, sending, useSession, type Kept, type Session, type Turn } from "./session";
import "./bench.css";

export function BenchView({ id }: { id: string }) {
  return isFile(id) ? <Begin file={id} /> : <Bench id={id} />;
}

const phases: Record<Session["phase"], string> = {
  opening: "opening", running: "running", pausing: "pausing when this load is measured", stopping: "being made safe", paused: "paused",
  stopped: "stopped", fault: "ended with a fault", ended: "ended", elsewhere: "run by another process", new: "not begun",
};

function Bench({ id }: { id: string }) {
  const { session: s, record, linked, fault } = useSession(id);
  const turn = s?.turn, last = useRef<string>(undefined);
  useEffect(() => {
    if (turn?.id && last.current !== undefined && last.current !== turn.id) ring();
    if (turn?.id) { last.current = turn.id; announce(turn.title ?? { photograph: "Take a photograph", judge: "Is every mark where it should be?", retake: "The photograph cannot be read" }[turn.kind as string] ?? "A new card"); }
    else if (s && last.current === undefined) last.current = "";
  }, [turn?.id, s?.phase]);
  const can = (what: "pause" | "safe" | "resume", when: (s: Session) => boolean) => ({ run: () => { if (s && when(s)) void order(s.id, what).catch((e: unknown) => toast(complaints(e)[0]!.message, { bad: true })); } });
  useKeys("Bench", [
    { key: "p", does: "Pause when this load is measured", ...can("pause", (x) => x.phase === "running") },
    { key: "s", does: "Safe: all weights off", ...can("safe", runs) },
    { key: "r", does: "Go on", ...can("resume", (x) => ["paused", "stopped", "fault", "new"].includes(x.phase)) },
  ]);
  if (!s) return <main class="bench">{fault !== undefined ? <Fault of={fault} title="This session cannot be shown"><a href={address("runs")}>To the runs</a></Fault> : <p aria-busy="true">Loading…</p>}</main>;
  return <main class="bench">
    <Head session={s} linked={linked} />
    {fault !== undefined && <Fault of={fault} />}
    <div class="bench-columns">
      <div>
        <section class={`bench-card${turn ? "" : s.phase === "fault" || s.unsafe ? " bad" : " over"}`} aria-label="The card">
          {turn ? <Card key={turn.id ?? turn.kind} session={s} turn={turn} shape={record?.lattice} /> : <Between session={s} />}
        </section>
        <Controls session={s} />
        {s.phase !== "ended" && <div class="row"><Alerts /><Phone /></div>}
      </div>
      <Measured session={s} record={record} />
    </div>
  </main>;
}

/** How far it is. */
function Head({ session: s, linked }: { session: Session; linked: boolean }) {
  const all = s.left + Math.max(0, (s.step - 1) * s.of + s.load - 1);
  const place = s.exam ? `the look at the end, load ${s.load} of ${s.of}` : s.of ? `step ${s.step} of ${s.steps}, load ${s.load} of ${s.of}` : s.steps ? `step ${Math.min(s.step, s.steps)} of ${s.steps}` : "";
  return <header class="bench-head">
    <div class="row"><h1>{s.title || s.id}</h1>{s.title && <span class="soft small">{s.id}</span>}</div>
    {runs(s) && s.of > 0 && <progress max={all || 1} value={all - s.left} aria-label="Loads that are measured" />}
    <p class="row soft" role="status">
      <span>{phases[s.phase]}</span>
      {place && <span>{place}</span>}
      {runs(s) && s.of > 0 && <span>at most {s.left} {s.left === 1 ? "load" : "loads"} to go{s.seconds ? `, about ${span(s.seconds)}` : ""}</span>}
      {(!linked || sending.value) && <b>{linked ? "sending…" : "no link; this page waits and goes on"}</b>}
    </p>
    {s.notes?.map((n) => <p key={n} class="small">{n}</p>)}
  </header>;
}

/** What the card says while nobody is asked. */
function Between({ session: s }: { session: Session }) {
  if (runs(s)) return <><h2>{s.waits ? "The bench is at work" : "One moment"}</h2><p class="bench-wait" role="status">{s.waits ? `It waits for ${s.waits}.` : s.rest ? `Let it come to rest. The next card comes by itself, ${span(s.rest)} after the last one.` : "The next card comes by itself."}</p></>;
  const words = command("lab", "train", s.spec ?? "mine.yaml"), identify = command("lab", "identify", s.id);
  switch (s.phase) {
    case "ended":
      return <><h2>The session has ended</h2><p>{s.why}</p>
        <p class="small">What stiffness each bond has, with error bars: <code>{identify}</code> <Copy text={identify} kind="quiet" /></p></>;
    case "elsewhere":
      return <><h2>Another process runs this session</h2><p>{s.help}.</p></>;
    default:
      return <><h2>{s.phase === "fault" ? "The session stopped with a fault" : s.phase === "new" ? "Nothing is measured yet" : s.phase === "paused" ? "Paused" : "The session was cut off"}</h2>
        {s.unsafe && <p class="bench-why"><b>Nobody has confirmed that nothing hangs. Look, and take the weights off.</b></p>}
        {s.why && <p>{s.why}</p>}
        {s.help && <p>{s.help}</p>}
        <p class="small soft">Go on here, or in a terminal: <code>{words}</code></p></>;
  }
}

/** What was measured so far. */
function Measured({ session: s, record }: { session: Session; record: Kept | undefined }) {
  const [all, setAll] = useState(false);
  const last = record?.steps.findLast((x) => x.noise);
  const loads = (record?.loads ?? []).map((l, i) => ({ ...l, n: i + 1 })).filter((l) => all || l.step >= s.step - 1);
  return <div>
    <section class="bench-side" aria-label="What was measured">
      <div class="row"><h2>Loss, as measured</h2>
        {last?.noise ? <span class="push small soft">noise of a mark {quantity(last.noise, "m", 2)}</span> : null}</div>
      {record ? <Losses steps={record.steps} /> : <p class="soft">Loading…</p>}
      {s.loss !== undefined && record?.steps.length === 0 && <p>{number(s.loss)}</p>}
    </section>
    {record && <section class="bench-side" aria-label="Loads that were hung">
      <div class="row"><h2>Loads</h2>{record.loads.length > 0 && <span class="push"><Check label="of all steps" checked={all} onChange={setAll} /></span>}</div>
      <Loads loads={loads} photos={record.photos} />
    </section>}
    <section class="bench-side" aria-label="The lattice"><h2>The lattice</h2><Whole session={s} record={record} /></section>
  </div>;
}

type Large = ComponentType<{ id: string; step: number; turn: Turn | undefined; failed: (e: unknown) => void }>;

/** The lattice: on a desk as pages of runs have it, which a phone does not have to load. */
function Whole({ session: s, record }: { session: Session; record: Kept | undefined }) {
  const [Drawn, setDrawn] = useState<{ view: Large }>(), [failed, setFailed] = useState(false);
  useEffect(() => {
    const desk = matchMedia("(min-width: 60rem)");
    const look = () => { if (desk.matches) import("./drawn").then((m) => setDrawn({ view: m.Drawn }), () => setFailed(true)); else setDrawn(undefined); };
    look();
    desk.addEventListener("change", look);
    return () => desk.removeEventListener("change", look);
  }, []);
  const begun = s.measured > 0; // before that there is no log, and nothing to open
  if (!failed && Drawn && begun) return <Drawn.view id={s.id} step={record?.steps.length ?? 0} turn={s.turn} failed={() => setFailed(true)} />;
  return record?.lattice ? <Figure shape={record.lattice} label="the lattice with the numbers of its nodes" /> : <p class="soft">Loading…</p>;
}
