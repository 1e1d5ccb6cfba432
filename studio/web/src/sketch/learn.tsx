// The panel of training: method, goal, start and stop, the loss as it falls, and what came out.
import { useMemo, useState } from "preact/hooks";
import { post } from "../ui/api";
import { Button } from "../ui/controls";
import { command, Copy, CopyCommand } from "../ui/copy";
import { Curves } from "../ui/curves";
import { Fault } from "../ui/fault";
import { go, address } from "../ui/route";
import { toast } from "../ui/announce";
import { number, quantity } from "../ui/units";
import { Field, Pick } from "./fields";
import type { Sketch } from "./state";
import type { Training } from "./training";

const methods = ["levenberg-marquardt", "frank-wolfe", "adam", "l-bfgs", "gradient-descent", "momentum"];

export function Learn({ s, t }: { s: Sketch; t: Training }) {
  const plan = s.plan.value, ready = s.fresh() && s.opened.value !== undefined, stage = t.stage.value, records = t.records.value;
  const lines = useMemo(() => [{ id: "loss", name: "Loss", epoch: records.map((r) => r.epoch), y: records.map((r) => r.loss) }], [records]);
  const missed = !plan.most && t.scored.value?.parts.some((p) => (p.error ?? 0) > 0.01), last = records.at(-1), own = plan.method && !methods.includes(plan.method) ? [plan.method, ...methods] : methods;
  return <section class="card" aria-labelledby="sketch-learn">
    <h2 id="sketch-learn">Train</h2>
    <div class="row">
      <Pick label="Method" value={plan.method ?? "adam"} options={own} onChange={(v) => void s.edit(() => ({ set: [["learn.method", v]], said: `It learns by ${v}.` }))} />
      <Field label="Epochs" s={s} path="learn.epochs" value={plan.epochs ?? ""} empty="100" short />
    </div>
    <div class="row">
      {stage === "running"
        ? <Button kind="main" onClick={() => t.stop()}>Stop</Button>
        : <Button kind="main" keys="Ctrl+Enter" disabled={!ready} onClick={() => void t.go()}>{stage === "stopped" ? "Go on" : "Train"}</Button>}
      <Button disabled={!ready || stage === "running"} onClick={() => void t.go(1)}>Step</Button>
      <Button disabled={stage === "idle"} onClick={() => void t.reset()}>Reset</Button>
      {last && <span class="small soft">epoch {last.epoch}, loss {number(last.loss)}</span>}
    </div>
    {t.fault.value && <Fault of={t.fault.value} />}
    <Outputs s={s} />
    {stage === "done" && <div class="verdict">
      <p><strong>{t.verdict.value}</strong>{t.why.value && !t.verdict.value ? t.why.value : ""}</p>
      {missed && <p class="small">What helps: nearer targets, a smaller push, a wider range of widths (Material and range), or more nodes and bonds.</p>}
      <Keep s={s} />
    </div>}
    {records.length > 0 && <Curves label="Loss" lines={lines} height={150} tools={false} start={{ log: !plan.most }} />}
  </section>;
}

/** Wanted and reached, in the case that is shown. */
function Outputs({ s }: { s: Sketch }) {
  const solved = s.solved.value, opened = s.opened.value, o = opened ?? (s.plan.value.cases.every((c) => c.push.length > 0 && c.want.length > 0) ? s.pushed : undefined);
  if (!o || !solved || !s.fresh() || o.shape.outputs.length > 50) return null;
  const part = o.shape.parts[0], want = s.plan.value.most || !opened ? undefined : part && o.geometry.parts[part.name]?.wanted, q = o.shape.outputs.length, row = Math.min(s.caseAt.value, (part?.n ?? 1) - 1);
  return <table class="sketch-outputs" data-outputs>
    <caption class="unseen">Outputs under the pushes of this case</caption>
    <thead><tr><th scope="col">Output</th><th scope="col" class="number">reached</th>{want && <th scope="col" class="number">wanted</th>}</tr></thead>
    <tbody>{o.shape.output_names.map((name, i) => {
      const w = want?.[row * q + i];
      return <tr key={i}><th scope="row">{name}</th>
        <td class="number" data-value={solved.outputs[i]}>{quantity(solved.outputs[i], o.shape.outputs[i]!.unit, 4)}</td>
        {want && <td class="number">{w === undefined || Number.isNaN(w) ? "free" : quantity(w * (s.load.value === 1 ? 1 : s.load.value), o.shape.outputs[i]!.unit, 4)}</td>}</tr>;
    })}</tbody>
  </table>;
}

/** What can be done with a training: a run of the folder, the file, a page to send. */
function Keep({ s }: { s: Sketch }) {
  const [busy, setBusy] = useState(false), [fault, setFault] = useState<unknown>();
  const keep = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const { run } = await post<{ run: string | { id: string } }>("/api/train", { name: s.name, text: s.text.value });
      const id = typeof run === "string" ? run : run.id;
      toast(`Trained again as the run ${id}: the same numbers, kept in the folder.`, { action: { name: "Open the run", run: () => go(address("run", id)) } });
    } catch (e) { setFault(e); } finally { setBusy(false); }
  };
  return <>
    <div class="row">
      <Button disabled={busy} onClick={() => void keep()} title="A run in the folder, with its history, figures and files">Keep as run</Button>
      <CopyCommand words={["train", s.name]} />
      <Copy text={command("share", s.name, "-o", `${s.name.replace(/\.ya?ml$/, "")}.html`)} name="Copy the command that shares it" />
    </div>
    {fault !== undefined && <Fault of={fault} />}
  </>;
}
