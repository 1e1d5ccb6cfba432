// The button that takes a photograph and brings it to the bench.
import { useEffect, useRef, useState } from "preact/hooks";
import { Fault } from "../ui/fault";
import { Button } from "../ui/controls";
import type { Turn } from "./session";
import { readable, Refused, Unreadable, upload, type Progress } from "./upload";

export function Camera({ id, turn, fresh }: { id: string; turn: Turn; fresh: boolean }) {
  const [progress, setProgress] = useState<Progress>(), [fault, setFault] = useState<unknown>(), [photo, setPhoto] = useState<Blob>();
  const field = useRef<HTMLInputElement>(null), stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), [turn.id]); // another card: this photograph is not asked for any more
  if (turn.came) return <p class="bench-wait" role="status">The photograph has come. It is being read…</p>;

  const send = async (file: Blob) => {
    const mine = stop.current = new AbortController();
    setFault(undefined);
    setPhoto(file);
    setProgress({ share: 0, again: 0 });
    try {
      await upload(id, turn.id!, await readable(file), (p) => { if (!mine.signal.aborted) setProgress(p); }, mine.signal);
    } catch (e) {
      if (mine.signal.aborted) return;
      setProgress(undefined);
      setFault(e instanceof Unreadable || e instanceof Refused ? { message: e.message, help: e.help } : e);
    }
  };
  const chosen = (e: { currentTarget: HTMLInputElement }) => {
    const file = e.currentTarget.files?.[0];
    e.currentTarget.value = ""; // the same one can be chosen again
    if (file) void send(file);
  };
  const busy = progress !== undefined || fresh;
  return <div class="bench-camera">
    {fault !== undefined && <Fault of={fault}>{photo && <Button onClick={() => void send(photo)}>Send it again</Button>}</Fault>}
    {progress && <div role="status">
      <progress max={1} value={progress.share} aria-label="Photograph sent" />
      <p>{progress.share >= 1 ? "Sent. The server looks at it…" : progress.again > 0 ? `The link is bad: attempt ${progress.again + 1}. Keep this page open.` : "Sending…"}</p>
    </div>}
    <div class="bench-answers">
      <label class={`button main${busy ? " busy" : ""}`}>Take the photograph
        <input ref={field} type="file" accept="image/*" capture="environment" disabled={busy} onChange={chosen} />
      </label>
      <label class={`button plain${busy ? " busy" : ""}`}>Choose a file
        <input type="file" accept="image/png,image/jpeg,image/tiff,.tif,.tiff,.pgm,image/heic" disabled={busy} onChange={chosen} />
      </label>
    </div>
  </div>;
}
