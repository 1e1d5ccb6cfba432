// The card: the one thing that a person does next.
import { useEffect, useState } from "preact/hooks";
import { toast } from "../ui/announce";
import { Button } from "../ui/controls";
import { complaints } from "../ui/fault";
import { Camera } from "./camera";
import { Figure, Residuals } from "./figure";
import { Overlay } from "./overlay";
import { answer, sending, type Session, type Shape, type Turn } from "./session";

/** A card that has just appeared takes no answer: the second tap of two was meant for the one before. */
function useFresh(id: string | undefined): boolean {
  const [known, setKnown] = useState<string>();
  useEffect(() => { const t = setTimeout(() => setKnown(id), 500); return () => clearTimeout(t); }, [id]);
  return id !== known;
}

const reasons = ["Something is in the way", "Blurred", "A weight still swings", "A mark was read wrongly"];

export function Card({ session, turn, shape }: { session: Session; turn: Turn; shape: Shape | undefined }) {
  const say = (said: string, reason = "") => {
    if (turn.id) answer(session.id, turn.id, said, reason).catch((e: unknown) => toast(complaints(e).map((c) => c.message).join("; "), { bad: true }));
  };
  const fresh = useFresh(turn.id);
  const busy = sending.value || !turn.id || fresh;
  const yes = (name: string) => <div class="bench-answers"><Button kind="main" disabled={busy} onClick={() => say("done")}>{name}</Button></div>;
  const head = (title: string) => <>
    <p class="soft small">{turn.card ? `Card ${turn.card}` : ""}{turn.number && turn.of && turn.of > 1 ? ` · photograph ${turn.number} of ${turn.of}` : ""}</p>
    <h2>{title}</h2>
  </>;
  switch (turn.kind) {
    case "load":
      return <>{head(turn.title ?? "")}
        {turn.actions && turn.actions.length > 0 && <ul class="bench-do">{turn.actions.map((a, i) => <li key={i}><Load action={a} /></li>)}</ul>}
        {shape && <Figure shape={shape} actions={turn.actions} label={turn.bare ? "the lattice without weights" : "the lattice, with an arrow at every node to be loaded"} />}
        {yes(turn.bare ? "Nothing hangs" : "It hangs")}
        {turn.note && <p class="soft small">{turn.note}</p>}
      </>;
    case "set":
      return <>{head(turn.title ?? "")}
        {turn.actions && turn.actions.length > 0 && <ul class="bench-do tight" tabIndex={0} aria-label="Bonds to change">{turn.actions.map((a, i) => <li key={i}>{a.text}</li>)}</ul>}
        {yes(turn.actions?.length ? "They are changed" : "Go on")}
        {turn.note && <p class="soft small">{turn.note}</p>}
      </>;
    case "photograph":
      return <>{head("Take a photograph")}
        <p>Wait until nothing moves. The whole frame of marks in the picture, no flash.</p>
        <Camera key={turn.id} id={session.id} turn={turn} fresh={fresh} /></>;
    case "reading":
      return <>{head("The photograph is being read")}<p class="bench-wait" role="status">{turn.file}</p></>;
    case "judge":
      return <>{head("Is every mark where it should be?")}
        {turn.picture && turn.id && <Overlay id={session.id} turn={turn.id} />}
        <Judge say={say} busy={busy} />
        {turn.nodes && <Residuals nodes={turn.nodes} />}
        {shape && turn.nodes?.some((n) => n.moved) && <Figure shape={shape} nodes={turn.nodes} label="the lattice: where nodes were seen, and where theory expects them" />}
      </>;
    case "retake":
      return <>{head("This photograph cannot be read")}
        <p class="bench-why">{turn.why}</p>
        {turn.picture && turn.id && <Overlay id={session.id} turn={turn.id} />}
        <div class="bench-answers"><Button kind="main" disabled={busy} onClick={() => say("yes")}>Take another</Button></div></>;
    case "explain":
      return <>{head("What is wrong with it?")}<Reason say={(why) => say(why)} busy={busy} /></>;
    default:
      return <>{head("To do")}
        <pre class="bench-words">{turn.question}</pre>
        <div class="bench-answers">{(turn.answers ?? []).map((a, i) => <Button key={a} kind={i === 0 ? "main" : "plain"} disabled={busy} onClick={() => say(a)}>{a}</Button>)}</div>
        {!turn.answers?.length && <Reason say={(text) => say(text)} busy={busy} />}</>;
  }
}

/** `node 11: 5 g, pulling down (0.049 N): 5 g`, its parts one below the other. */
function Load({ action }: { action: { node?: number; text: string } }) {
  const m = /^node (\d+): (\S+ g), pulling (.*?) \(([^)]*)\)(?:: (.*))?$/.exec(action.text);
  if (!m) return <>{action.text}</>;
  return <><b>Node {m[1]}</b> <span class="weight">{m[2]}</span> <span>pulling {m[3]}</span>{m[5] && <span class="pieces">{m[5]}</span>} <small class="soft">{m[4]}</small></>;
}

function Judge({ say, busy }: { say: (said: string, reason?: string) => void; busy: boolean }) {
  const [no, setNo] = useState(false);
  if (no) return <div><h3>Why not?</h3><Reason say={(why) => say("reject", why)} busy={busy} /><Button kind="quiet" onClick={() => setNo(false)}>Back</Button></div>;
  return <div class="bench-answers">
    <Button kind="main" disabled={busy} onClick={() => say("accept")}>Accept</Button>
    <Button disabled={busy} onClick={() => setNo(true)}>Reject…</Button>
  </div>;
}

function Reason({ say, busy }: { say: (why: string) => void; busy: boolean }) {
  const [why, setWhy] = useState("");
  return <form class="bench-reason" onSubmit={(e) => { e.preventDefault(); if (why.trim()) say(why.trim()); }}>
    <div class="row">{reasons.map((r) => <Button key={r} disabled={busy} onClick={() => say(r)}>{r}</Button>)}</div>
    <label class="row">In words <input type="text" maxLength={300} value={why} onInput={(e) => setWhy(e.currentTarget.value)} /></label>
    <Button type="submit" disabled={busy || !why.trim()}>Send</Button>
    <p class="small soft">It goes into the record, with the photograph.</p>
  </form>;
}
