// A run as the server tells it: its experiment is opened, its log followed, its frames fetched as they come.
import { signal } from "@preact/signals";
import { engineFor } from "../engine/choose";
import { decode } from "../engine/message";
import type { EpochRecord, Files, Source } from "../engine/protocol";
import { ApiError, follow, get, getBytes, onReturn, type RunRow } from "../ui/api";
import { Play, type Frames } from "./play";

interface LogRecord extends EpochRecord { seq: number; kind: string; text?: string; frame?: boolean; epochs?: number; verdict?: { text?: string } }
export interface Detail { run: RunRow; spec: { name: string; text: string }; resolved: string; manifest: unknown; result: { verdict?: { text?: string } } | null; parent: string; trouble?: string[] }

export class RunData {
  readonly detail = signal<Detail | undefined>(undefined);
  readonly state = signal<RunRow["state"]>("stopped");
  readonly why = signal("");
  readonly epochs = signal(0);
  readonly fault = signal<unknown>(undefined);
  readonly play = signal<Play | undefined>(undefined);
  private records: EpochRecord[] = [];
  private frames: Frames = { epochs: [], theta: [] };
  private end: (() => void) | undefined;
  private readonly home = onReturn(() => this.back());
  private first: Promise<void> | undefined; private fetching = false; private wanted = false; private gone = false; private told = 0;

  constructor(readonly id: string) {}

  /** The server was away and is back: what it did not answer is asked for again. */
  private back(): void {
    if (this.play.value) { void this.fetch(); return; }
    if (this.fault.value !== undefined) void this.load();
  }

  async load(): Promise<void> {
    this.end?.();
    this.fault.value = undefined;
    try {
      const d = await get<Detail>("/api/run", { id: this.id });
      if (this.gone) return;
      this.detail.value = d;
      this.state.value = d.run.state;
      this.why.value = d.run.why ?? "";
      this.epochs.value = d.run.epochs;
      this.follow();
      if (d.run.of === "session") return; // its page shows photographs and loads
      const files = await this.files();
      const source: Source = { name: d.spec.name || "experiment.yaml", text: d.resolved || d.spec.text, files };
      const play = new Play(engineFor(d.run.elements)), opened = await play.engine.open(source);
      if (this.gone) { void play.engine.close(opened.id); return; }
      await this.fetch();
      await this.first;
      play.begin(opened, source, this.fitting(opened.geometry.theta.length), this.records);
      this.play.value = play;
      if (this.frames.epochs.length === 0) play.note.value = "No parameters have been kept yet: the start of the experiment is shown.";
    } catch (e) { if (!this.gone) this.fault.value = e; }
  }

  private async files(): Promise<Files> {
    const m = decode(await getBytes("/api/run/files", { id: this.id }));
    return Object.fromEntries(Object.entries(m.arrays).filter(([n]) => n.startsWith("file:")).map(([n, a]) => [n.slice(5), a as Uint8Array]));
  }

  /** Frames that have as many parameters as the experiment that is open. */
  private fitting(p: number): Frames {
    const ok = this.frames.theta.map((t) => t.length === p);
    return { epochs: this.frames.epochs.filter((_, i) => ok[i]), theta: this.frames.theta.filter((_, i) => ok[i]) };
  }

  private follow(): void {
    const reset = () => { this.records = []; this.frames = { epochs: [], theta: [] }; this.told = 0; };
    this.end = follow<{ records: LogRecord[] }>("/api/run/log", { id: this.id }, ({ records }) => {
      let frame = false;
      const more: EpochRecord[] = [];
      for (const r of records) {
        if (r.seq <= this.told) continue; // told before a break
        this.told = r.seq;
        if (r.kind === "begin") { this.state.value = "running"; if (r.epochs) this.epochs.value = r.epochs; }
        if (r.kind === "pause") this.state.value = "paused";
        if (r.kind === "fault") this.state.value = "fault";
        if (r.kind === "end") { this.state.value = "ended"; this.why.value = r.verdict?.text ?? r.text ?? ""; }
        else if (r.text) this.why.value = r.text;
        if (r.kind === "epoch") more.push(r);
        frame ||= r.kind === "end" || r.kind === "pause" || Boolean(r.frame);
      }
      if (more.length) this.records = [...this.records, ...more];
      this.tell();
      if (frame) void this.fetch();
    }, undefined, {
      reset: () => reset(),
      state: (s) => { const x = s as { state: RunRow["state"]; why?: string }; this.state.value = x.state; if (x.why) this.why.value = x.why; if (x.state !== "running") void this.fetch(); },
    });
  }

  private tell(): void {
    const play = this.play.value, o = play?.opened.value;
    if (play && o) play.grown(this.frames.epochs.length ? this.fitting(play.own.value ? this.frames.theta[0]!.length : o.geometry.theta.length) : play.frames.value, this.records);
  }

  /** Frames behind those that are here, at most four times a second. */
  private async fetch(): Promise<void> {
    this.wanted = true;
    if (this.fetching) return;
    this.fetching = true;
    let arrived: () => void = () => undefined;
    this.first ??= new Promise((done) => { arrived = done; });
    try {
      while (this.wanted && !this.gone) {
        this.wanted = false;
        const m = decode(await getBytes("/api/run/frames", { id: this.id, from: String(this.frames.epochs.at(-1) ?? -1) }));
        const epochs = [...((m.arrays["epochs"] as Int32Array | undefined) ?? [])], all = m.arrays["theta"] as Float64Array | undefined;
        if (epochs.length && all) {
          const p = all.length / epochs.length;
          this.frames = { epochs: [...this.frames.epochs, ...epochs], theta: [...this.frames.theta, ...epochs.map((_, i) => all.slice(i * p, (i + 1) * p))] };
          this.tell();
        }
        arrived();
        if (m.head["more"]) this.wanted = true; else await new Promise((r) => setTimeout(r, 250));
      }
    } catch (e) {
      this.wanted = false;
      const away = e instanceof ApiError && e.status === 0; // the bar says so; when it is back they are asked for again
      if (!away && !this.play.value && !this.gone) this.fault.value = e;
    } finally { arrived(); this.fetching = false; }
  }

  close(): void {
    this.gone = true;
    this.home();
    this.end?.();
    this.play.value?.close();
  }
}
