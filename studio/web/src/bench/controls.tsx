// The buttons of a session: pause, safe, end; go on. What cannot be taken back is asked about.
import { toast } from "../ui/announce";
import { Button, Choice } from "../ui/controls";
import { confirm } from "../ui/dialog";
import { complaints } from "../ui/fault";
import { alert, setAlert, shakes, type Alert } from "./alert";
import { order, runs, sending, type Session } from "./session";

export function Controls({ session: s }: { session: Session }) {
  const press = (what: Parameters<typeof order>[1], reason = "") =>
    order(s.id, what, reason).catch((e: unknown) => toast(complaints(e).map((c) => [c.message, c.help].filter(Boolean).join(": ")).join("; "), { bad: true }));
  const abort = async () => {
    if (await confirm({ title: "Give this session up?", text: <p>Its journal is ended as given up. What was measured stays. This cannot be taken back.</p>, yes: "Give up", danger: true }))
      await press("abort");
  };
  const stop = async () => {
    if (await confirm({ title: "End it as it is?", text: <p>What the lattice has learned so far counts as the result. More steps can be asked for later by raising <code>lab.steps</code>.</p>, yes: "End it" }))
      await press("stop");
  };
  const busy = sending.value;
  if (s.phase === "elsewhere") return null;
  return <div class="bench-controls" role="group" aria-label="The session">
    {runs(s) ? <>
      <Button disabled={busy || s.phase !== "running"} onClick={() => void press("pause")} keys="p" title="When the load that hangs is measured">{s.phase === "pausing" ? "Pausing after this load…" : "Pause"}</Button>
      <Button kind="danger" disabled={busy || s.phase === "stopping"} onClick={() => void press("safe")} keys="s" title="All weights off, now; the load that hangs is measured again later">{s.phase === "stopping" ? "Making it safe…" : "Safe: all off"}</Button>
    </> : s.phase !== "ended" && <Button kind="main" disabled={busy} onClick={() => void press("resume")} keys="r">Go on</Button>}
    {s.phase !== "ended" && <>
      <Button kind="quiet" disabled={busy} onClick={() => void stop()}>End…</Button>
      <Button kind="quiet" disabled={busy} onClick={() => void abort()}>Give up…</Button>
    </>}
  </div>;
}

export function Alerts() {
  return <Choice label="At a new card" value={alert.value} onChange={(v: Alert) => setAlert(v)}
    options={[{ value: "none", name: "Quiet" }, { value: "sound", name: "Sound" }, ...(shakes ? [{ value: "shake" as const, name: "Shake" }] : [])]} />;
}
