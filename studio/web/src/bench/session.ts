// What the server tells of a session of a bench, and what it is asked: package studio/bench is the other side.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ApiError, follow, get, post } from "../ui/api";

export type Phase = "opening" | "running" | "pausing" | "stopping" | "paused" | "stopped" | "fault" | "ended" | "elsewhere" | "new";
export interface Action { node?: number; text: string; f: [number, number, number] }
/** A node in a photograph; m. */
export interface Seen { node: number; seen: boolean; at: [number, number]; sigma?: number; moved?: [number, number]; predicted?: [number, number] }
export interface Turn {
  id?: string; kind: "load" | "set" | "photograph" | "reading" | "judge" | "explain" | "retake" | "question";
  card?: number; title?: string; actions?: Action[]; note?: string; bare?: boolean; number?: number; of?: number;
  question?: string; answers?: string[]; file?: string; picture?: boolean; why?: string; came?: boolean; nodes?: Seen[];
}
export interface Session {
  id: string; spec?: string; title?: string; bench?: string; phase: Phase; why?: string; help?: string; unsafe?: boolean; notes?: string[];
  turn?: Turn; waits?: string; rest?: number; step: number; steps: number; load: number; of: number; exam?: boolean; left: number; seconds?: number;
  loss?: number; measured: number;
}
export interface Step { step: number; loss?: number; sigma?: number; noise?: number; drift?: number; moved: number; fell?: string; exam?: boolean }
export interface Load {
  step: number; time: number; part: string; number: number; shot?: number; shots?: number;
  forces: { node: number; f: [number, number, number] }[]; looks: number; used: boolean; why?: string;
}
export interface Photo { time: string; card: number; photo: string; by: string; reason: string }
export interface Shape { dim: number; points: [number, number][]; bonds: [number, number][]; held: number[] }
export interface Kept { steps: Step[]; loads: Load[]; photos: Photo[]; lattice?: Shape }

export const runs = (s: Session) => s.phase === "opening" || s.phase === "running" || s.phase === "pausing" || s.phase === "stopping";

/** Follows a session; what it has measured is asked again when there is more. */
export function useSession(id: string) {
  const [session, setSession] = useState<Session>(), [record, setRecord] = useState<Kept>();
  const [linked, setLinked] = useState(true), [fault, setFault] = useState<unknown>();
  useEffect(() => {
    // The stream alone says how it stands: an answer that is overtaken by an event would show what is over.
    get<Session>("/api/bench", { id }).catch(setFault);
    return follow<Session>("/api/bench/events", { id }, (s) => { setFault(undefined); setSession(s); }, setLinked);
  }, [id]);
  const known = session !== undefined, measured = session?.measured, phase = session?.phase, photos = session?.turn?.id;
  useEffect(() => {
    if (!known) return;
    let gone = false;
    get<Kept>("/api/bench/record", { id }).then((r) => { if (!gone) setRecord(r); }, (e: unknown) => { if (!gone && !(e instanceof ApiError && e.status === 0)) setFault(e); });
    return () => { gone = true; };
  }, [id, known, measured, phase, photos]);
  return { session, record, linked, fault };
}

/** Something is on its way to the server. */
export const sending = signal(false);

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Sends an answer until the server has it: the link to a phone is often bad, and an answer counts once however often it comes. */
export async function insist<T>(path: string, body: unknown): Promise<T> {
  sending.value = true;
  try {
    for (let pause = 500; ; pause = Math.min(2 * pause, 8000)) {
      try { return await post<T>(path, body); } catch (e) {
        if (!(e instanceof ApiError) || e.status !== 0 && e.status !== 502 && e.status !== 503) throw e;
      }
      await wait(pause);
    }
  } finally { sending.value = false; }
}

export const answer = (id: string, turn: string, said: string, reason = "") => insist("/api/bench/answer", { id, turn, answer: said, reason });
export const order = (id: string, what: "pause" | "safe" | "resume" | "stop" | "abort", reason = "") => insist("/api/bench/do", { id, do: what, reason });
