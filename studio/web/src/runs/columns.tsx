// What the list says of a run.
import type { RunRow } from "../ui/api";
import type { Column } from "../ui/table";
import { Spark } from "../ui/spark";
import { address } from "../ui/route";
import { ago, number, percent, span } from "../ui/units";
import { left } from "./list";
import { stateName } from "./filter";

const signs: Record<RunRow["state"], string> = { running: "▶", paused: "❚❚", stopped: "■", ended: "✓", fault: "!", broken: "?" };

export function StateMark({ run }: { run: RunRow }) {
  return <span class={`state ${run.state}`} title={run.why}><i aria-hidden="true">{signs[run.state]}</i><span>{stateName(run.state)}</span></span>;
}

/** Accuracy where classes are told apart, else how far the outputs are off. */
export function Score({ run }: { run: RunRow }) {
  if (run.accuracy !== undefined) return <span title="accuracy">{percent(run.accuracy)}</span>;
  if (run.error !== undefined) return <span title="relative error of the outputs"><small class="soft">error</small> {run.error > 0 && run.error < 1e-4 ? "< 0.01\u00a0%" : percent(run.error)}</span>;
  return <>–</>;
}

export function Progress({ run }: { run: RunRow }) {
  const rest = left(run);
  if (!run.epochs) return <>{run.epoch}</>;
  return <span class="progress">
    {run.state !== "ended" && <progress max={run.epochs} value={Math.min(run.epoch, run.epochs)} aria-label={`Epochs of ${run.name}`} />}
    <span>{run.epoch}<span class="soft"> / {run.epochs}</span></span>
    {rest !== undefined && <span class="soft left">{span(Math.max(1, rest))} left</span>}
  </span>;
}

export function columns(now: number, open: (r: RunRow) => string = (r) => address(r.of === "session" ? "bench" : "run", r.id)): Column<RunRow>[] {
  return [
    { key: "name", name: "Name", value: (r) => r.id, cell: (r) => <span class="named"><a href={open(r)} title={r.id}>{r.id !== r.name && <span class="folder">{r.id.slice(0, -r.name.length)}</span>}{r.name}</a>{r.title && <small>{r.title}</small>}</span> },
    { key: "state", name: "State", value: (r) => r.state, cell: (r) => <StateMark run={r} /> },
    { key: "epoch", name: "Epochs", value: (r) => r.epoch, cell: (r) => <Progress run={r} />, wide: true },
    { key: "spark", name: "", title: "Course of the loss", plain: true, value: () => "", cell: (r) => <Spark values={r.spark} />, wide: true },
    { key: "loss", name: "Loss", number: true, value: (r) => r.loss, cell: (r) => number(r.loss) },
    { key: "score", name: "Score", number: true, title: "Accuracy, or the relative error of the outputs", value: (r) => r.accuracy ?? (r.error === undefined ? undefined : -r.error), cell: (r) => <Score run={r} /> },
    { key: "method", name: "Method", value: (r) => r.method, wide: true },
    { key: "elements", name: "Bonds", number: true, value: (r) => r.elements, cell: (r) => number(r.elements, 6), wide: true },
    { key: "changed", name: "Changed", number: true, value: (r) => r.changed, cell: (r) => (r.changed ? <span title={new Date(r.changed * 1000).toLocaleString()}>{ago(r.changed, now)}</span> : "–"), wide: true },
  ];
}
