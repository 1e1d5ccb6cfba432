// Learning in this page: from what is shown, after cuts or with other ports; and back.
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Button } from "../ui/controls";
import { Fault } from "../ui/fault";
import { toast } from "../ui/announce";
import { number } from "../ui/units";
import type { Play } from "./play";

export function Teach({ play, children }: { play: Play; children?: ComponentChildren }) {
  const o = play.opened.value, busy = play.training.value, cuts = play.cuts.value, last = play.records.value.at(-1);
  if (!o) return null;
  return <section class="card" aria-labelledby="teach">
    <h2 id="teach">Try it</h2>
    {cuts.length > 0 && <p class="small">Cut here: {cuts.join(", ")}.</p>}
    <div class="row">
      {busy ? <Button kind="main" onClick={() => play.halt()}>Stop</Button>
        : <Button kind="main" title="Trains in this page, from the parameters that are shown" onClick={() => void play.train()}>{play.own.value ? "Train on from here" : "Retrain from here"}</Button>}
      <Button disabled={busy} title="From the start that the experiment has" onClick={() => { play.theta.value = o.geometry.theta; play.own.value = true; play.refresh(); void play.train(); }}>From the start</Button>
      {play.own.value && <Button onClick={() => void play.reset()}>Back to the run</Button>}
    </div>
    {busy && <p class="small" role="status">Learning: epoch {last?.epoch ?? 0}{last?.loss !== undefined && `, loss ${number(last.loss, 4)}`}</p>}
    {play.note.value && !busy && <p class="verdict">{play.note.value}</p>}
    <Ports play={play} />
    {play.fault.value !== undefined && <Fault of={play.fault.value}>
      {play.own.value && <Button onClick={() => void play.reset()}>Back to the run</Button>}</Fault>}
    {children}
  </section>;
}

/** Another node for an input or output of a task with data; the text of the experiment is changed, and nothing else. */
function Ports({ play }: { play: Play }) {
  const [port, setPort] = useState("inputs:0"), o = play.opened.value!, { node } = play.chosen.value, { shape } = o;
  if (shape.task === "behaviour") return null; // its pushes are drawn in the sketch
  const [list, i] = port.split(":") as ["inputs" | "outputs", string];
  const move = async () => {
    if (node === undefined) return;
    const number = o.geometry.numbers[node]!;
    try {
      const text = await play.engine.edit(play.source.text, [[`task.${list}[${Number(i) + 1}].node`, String(number)]]);
      if (await play.reopen(text)) toast(`Node ${number} is ${list === "inputs" ? "pushed" : "read"} now. Train to learn the task anew.`);
    } catch (e) { play.fault.value = e; }
  };
  return <details><summary>Push or read other nodes</summary>
    <p class="small">{node === undefined ? "Choose a node in the drawing first." : `Node ${o.geometry.numbers[node]} becomes:`}</p>
    <div class="row">
      <label class="small"><span class="unseen">Port </span><select value={port} onChange={(e) => setPort(e.currentTarget.value)}>
        {shape.input_names.map((n, k) => <option key={`i${k}`} value={`inputs:${k}`}>input {n}</option>)}
        {shape.output_names.map((n, k) => <option key={`o${k}`} value={`outputs:${k}`}>output {n}</option>)}</select></label>
      <Button disabled={node === undefined} onClick={() => void move()}>Move it there</Button>
    </div>
  </details>;
}
