// What can be done with runs of the list: pause, go on, extend, put into the trash and take out again.
import { useState } from "preact/hooks";
import { post, type RunRow } from "../ui/api";
import { toast } from "../ui/announce";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { complaints } from "../ui/fault";
import { refresh } from "./list";

const several = (list: readonly { id: string }[]) => (list.length === 1 ? list[0]!.id : `${list.length} runs`);
const told = (e: unknown) => complaints(e).map((c) => [c.message, c.help].filter(Boolean).join(": ")).join("; ");

export const canPause = (r: RunRow) => r.state === "running" && r.of === "run";
export const canResume = (r: RunRow) => r.of === "run" && (r.state === "paused" || r.state === "stopped" || r.state === "fault");
export const canExtend = (r: RunRow) => r.of === "run" && r.state !== "running" && r.state !== "broken" && r.epochs > 0;

/** Does one thing with each of some runs; what fails is told, the others are done all the same. */
async function each(list: readonly RunRow[], done: string, order: (r: RunRow) => object, after?: (runs: RunRow[]) => void): Promise<void> {
  const answers = await Promise.allSettled(list.map(async (r) => (await post<{ run: RunRow }>("/api/run/do", { id: r.id, ...order(r) })).run));
  const good = answers.flatMap((a) => (a.status === "fulfilled" ? [a.value] : []));
  const bad = answers.flatMap((a, i) => (a.status === "rejected" ? [`${list[i]!.id}: ${told(a.reason)}`] : []));
  if (good.length) {
    if (after) after(good);
    else toast(`${several(good)} ${done}`);
  }
  for (const text of bad.slice(0, 3)) toast(text, { bad: true });
  await refresh();
}

export const pause = (list: readonly RunRow[]) => each(list.filter(canPause), "paused", () => ({ do: "pause" }));
export const resume = (list: readonly RunRow[]) => each(list.filter(canResume), "resumed", () => ({ do: "resume" }));

export function trash(list: readonly RunRow[]): Promise<void> {
  return each(list, "put into the trash", () => ({ do: "trash" }), (gone) => toast(`${several(list.length === 1 ? list : gone)} put into the trash`, {
    action: { name: "Undo", run: () => void restore(gone) },
  }));
}

export function restore(gone: readonly RunRow[]): Promise<void> {
  return each(gone, "back", () => ({ do: "restore" }), (back) => toast(`${several(back)} taken out of the trash`));
}

/** More epochs than it has, in all. */
export function Extend({ runs, onClose }: { runs: readonly RunRow[]; onClose: () => void }) {
  const most = Math.max(...runs.map((r) => Math.max(r.epochs, r.epoch)));
  const [text, setText] = useState(String(2 * most));
  const epochs = Number(text), wrong = !Number.isInteger(epochs) || epochs <= Math.max(...runs.map((r) => r.epoch));
  const go = () => { if (wrong) return; onClose(); void each(runs, "extended", () => ({ do: "extend", epochs })); };
  return <Dialog title={`Extend ${several(runs)}`} open onClose={onClose} actions={<>
    <Button class="push" onClick={onClose}>Cancel</Button><Button kind="main" disabled={wrong} onClick={go}>Extend</Button></>}>
    <label class="row">Epochs in all
      <input type="number" min={1} step={1} value={text} aria-invalid={wrong || undefined} onInput={(e) => setText(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === "Enter") go(); }} />
    </label>
    <p class="small soft">{runs.length === 1 ? `It has ${runs[0]!.epoch} of ${runs[0]!.epochs}.` : `They have at most ${most}.`} The training goes on from its last checkpoint, to the same numbers as one that was asked for so many at once.</p>
  </Dialog>;
}

/** What lies in the trash, to be taken out again. */
export function Trash({ runs, onClose }: { runs: readonly RunRow[]; onClose: () => void }) {
  const [list, setList] = useState(runs);
  return <Dialog title="Trash" open onClose={onClose} wide>
    {list.length === 0 ? <p>The trash is empty.</p> : <ul class="trash">
      {list.map((r) => <li key={r.id} class="row"><span>{r.id.split("/").slice(2).join("/")} <small class="soft">{r.title}</small></span>
        <Button class="push" onClick={() => { setList(list.filter((x) => x !== r)); void restore([r]); }}>Restore</Button></li>)}
    </ul>}
    <p class="small soft">The trash is the folder <code>.trash</code> beside the runs. Nothing deletes it but you.</p>
  </Dialog>;
}
