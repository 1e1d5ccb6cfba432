// A sweep: what was varied, how far it is, its settings as a table, and its course along a key.
import { useMemo } from "preact/hooks";
import { CopyCommand } from "../ui/copy";
import { Fault } from "../ui/fault";
import { address, remember, route } from "../ui/route";
import { Table, type Column, type Sort } from "../ui/table";
import { number } from "../ui/units";
import { Band, bandsOf } from "./band";
import { bestOf, SweepState, words } from "./listed";
import { useAsked, type Settings, type SweepRow } from "./list";
import "./sweeps.css";

type Line = Settings["settings"][number];

export function SweepView({ id }: { id: string }) {
  const { answer, fault } = useAsked<{ sweep: SweepRow; table: Settings | null }>("/api/sweep", { id }, (a) => a.sweep.state === "running");
  if (!answer) return <main class="sweep" aria-busy={fault === undefined}>{fault !== undefined && <Fault of={fault} title="This sweep did not open" />}</main>;
  const { sweep: s, table } = answer;
  return <main class="sweep">
    <div class="row"><h1>{s.id}</h1><SweepState sweep={s} />
      <span class="soft small" role="status">{number(s.done, 7)} of {number(s.points, 7)} trained{s.failed > 0 && `, ${s.failed} failed`}</span>
      <span class="row push">{s.runs && <a class="button plain" href={address("runs", "", { q: s.id })}>Its runs</a>}
        <CopyCommand words={["sweep", "table", s.id]} kind="quiet" /></span></div>
    {s.spec && <p class="small soft"><code>{[s.spec, ...s.words].join(" ")}</code> {s.way}</p>}
    {s.why && <p class={s.state === "broken" ? "bad" : "small"}>{s.why}</p>}
    {s.by && <p>Best{s.state !== "ended" && " so far"}: <strong>{bestOf(s) || "the only setting"}</strong>, {words(s.by)} {number(s.score, 4)}{s.over && `, the mean over ${s.over}`}.</p>}
    {table && <Lines table={table} />}
  </main>;
}

function Lines({ table }: { table: Settings }) {
  const { sort = "point" } = route.value.query, keys = useMemo(() => Object.keys(table.settings[0]?.set ?? {}), [table]);
  const scores = useMemo(() => [...new Set(table.settings.flatMap((l) => Object.keys(l.scores)))], [table]), many = table.settings.some((l) => Object.values(l.scores).some((v) => v.n > 1));
  const columns: Column<Line>[] = useMemo(() => [
    { key: "point", name: "Point", number: true, value: (l) => l.point, cell: (l) => <>{l.point === table.best_point && <strong title={`the best by ${words(table.best_by ?? "")}`}>★ </strong>}{l.point}</> },
    ...keys.map((k): Column<Line> => ({ key: `key ${k}`, name: k, number: table.settings.every((l) => typeof l.set[k] === "number"), value: (l) => l.set[k], cell: (l) => (typeof l.set[k] === "number" ? number(l.set[k], 6) : l.set[k]) })),
    ...scores.map((name): Column<Line> => ({ key: name, name: words(name), number: true, title: many ? "mean, and deviation over what is summed" : undefined, value: (l) => l.scores[name]?.mean,
      cell: (l) => { const v = l.scores[name]; return v ? <>{number(v.mean, 4)}{v.n > 1 && <small class="soft"> ± {number(v.sd, 2)}</small>}</> : "–"; } })),
    { key: "failed", name: "Failed", number: true, value: (l) => l.failed, wide: true },
  ], [table]);
  const order: Sort = { key: sort.replace(/^-/, ""), down: sort.startsWith("-") }, score = table.best_by ?? scores[0], bands = useMemo(() => (score ? bandsOf(table, score) : undefined), [table, score]);
  return <>
    {bands && <Band {...bands} score={words(score!)} />}
    <Table label="Settings of the sweep" columns={columns} rows={table.settings} id={(l) => String(l.point)} sort={order} onSort={(s) => remember({ sort: `${s.down ? "-" : ""}${s.key}` })} most="calc(100vh - 16rem)"
      empty={<p class="soft">No training has ended yet.</p>} />
  </>;
}
