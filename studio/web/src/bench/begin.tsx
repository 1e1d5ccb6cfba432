// Before a session: what a file would do, and the button that begins it.
import { useState } from "preact/hooks";
import { post } from "../ui/api";
import { Button } from "../ui/controls";
import { command, Copy } from "../ui/copy";
import { Fault } from "../ui/fault";
import { address, go } from "../ui/route";

export const isFile = (id: string) => /\.ya?ml$/i.test(id);

export function Begin({ file }: { file: string }) {
  const [busy, setBusy] = useState(false), [fault, setFault] = useState<unknown>();
  const start = async () => {
    setBusy(true); setFault(undefined);
    try { go(address("bench", (await post<{ id: string }>("/api/bench/start", { spec: file })).id)); } catch (e) { setFault(e); }
    setBusy(false);
  };
  const rehearse = command("lab", "train", file, "lab.bench=twin"), check = command("lab", "check", file);
  return <main class="bench">
    <h1>{file}</h1>
    {fault !== undefined && <Fault of={fault} />}
    <div class="bench-card">
      <h2>Train this lattice on the bench</h2>
      <p>One card at a time: what to hang, when to photograph, which bonds to change. A session that was begun with this file goes on where it was.</p>
      <div class="bench-answers"><Button kind="main" disabled={busy} onClick={() => void start()}>{busy ? "Opening…" : "Begin, or go on"}</Button></div>
    </div>
    <div class="bench-side">
      <h2>Before the first time</h2>
      <p>Two commands for a terminal. They need no page:</p>
      <p><code>{rehearse}</code> <Copy text={rehearse} kind="quiet" /><br /><span class="small soft">rehearses on a simulated specimen</span></p>
      <p><code>{check}</code> <Copy text={check} kind="quiet" /><br /><span class="small soft">says whether the lattice on the bench can be trained</span></p>
      <p><a href={address("sketch", file)}>Look at the file</a></p>
    </div>
  </main>;
}
