// The list of runs as the server has it, kept up to date while the page is seen.
import { signal } from "@preact/signals";
import { follow, get, returns, type RunRow } from "../ui/api";

export const rows = signal<readonly RunRow[] | undefined>(undefined);
export const trouble = signal<unknown>(undefined);

/** When a run that trains was first seen by this page, for the time that is left. */
const seen = new Map<string, { epoch: number; at: number }>();

let asking = false, again = false, took = 0;

/** Asks for the list. However often it is called, it is asked once at a time, and for no more than a quarter of the time. */
export async function refresh(): Promise<void> {
  if (asking) { again = true; return; }
  asking = true;
  const began = performance.now();
  try {
    const list = (await get<{ runs: RunRow[] }>("/api/runs")).runs;
    const now = Date.now() / 1000;
    for (const r of list) {
      if (r.state !== "running") seen.delete(r.id);
      else if (!seen.has(r.id) || seen.get(r.id)!.epoch > r.epoch) seen.set(r.id, { epoch: r.epoch, at: now });
    }
    rows.value = list;
    trouble.value = undefined;
  } catch (e) { trouble.value = e; }
  took = performance.now() - began;
  setTimeout(() => { asking = false; if (again) { again = false; void refresh(); } }, 3 * took);
}

/** Keeps the list up to date until the result is called. */
export function watch(): () => void {
  void refresh();
  const stop = follow<number>("/api/runs/events", {}, () => undefined, undefined, { change: () => void refresh() });
  const back = returns.subscribe((n) => { if (n) void refresh(); });
  return () => { stop(); back(); };
}

/** Seconds until a run that trains is done, as fast as it has been while this page looked (or since it began). */
export function left(r: RunRow, now = Date.now() / 1000): number | undefined {
  if (r.state !== "running" || !(r.epochs > r.epoch) || r.epoch <= 0) return undefined;
  const s = seen.get(r.id);
  if (s && r.epoch > s.epoch && now - s.at > 2) return ((now - s.at) / (r.epoch - s.epoch)) * (r.epochs - r.epoch);
  return r.began && now > r.began ? ((now - r.began) / r.epoch) * (r.epochs - r.epoch) : undefined;
}
