// A folder without runs: what to do first.
import { useEffect, useState } from "preact/hooks";
import type { Example } from "../engine/protocol";
import { about } from "../ui/bar";
import { Button } from "../ui/controls";
import { Copy } from "../ui/copy";
import { Fault } from "../ui/fault";
import { address } from "../ui/route";
import { examples, start } from "./start";

const first = ["left-right", "iris", "auxetic"]; // short, and each another task

const typed = "elastrain new iris > iris.yaml && elastrain train iris.yaml";

export function Empty({ onStart, onTrash }: { onStart: () => void; onTrash: () => void }) {
  const [list, setList] = useState<Example[]>(), [busy, setBusy] = useState<string>(), [fault, setFault] = useState<unknown>();
  useEffect(() => { examples().then(setList, setFault); }, []);
  const train = async (e: Example) => {
    setBusy(e.name);
    setFault(undefined);
    try { await start({ name: e.name, title: e.title, example: e }); } catch (x) { setFault(x); }
    setBusy(undefined);
  };
  const shown = first.flatMap((n) => list?.filter((e) => e.name.replace(/\.ya?ml$/, "") === n) ?? []);
  return <main class="empty">
    <h1>No runs yet</h1>
    <p>A run is a training of a lattice. What is trained here, or in a terminal in <code>{about.value?.dir ?? "this folder"}</code>, appears on this page by itself.</p>
    {fault !== undefined && <Fault of={fault} />}
    <h2>Train an example</h2>
    <div class="firsts">
      {shown.map((e) => <div key={e.name} class="card">
        <h3>{e.title || e.name}</h3>
        <p class="small soft">{e.name}</p>
        <div class="row"><Button kind="main" disabled={busy !== undefined} onClick={() => void train(e)} label={`Train ${e.name}`}>{busy === e.name ? "Starting…" : "Train"}</Button>
          <a href={address("sketch", `example:${e.name}`)}>Look first</a></div>
      </div>)}
    </div>
    <div class="row"><Button onClick={onStart}>All examples and files…</Button><a href={address("sketch")}>Draw a lattice</a><Button kind="quiet" onClick={onTrash}>Trash</Button></div>
    <p class="small soft">Or in a terminal: <code>{typed}</code> <Copy text={typed} kind="quiet" /></p>
  </main>;
}
