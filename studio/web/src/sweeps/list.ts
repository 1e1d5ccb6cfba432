// Sweeps as the server has them; asked again while one is being trained and the page is seen.
import { useEffect, useState } from "preact/hooks";
import { get, returns } from "../ui/api";

export interface SweepRow {
  id: string; spec: string; words: string[]; way: string; points: number; done: number; failed: number; state: "running" | "ended" | "stopped" | "broken";
  why?: string; runs: boolean; best?: Record<string, string>; by?: string; score?: number; over?: string; changed: number;
}
export interface Spread { n: number; mean: number; sd: number; best: number }
export interface Settings {
  over: string; best_point?: number; best_by?: string; test_part_open: boolean; chunks_missing: number;
  settings: { point: number; set: Record<string, string | number>; finished: number; failed: number; scores: Record<string, Spread> }[];
}

const again = 5000; // ms

/** What is asked for, and again while it changes. */
export function useAsked<T>(path: string, query: Record<string, string>, goesOn: (answer: T) => boolean): { answer: T | undefined; fault: unknown } {
  const [answer, setAnswer] = useState<T>(), [fault, setFault] = useState<unknown>(), key = JSON.stringify(query), back = returns.value;
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      timer = undefined;
      try {
        const a = await get<T>(path, query, stop.signal);
        setAnswer(a);
        setFault(undefined);
        if (goesOn(a)) timer = setTimeout(later, again);
      } catch (e) { if (!stop.signal.aborted) setFault(e); }
    };
    const later = () => { if (document.hidden) timer = setTimeout(later, again); else void ask(); };
    void ask();
    return () => { stop.abort(); clearTimeout(timer); };
  }, [path, key, back]);
  return { answer, fault };
}
