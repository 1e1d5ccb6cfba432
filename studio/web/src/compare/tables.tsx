// The tables under the curves: what came out of each run, and the keys in which their experiments differ.
import { Swatch } from "../ui/curves";
import { Table, type Column } from "../ui/table";
import { address } from "../ui/route";
import { number, percent, span } from "../ui/units";
import { stateName } from "../runs/filter";
import { final, type Course, type measures } from "./course";
import type { Difference } from "./flat";

/** "Accuracy, test part" as "Test accuracy". */
const brief = (name: string) => name.replace(/^(\w+), (\w)(\w+) part$/, (_, what: string, a: string, rest: string) => `${a.toUpperCase()}${rest.replace(/^raining$/, "rain")} ${what.toLowerCase()}`);

type Shown = readonly (typeof measures)[number][];
const short = (id: string) => id.replace(/^runs\//, "");

export function Outcome({ courses, shown }: { courses: readonly Course[]; shown: Shown }) {
  const columns: Column<Course>[] = [
    { key: "run", name: "Run", value: (c) => c.id, cell: (c) => <span class="row tight"><Swatch color={courses.indexOf(c)} dash={courses.indexOf(c)} /><a href={address("run", c.id)} title={c.id}>{short(c.id)}</a></span> },
    { key: "state", name: "State", value: (c) => c.detail && stateName(c.detail.run.state) },
    ...shown.map((m): Column<Course> => ({ key: m.key, name: brief(m.name), title: m.name, number: true, value: (c) => final(c, m.key), cell: (c) => { const v = final(c, m.key); return best(c, m) ? <b title="the best of these">{show(m, v)}</b> : show(m, v); } })),
    { key: "epochs", name: "Epochs", number: true, value: (c) => c.epoch.at(-1), cell: (c) => number(c.epoch.at(-1), 7) },
    { key: "steps", name: "Steps", number: true, value: (c) => c.steps, cell: (c) => number(c.steps, 7) },
    { key: "time", name: "Time", number: true, title: "Of training, without pauses", value: (c) => c.seconds || undefined, cell: (c) => (c.seconds ? span(c.seconds) : "–") },
    { key: "verdict", name: "Verdict", plain: true, value: (c) => c.detail?.result?.verdict?.text ?? c.detail?.run.why, cell: (c) => { const t = c.detail?.result?.verdict?.text ?? c.detail?.run.why; return <span title={t}>{t}</span>; } },
  ];
  const show = (m: Shown[number], v: number | undefined) => ("share" in m ? percent(v) : number(v, 4));
  const best = (c: Course, m: Shown[number]) => {
    const v = final(c, m.key), all = courses.map((x) => final(x, m.key)).filter((x) => x !== undefined);
    return v !== undefined && all.length > 1 && v === (m.key.endsWith("accuracy") ? Math.max(...all) : Math.min(...all)) && all.some((x) => x !== v);
  };
  return <Table label="What came out" columns={columns} rows={courses} id={(c) => c.id} most="24rem" />;
}

export function Differs({ courses, list }: { courses: readonly Course[]; list: readonly Difference[] }) {
  const columns: Column<Difference>[] = [
    { key: "key", name: "Key", value: (d) => d.key, cell: (d) => <code>{d.key}</code> },
    ...courses.map((c, i): Column<Difference> => ({ key: c.id, name: short(c.id), title: c.id, value: (d) => d.values[i], cell: (d) => <span class={d.same ? "soft" : ""} title={d.values[i]}>{d.values[i] ?? "–"}</span> })),
  ];
  return <Table label="Keys of the experiments" columns={columns} rows={list} id={(d) => d.key} height={32} most="28rem"
    empty={<p class="nothing soft">{courses.length < 2 ? "One run differs from nothing; add another above." : "Their experiments are the same, key by key."}</p>} />;
}
