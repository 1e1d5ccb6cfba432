// The list of runs: found, sorted, compared, started and stopped.
import { Fragment } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, link, type RunRow } from "../ui/api";
import { about } from "../ui/bar";
import { Button, Choice } from "../ui/controls";
import { command, Copy } from "../ui/copy";
import { Fault } from "../ui/fault";
import { useKeys } from "../ui/keys";
import { address, go, remember, route } from "../ui/route";
import { Table, type Column, type Sort } from "../ui/table";
import { number } from "../ui/units";
import { canExtend, canPause, canResume, Extend, pause, resume, Trash, trash } from "./actions";
import { columns } from "./columns";
import { Empty } from "./empty";
import { search, stateName, states, type State } from "./filter";
import { rows, trouble, watch } from "./list";
import { Start } from "./start";
import { Sweeps } from "../sweeps/listed";
import "./runs.css";

export function RunsView() {
  const { q = "", re = "", state = "all", sort = "-changed" } = route.value.query;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<"start" | "extend" | { trash: readonly RunRow[] }>();
  const [now, setNow] = useState(() => Date.now() / 1000);
  const [some, setSome] = useState(false); // sweeps
  const at = useRef<string>(undefined), field = useRef<HTMLInputElement>(null);
  useEffect(watch, []);
  useEffect(() => { const t = setInterval(() => setNow(Date.now() / 1000), 10000); return () => clearInterval(t); }, []);

  const all = rows.value;
  const found = useMemo(() => search(q, re !== ""), [q, re]);
  const worded = useMemo(() => all?.filter(found.keep) ?? [], [all, found]);
  const shown = useMemo(() => (state === "all" ? worded : worded.filter((r) => r.state === state)), [worded, state]);
  const picked = useMemo(() => all?.filter((r) => chosen.has(r.id)) ?? [], [all, chosen]);
  const toggle = (r: RunRow) => { const next = new Set(chosen); if (!next.delete(r.id)) next.add(r.id); setChosen(next); };
  const openRun = (r: RunRow) => go(address(r.of === "session" ? "bench" : "run", r.id));
  /** What a key is about: the chosen runs, else that which has the focus. */
  const meant = () => (picked.length ? picked : (all?.filter((r) => r.id === at.current) ?? []));
  const compare = () => { if (picked.length) go(address("compare", picked.map((r) => r.id))); };
  const bin = (list: readonly RunRow[]) => { setChosen(new Set()); void trash(list); };
  const showTrash = () => void get<{ runs: RunRow[] }>("/api/runs", { trash: "1" }).then((a) => setOpen({ trash: a.runs }), (e: unknown) => { trouble.value = e; });

  useKeys("Runs", [
    { key: "/", does: "Search", run: () => field.current?.focus() },
    { key: "n", does: "Train something", run: () => setOpen("start") },
    { key: "c", does: "Compare the chosen runs", run: compare },
    { key: "p", does: "Pause or resume", run: () => { const m = meant(); void (m.some(canPause) ? pause(m) : resume(m)); } },
    { key: "e", does: "Extend", run: () => { if (meant().some(canExtend)) { setChosen(new Set(meant().filter(canExtend).map((r) => r.id))); setOpen("extend"); } } },
    { key: "Delete", does: "Put into the trash", run: () => { const m = meant(); if (m.length) bin(m); } },
    { key: "ArrowUp ArrowDown Enter Space", does: "In the list: move, open, choose", run: () => undefined, when: () => false },
  ]);

  const order: Sort = { key: sort.replace(/^-/, ""), down: sort.startsWith("-") };
  const list: Column<RunRow>[] = useMemo(() => [
    { key: "pick", name: "", title: "Chosen", plain: true, value: () => "", cell: (r) => <label class="box"><input type="checkbox" tabIndex={-1} checked={chosen.has(r.id)} onChange={() => toggle(r)} aria-label={`Choose ${r.id}`} /></label> },
    ...columns(now),
    { key: "do", name: "", title: "Pause or resume", plain: true, value: () => "", wide: true, cell: (r) => canPause(r)
      ? <Button kind="quiet" label={`Pause ${r.id}`} onClick={() => void pause([r])}>❚❚</Button>
      : canResume(r) ? <Button kind="quiet" label={`Resume ${r.id}`} onClick={() => void resume([r])}>▶</Button> : null },
  ], [now, chosen, all]);

  const dialogs = <>
    {open === "start" && <Start onClose={() => setOpen(undefined)} />}
    {open === "extend" && <Extend runs={picked.filter(canExtend)} onClose={() => setOpen(undefined)} />}
    {typeof open === "object" && <Trash runs={open.trash} onClose={() => setOpen(undefined)} />}
  </>;
  // Dialogs stand behind both, so that one stays open when the first run appears.
  if (all && all.length === 0 && !some && !trouble.value) return <><Sweeps onSome={setSome} /><Empty key="empty" onStart={() => setOpen("start")} onTrash={showTrash} /><Fragment key="dialogs">{dialogs}</Fragment></>;

  const count = (s: State) => worded.reduce((n, r) => n + Number(r.state === s), 0);
  return <><main key="list" class="runs" aria-busy={!all}>
    <div class="row">
      <h1>Runs</h1>
      <span class="soft small" role="status">{all && (shown.length === all.length ? number(all.length, 7) : `${number(shown.length, 7)} of ${number(all.length, 7)}`)}</span>
      <span class="row push">
        <Button kind="quiet" onClick={showTrash}>Trash</Button>
        <Button kind="main" keys="n" onClick={() => setOpen("start")} disabled={about.value?.writable === false}>Train…</Button>
      </span>
    </div>
    <div class="row sieve">
      <span class="search">
        <input ref={field} type="search" placeholder={re ? "Regular expression" : "Words; -word leaves out"} aria-label="Search runs" value={q} aria-invalid={found.wrong ? true : undefined}
          aria-describedby={found.wrong ? "wrong" : undefined} onInput={(e) => remember({ q: e.currentTarget.value })} onKeyDown={(e) => { if (e.key === "Escape") remember({ q: undefined }); }} />
        <Button kind="quiet" label="Regular expression" pressed={re !== ""} onClick={() => remember({ re: re ? undefined : 1 })}>.*</Button>
      </span>
      <Choice label="State" hidden value={state} onChange={(v) => remember({ state: v === "all" ? undefined : v })}
        options={[{ value: "all", name: `All ${worded.length}` }, ...states.filter((s) => count(s.state) || s.state === state).map((s) => ({ value: s.state as string, name: `${stateName(s.state)} ${count(s.state)}` }))]} />
      {found.wrong && <span id="wrong" class="wrong small">{found.wrong}</span>}
    </div>
    <Sweeps onSome={setSome} />
    {trouble.value !== undefined && link.value === "here" && <Fault of={trouble.value} />}
    <div class={picked.length ? "row picked" : "row picked idle"} role="region" aria-label="Chosen runs">
      <b>{picked.length ? `${picked.length} chosen` : <span class="soft">Choose runs to compare them</span>}</b>
      <Button kind={picked.length > 1 ? "main" : "plain"} disabled={!picked.length} keys="c" onClick={compare}>Compare</Button>
      <Button disabled={!picked.some(canPause)} keys="p" onClick={() => void pause(picked)}>Pause</Button>
      <Button disabled={!picked.some(canResume)} keys="p" onClick={() => void resume(picked)}>Resume</Button>
      <Button disabled={!picked.some(canExtend)} keys="e" onClick={() => setOpen("extend")}>Extend…</Button>
      <Button disabled={!picked.length || picked.some((r) => r.state === "running")} keys="Delete" onClick={() => bin(picked)}>Trash</Button>
      {picked.length > 0 && <Copy text={picked.map((r) => command("show", r.id)).join("\n")} name="Copy as command" />}
      {picked.length > 0 && <Button kind="quiet" onClick={() => setChosen(new Set())}>Clear</Button>}
    </div>
    {all && <div onFocusCapture={(e) => { at.current = (e.target as HTMLElement).closest("tr")?.dataset["id"]; }}>
      <Table label="Runs" columns={list} rows={shown} id={(r) => r.id} sort={order} onSort={(s) => remember({ sort: `${s.down ? "-" : ""}${s.key}` })}
        height={44} most="calc(100vh - 13.5rem)" onOpen={openRun} onToggle={toggle} chosen={(r) => chosen.has(r.id)} empty={<p class="nothing soft">No run has these words and this state.</p>} />
    </div>}
  </main><Fragment key="dialogs">{dialogs}</Fragment></>;
}
