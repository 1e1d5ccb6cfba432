// The list of runs as the server has it, kept up to date while the page is seen.
import { signal } from "@preact/signals";
import { follow, get, returns, type RunRow } from "../ui/api";

export const rows = signal<readonly RunRow[] | undefined>(undefined);
export const trouble = signal<unknown>(undefined);

/** When a run that trains was first seen by this page, for the time that is left. */
const seen = new Map<string, { epoch: number; at: number }>();

let asking = false, again = false, took = 0, told = 0;

/** Takes the list as it is now. */
function take(list: readonly RunRow[]): void {
  const now = Date.now() / 1000;
  for (const r of list) {
    if (r.state !== "running") seen.delete(r.id);
    else if (!seen.has(r.id) || seen.get(r.id)!.epoch > r.epoch) seen.set(r.id, { epoch: r.epoch, at: now });
  }
  rows.value = list;
  trouble.value = undefined;
}

/** Takes rows that are new or another, and leaves out those that are gone. */
function change(some: { runs: RunRow[]; gone: string[] }): void {
  const all = new Map((rows.peek() ?? []).map((r) => [r.id, r]));
  for (const id of some.gone) all.delete(id);
  for (const r of some.runs) all.set(r.id, r);
  take([...all.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)));
}

/** Asks for the list. However often it is called, it is asked once at a time, and for no more than a quarter of the time. */
export async function refresh(): Promise<void> {
  if (asking) { again = true; return; }
  asking = true;
  const began = performance.now(), then = told;
  try {
    const list = (await get<{ runs: RunRow[] }>("/api/runs")).runs;
    if (then === told) take(list); // else the stream has told of what is later
  } catch (e) { trouble.value = e; }
  took = performance.now() - began;
  setTimeout(() => { asking = false; if (again) { again = false; void refresh(); } }, 3 * took);
}

/** Keeps the list up to date until the result is called: all of it at first, then the rows that are another. */
export function watch(): () => void {
  const stop = follow("/api/runs/events", { rows: "1" }, () => undefined, undefined, {
    list: (all) => { told++; take((all as { runs: RunRow[] }).runs); },
    rows: (some) => { told++; change(some as { runs: RunRow[]; gone: string[] }); },
  });
  const back = returns.subscribe(() => void refresh()); // once at first, too: it says why where there is no list
  return () => { stop(); back(); };
}

/** Seconds until a run that trains is done, as fast as it has been while this page looked (or since it began). */
export function left(r: RunRow, now = Date.now() / 1000): number | undefined {
  if (r.state !== "running" || !(r.epochs > r.epoch) || r.epoch <= 0) return undefined;
  const s = seen.get(r.id);
  if (s && r.epoch > s.epoch && now - s.at > 2) return ((now - s.at) / (r.epoch - s.epoch)) * (r.epochs - r.epoch);
  return r.began && now > r.began ? ((now - r.began) / r.epoch) * (r.epochs - r.epoch) : undefined;
}
