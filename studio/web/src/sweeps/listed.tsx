// The sweeps of the folder, above its runs.
import { Table, type Column } from "../ui/table";
import { address } from "../ui/route";
import { number } from "../ui/units";
import { useAsked, type SweepRow } from "./list";
import "./sweeps.css";

const names: Record<SweepRow["state"], string> = { running: "Running", ended: "Ended", stopped: "Stopped", broken: "Broken" };
const signs: Record<SweepRow["state"], string> = { running: "▶", ended: "✓", stopped: "■", broken: "?" };

export function SweepState({ sweep: s }: { sweep: SweepRow }) {
  return <span class={`sweep-state ${s.state}`} title={s.why}><i aria-hidden="true">{signs[s.state]}</i><span>{names[s.state]}</span></span>;
}

/** The setting that is best, as the command line has it. */
export function bestOf(s: SweepRow): string {
  return Object.entries(s.best ?? {}).map(([k, v]) => `${k}=${v}`).join(" ");
}

export function words(score: string): string { return score.replace(/_/g, " "); }

const columns: Column<SweepRow>[] = [
  { key: "name", name: "Name", value: (s) => s.id, cell: (s) => <span class="sweep-named"><a href={address("sweep", s.id)}>{s.id}</a><small>{s.state === "broken" ? s.why : [s.spec, ...s.words].join(" ")}</small></span> },
  { key: "state", name: "State", value: (s) => s.state, cell: (s) => <SweepState sweep={s} /> },
  { key: "done", name: "Trained", number: true, value: (s) => s.done, cell: (s) => <>{number(s.done, 7)}<span class="soft"> / {number(s.points, 7)}</span>{s.failed > 0 && <small class="bad"> {s.failed} failed</small>}</> },
  { key: "best", name: "Best", value: (s) => s.score, cell: (s) => s.by ? <span class="sweep-named"><span>{bestOf(s)}</span><small>{words(s.by)} {number(s.score, 4)}</small></span> : "–" },
];

/** Nothing where the folder has none. `onSome` is told whether it has. */
export function Sweeps({ onSome }: { onSome: (some: boolean) => void }) {
  const { answer } = useAsked<{ sweeps: SweepRow[] }>("/api/sweeps", {}, (a) => { onSome(a.sweeps.length > 0); return a.sweeps.some((s) => s.state === "running"); });
  if (!answer?.sweeps.length) return null;
  return <section class="sweeps" aria-labelledby="sweeps"><h2 id="sweeps">Sweeps</h2>
    <Table label="Sweeps" columns={columns} rows={answer.sweeps} id={(s) => s.id} height={44} most="16rem" empty="" /></section>;
}
