// The studio: a bar with pages, and the page that the address names.
import { render, type ComponentType } from "preact";
import { signal } from "@preact/signals";
import "./ui/style.css";
import { route, address } from "./ui/route";
import { RunsView } from "./runs/runs";
import { RunView } from "./run/run";
import { CompareView } from "./compare/compare";
import { BenchView } from "./bench/bench";

type View = ComponentType<{ id: string }>;
const sketch = signal<View | undefined>(undefined); // comes with its editor when it is opened
const views: Record<string, View> = { runs: RunsView, run: RunView, compare: CompareView, bench: BenchView };

function Studio() {
  const { page, id } = route.value;
  if (page === "sketch" && !sketch.value) void import("./sketch/sketch").then((m) => { sketch.value = m.SketchView as View; });
  const View = page === "sketch" ? sketch.value : views[page];
  return <>
    <header class="bar">
      <a class="name" href={address("runs")}>Elastrain</a>
      <nav aria-label="Pages">
        <a href={address("runs")} aria-current={page === "runs" ? "page" : undefined}>Runs</a>
        <a href={address("sketch")} aria-current={page === "sketch" ? "page" : undefined}>Sketch</a>
      </nav>
    </header>
    {View ? <View key={page + id} id={id} /> : <main aria-busy="true" />}
  </>;
}

render(<Studio />, document.getElementById("app")!);
