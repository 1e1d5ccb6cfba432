// The course of a run: what its log says epoch by epoch, and what is known of it besides. It grows while the run trains.
import { get, type RunRow } from "../ui/api";
import type { EpochRecord } from "../engine/protocol";

export const measures = [
  { key: "loss", name: "Loss", log: true }, { key: "test_loss", name: "Test loss", log: true }, { key: "validation_loss", name: "Validation loss", log: true },
  { key: "train_accuracy", name: "Accuracy, training part", share: true }, { key: "test_accuracy", name: "Accuracy, test part", share: true },
  { key: "validation_accuracy", name: "Accuracy, validation part", share: true },
  { key: "train_error", name: "Error, training part", log: true, share: true }, { key: "test_error", name: "Error, test part", log: true, share: true },
] as const satisfies readonly { key: keyof EpochRecord; name: string; log?: boolean; share?: boolean }[];
export type Measure = (typeof measures)[number]["key"];

interface LogRecord extends EpochRecord { seq: number; time?: number; kind: string; text?: string; status?: string; verdict?: { text?: string }; head?: { id: string } }

export interface Detail {
  run: RunRow; resolved: string; spec: { name: string; text: string }; parent: string;
  manifest: { kind?: string; overrides?: string[] } | null; result: { verdict?: { text?: string } } | null;
}

export interface Course {
  id: string; detail?: Detail; fault?: unknown;
  epoch: number[]; time: number[]; values: Partial<Record<Measure, (number | undefined)[]>>;
  steps: number; seconds: number;           // of training, without pauses
  after: string; began: number; state?: string;
}

export const begun = (id: string): Course => ({ id, epoch: [], time: [], values: {}, steps: 0, seconds: 0, after: "", began: 0 });

/** The same run as it is now: what is new in its log is added. */
export async function advance(c: Course, signal: AbortSignal): Promise<Course> {
  try {
    const detail = await get<Detail>("/api/run", { id: c.id }, signal);
    let next: Course = { ...c, detail, fault: undefined, epoch: c.epoch, time: c.time, values: { ...c.values } };
    for (let more = true; more;) {
      const reply = await get<{ records: LogRecord[]; more: boolean; mark: string; now: { state: string; trouble?: string } }>("/api/run/log", { id: c.id, now: "1", ...(next.after && { after: next.after }) }, signal);
      more = reply.more;
      next = add(next, reply.records, reply.mark);
      next.state = reply.now.state;
      if (reply.now.trouble) next.fault = { message: reply.now.trouble };
    }
    return next;
  } catch (fault) {
    if (signal.aborted) throw fault;
    return { ...c, fault };
  }
}

function add(c: Course, records: readonly LogRecord[], mark: string): Course {
  if (records.length === 0) return c;
  if (records[0]!.seq === 1) c = { ...c, epoch: [], time: [], values: {}, steps: 0, seconds: 0, began: 0 };
  const epoch = c.epoch.slice(), time = c.time.slice(), values: Course["values"] = {};
  for (const m of measures) if (c.values[m.key]) values[m.key] = c.values[m.key]!.slice();
  let { steps, seconds, began } = c;
  for (const r of records) {
    const t = r.time ?? 0;
    if (r.kind === "begin") began = t;
    if (began > 0 && t > began) { seconds += t - began; began = t; }
    if (r.kind !== "epoch") continue;
    steps = Math.max(steps, r.steps);
    epoch.push(r.epoch);
    time.push(t);
    for (const m of measures) {
      const v = r[m.key];
      if (v !== undefined || values[m.key]) (values[m.key] ??= new Array<undefined>(epoch.length - 1).fill(undefined)).push(v);
    }
  }
  return { ...c, epoch, time, values, steps, seconds, began, after: `${records[records.length - 1]!.seq}@${mark}` };
}

/** The last value of a measure. */
export function final(c: Course, m: Measure): number | undefined { return c.values[m]?.findLast((v) => v !== undefined); }

/** The command that makes a run anew. */
export function made(c: Course): string[] | undefined {
  const d = c.detail;
  if (!d?.spec.name || (d.manifest?.kind && d.manifest.kind !== "train")) return undefined;
  return d.run.of === "session" ? ["lab", "train", d.spec.name, ...(d.manifest?.overrides ?? [])] : ["train", d.spec.name, ...(d.manifest?.overrides ?? [])];
}
