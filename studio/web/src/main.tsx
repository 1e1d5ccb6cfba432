// The studio: a bar with pages, and the page that the address names.
import { render, type ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import "./ui/style.css";
import "./ui/shell.css";
import { Bar } from "./ui/bar";
import { Boundary, Fault } from "./ui/fault";
import { Hosts } from "./ui/hosts";
import { route, address } from "./ui/route";

type View = ComponentType<{ id: string }>;
/** Pages come when they are opened, each in a file of its own, so that the first one is there at once. */
const pages: Record<string, { name: string; load: () => Promise<View> }> = {
  runs: { name: "Runs", load: async () => (await import("./runs/runs")).RunsView },
  run: { name: "Run", load: async () => (await import("./run/run")).RunView },
  sweep: { name: "Sweep", load: async () => (await import("./sweeps/sweep")).SweepView },
  compare: { name: "Compare", load: async () => (await import("./compare/compare")).CompareView },
  sketch: { name: "Sketch", load: async () => (await import("./sketch/sketch")).SketchView },
  bench: { name: "Bench", load: async () => (await import("./bench/bench")).BenchView },
};
const loaded = signal<Record<string, View>>({});
const failed = signal<unknown>(undefined);

function Studio() {
  const { page, id } = route.value, known = pages[page];
  const View = loaded.value[page];
  useEffect(() => {
    document.title = [page === "compare" ? "" : id.split("/").pop(), known?.name, "Elastrain"].filter(Boolean).join(" · ");
    failed.value = undefined;
    if (known && !loaded.peek()[page])
      known.load().then((view) => { loaded.value = { ...loaded.peek(), [page]: view }; }, (e: unknown) => { failed.value = e; });
  }, [page, id]);
  return <>
    <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); const m = document.querySelector<HTMLElement>("main"); m?.setAttribute("tabindex", "-1"); m?.focus(); }}>To the content</a>
    <Bar page={page} />
    {!known ? <main><Fault of={{ message: `there is no page ${page}` }}><a href={address("runs")}>To the runs</a></Fault></main>
      : failed.value ? <main><Fault of={failed.value} title="This page did not load"><button class="button" onClick={() => location.reload()}>Load again</button></Fault></main>
      : <Boundary key={page === "compare" ? page : page + id} name={`${page} ${id}`}>{View ? <View id={id} /> : <main aria-busy="true" />}</Boundary>}
    <Hosts />
  </>;
}

render(<Studio />, document.getElementById("app")!);
