// What a page of a trained network holds and does: its parameters at an epoch, the load, the answer of the engine to both, and what is shown of it.
// The page of a run and the shared page are views of this.
import { signal, computed } from "@preact/signals";
import type { Engine } from "../engine/engine";
import type { EpochRecord, Fields, Opened, Sample, Scored, Solved, Source } from "../engine/protocol";
import { magnified } from "../lattice/tile";
import type { Colour } from "./colouring";

export interface Frames { epochs: number[]; theta: Float64Array[] }
export interface Load { sample: Sample | undefined; input: Float64Array; rest: boolean } // `sample` undefined: by hand

export class Play {
  readonly opened = signal<Opened | undefined>(undefined);
  readonly theta = signal<Float64Array | undefined>(undefined); // shown now
  readonly epoch = signal(0);
  readonly frames = signal<Frames>({ epochs: [], theta: [] });
  readonly records = signal<EpochRecord[]>([]);
  readonly load = signal<Load | undefined>(undefined);
  readonly solved = signal<Solved | undefined>(undefined);
  readonly fields = signal<Fields | undefined>(undefined);
  readonly scored = signal<Scored | undefined>(undefined);
  readonly colour = signal<Colour>("parameter");
  readonly kind = signal("");                     // of the elements that are coloured, where a network has several that are measured otherwise
  readonly other = signal(0);                                   // place of the frame that differences are taken to
  readonly magnify = signal(1);
  readonly auto = signal(true);                                 // the magnification follows the answer
  readonly chosen = signal<{ node?: number; element?: number }>({});
  readonly fault = signal<unknown>(undefined);
  readonly note = signal("");                                   // what the page does not do now, in words
  readonly playing = signal(false);
  readonly speed = signal(1);
  readonly idea = signal(false);
  readonly training = signal(false);                            // in this page
  readonly cuts = signal<number[]>([]);                         // numbers of bonds cut in this page
  readonly own = signal(false);                                 // what is shown is no epoch of the run
  readonly live = signal(false);                                // follows the newest epoch
  readonly pulled = signal<{ node: number; by: [number, number, number]; force: number } | undefined>(undefined);
  source: Source = { name: "", text: "" };
  private first: { opened: Opened; frames: Frames; records: EpochRecord[]; source: Source } | undefined;
  private busy = false; private again = false; private scores: ReturnType<typeof setTimeout> | undefined;
  private stop: AbortController | undefined;
  private gone = false;

  constructor(public engine: Engine) {}

  readonly parts = computed(() => this.opened.value?.shape.parts ?? []);

  /** An experiment is there: its first sample is hung. */
  begin(o: Opened, source: Source, frames?: Frames, records: EpochRecord[] = []): void {
    this.source = source;
    this.opened.value = o;
    this.frames.value = frames?.epochs.length ? frames : { epochs: [0], theta: [o.geometry.theta] };
    this.records.value = records;
    this.first ??= { opened: o, frames: this.frames.value, records, source };
    const part = o.shape.parts.find((p) => p.n > 0);
    this.hang(part ? { part: part.name, i: 0 } : undefined);
    this.at(this.frames.value.epochs.length - 1);
  }

  /** Shows a frame. */
  at(k: number): void {
    const f = this.frames.value, i = Math.min(Math.max(k, 0), f.epochs.length - 1), theta = f.theta[i];
    if (!theta) return;
    this.epoch.value = f.epochs[i]!;
    this.theta.value = theta;
    this.own.value = false;
    this.live.value = i === f.epochs.length - 1;
    this.refresh();
  }

  /** The frame that is nearest to an epoch. */
  near(epoch: number): number {
    const { epochs } = this.frames.value;
    let best = 0;
    for (let i = 1; i < epochs.length; i++) if (Math.abs(epochs[i]! - epoch) <= Math.abs(epochs[best]! - epoch)) best = i;
    return best;
  }
  step(by: number): void { this.playing.value = false; this.at(this.near(this.epoch.value) + by); }

  hang(sample: Sample | undefined): void {
    const o = this.opened.value!, p = o.shape.inputs.length, part = sample && o.geometry.parts[sample.part];
    const input = part && sample ? part.input.slice(sample.i * p, (sample.i + 1) * p) : (this.load.value?.input ?? new Float64Array(p));
    this.load.value = { sample, input, rest: false };
    this.refresh();
  }
  push(i: number, amplitude: number): void {
    const input = Float64Array.from(this.load.value!.input);
    input[i] = amplitude;
    this.load.value = { sample: undefined, input, rest: false };
    this.refresh();
  }
  rest(): void { const l = this.load.value; if (l) { this.load.value = { ...l, rest: !l.rest }; this.refresh(); } }

  /** Asks the engine for what is shown; what came in between is asked for once. */
  refresh(): void {
    this.again = true;
    if (!this.busy) void this.answer();
    clearTimeout(this.scores);
    if (!this.training.value) this.scores = setTimeout(() => void this.score(), 350);
  }

  private async answer(): Promise<void> {
    this.busy = true;
    while (this.again && !this.gone) {
      this.again = false;
      const o = this.opened.value, theta = this.theta.value, load = this.load.value;
      if (!o || !theta || !load || o.id < 0) break; // below 0: the engine is not there yet
      try {
        const ask = load.sample ? { sample: load.sample } : { input: [...load.input] };
        const solved = load.rest ? undefined : await this.engine.solve(o.id, ask, theta);
        if (this.opened.value !== o) continue;
        let fields: Fields | undefined;
        if (this.idea.value || this.colour.value === "gradient") {
          const sample = load.sample ?? this.someSample();
          if (sample) fields = await this.engine.gradient(o.id, sample, theta);
          if (this.opened.value !== o) continue;
        }
        this.solved.value = solved;
        this.fields.value = fields;
        if (solved && this.auto.value) this.magnify.value = magnified(o, solved.u, solved.strain);
        this.fault.value = undefined;
      } catch (e) {
        if (this.opened.value !== o || this.gone) continue;
        this.solved.value = this.fields.value = this.scored.value = undefined; // what stood there was of other parameters or another load
        this.fault.value = e;
      }
    }
    this.busy = false;
  }

  someSample(): Sample | undefined { const p = this.parts.value.find((x) => x.n > 0); return p && { part: p.name, i: 0 }; }

  private async score(): Promise<void> {
    const o = this.opened.value, theta = this.theta.value;
    if (!o || !theta || o.id < 0 || this.training.value) return;
    const samples = o.shape.parts.reduce((n, p) => n + p.n, 0);
    if (samples * o.shape.elements > 5e7) { this.note.value = "The scores of all samples of so large a lattice are not computed here; the curves have those of the training."; return; }
    try {
      const s = await this.engine.score(o.id, theta);
      if (this.opened.value === o && this.theta.value === theta) this.scored.value = s;
    } catch (e) {
      if (this.opened.value !== o || this.theta.value !== theta || this.gone) return;
      this.scored.value = undefined;
      this.fault.value = e;
    }
  }

  /** Cuts a bond, or one more: solved again at once. The others keep their parameters. */
  async cut(element: number): Promise<void> {
    const o = this.opened.value;
    if (!o || o.geometry.cut[element]) return;
    await this.change(async () => {
      const number = o.geometry.number[element]!, next = await this.engine.cut(o.id, [number], this.theta.value);
      const theta = next.geometry.theta.length === this.theta.value?.length ? this.theta.value : next.geometry.theta;
      this.take(next, { ...this.source, text: next.text }, theta);
      this.cuts.value = [...this.cuts.value, number];
    });
  }

  /** Goes on with another text from the parameters shown, where there are as many. */
  async reopen(text: string): Promise<boolean> {
    return this.change(async () => {
      const source = { ...this.source, text }, next = await this.engine.open(source);
      this.take(next, source, next.geometry.theta.length === this.theta.value?.length ? this.theta.value : next.geometry.theta);
    });
  }

  /** Opens again, with what is shown, what is not open: a shared page as it begins or comes back to a network, and all of an engine in the server that was away. */
  async revive(): Promise<void> {
    const was = this.opened.value;
    if (!was || (was.id >= 0 && !this.engine.afar)) return;
    try {
      const next = await this.engine.open(this.source);
      if (this.first?.opened === was) this.first = { ...this.first, opened: next };
      // Its start is that of the experiment; what a shared page was written with may be the end.
      this.opened.value = { ...was, id: next.id, geometry: { ...was.geometry, theta: next.geometry.theta } };
      if (this.first?.opened === next) this.first = { ...this.first, opened: this.opened.value };
      this.refresh();
    } catch (e) { this.fault.value = e; }
  }

  /** Not looked at for a while: what it has open in the engine is closed, and all that is shown stays. revive() opens it again. */
  sleep(): void {
    this.halt();
    this.playing.value = false;
    clearTimeout(this.scores);
    const was = this.opened.value, first = this.first?.opened;
    for (const o of new Set([was, first])) if (o && o.id >= 0) void this.engine.close(o.id).catch(() => undefined); // it may be closed already
    if (was) this.opened.value = { ...was, id: -1 };
    if (this.first && first) this.first = { ...this.first, opened: first === was ? this.opened.value! : { ...first, id: -1 } };
  }

  private async change(run: () => Promise<void>): Promise<boolean> {
    this.halt();
    try { await run(); this.fault.value = undefined; return true; } catch (e) { this.fault.value = e; return false; }
  }

  private take(next: Opened, source: Source, theta: Float64Array): void {
    const was = this.opened.value!, load = this.load.value;
    this.source = source;
    this.solved.value = this.fields.value = this.scored.value = undefined;
    this.opened.value = next;
    if (was !== this.first?.opened) void this.engine.close(was.id).catch(() => undefined); // it may be closed already
    this.theta.value = theta;
    this.own.value = true;
    this.live.value = false;
    const same = load?.sample && (next.geometry.parts[load.sample.part]?.rows.length ?? 0) > load.sample.i;
    this.hang(same ? load.sample : this.someSample());
  }

  /** Trains in this page, from what is shown. The curve grows; frames are kept, thinned when they are many. */
  async train(epochs?: number): Promise<void> {
    const o = this.opened.value;
    if (!o || this.training.value) return;
    this.playing.value = false;
    this.training.value = this.own.value = true;
    this.live.value = true;
    this.stop = new AbortController();
    let frames: Frames = { epochs: [0], theta: [this.theta.value!] }, every = 1;
    this.records.value = [];
    try {
      await this.engine.train(o.id, { begin: this.theta.value!, signal: this.stop.signal, ...(epochs !== undefined && { epochs }) }, (t) => {
        if (this.gone || this.opened.value !== o) return false;
        this.records.value = [...this.records.value, ...t.records];
        const epoch = t.records.at(-1)?.epoch;
        if (epoch !== undefined && epoch - frames.epochs.at(-1)! >= every) {
          frames = { epochs: [...frames.epochs, epoch], theta: [...frames.theta, t.theta] };
          if (frames.epochs.length > 400) { every *= 2; frames = { epochs: frames.epochs.filter((_, i) => i % 2 === 0), theta: frames.theta.filter((_, i) => i % 2 === 0) }; }
        }
        if (epoch !== undefined) this.epoch.value = epoch;
        this.theta.value = t.theta;
        this.frames.value = frames.epochs.at(-1) === epoch ? frames : { epochs: [...frames.epochs, epoch ?? 0], theta: [...frames.theta, t.theta] };
        if (t.done) this.note.value = t.verdict?.text ?? t.why;
        this.again = true;
        if (!this.busy) void this.answer();
        return undefined;
      });
    } catch (e) { if (!this.gone) this.fault.value = e; } finally {
      this.training.value = false;
      this.refresh();
    }
  }
  halt(): void { this.stop?.abort(); }

  /** Back to the run as it came. */
  async reset(): Promise<void> {
    const f = this.first;
    if (!f) return;
    this.halt();
    this.fault.value = undefined;
    this.note.value = "";
    const was = this.opened.value!;
    if (was !== f.opened) {
      void this.engine.close(was.id).catch(() => undefined);
      try { this.first = { ...f, opened: await this.engine.open(f.source) }; } catch (e) { this.fault.value = e; return; }
    }
    this.cuts.value = [];
    this.scored.value = undefined;
    this.begin(this.first!.opened, f.source, f.frames, f.records);
  }
  /** Frames and records of the run have grown. */
  grown(frames: Frames, records: EpochRecord[]): void {
    if (this.first) this.first = { ...this.first, frames, records };
    if (this.own.value) return;
    const follows = this.live.value && !this.playing.value;
    this.frames.value = frames;
    this.records.value = records;
    if (follows) this.at(frames.epochs.length - 1);
  }

  close(): void {
    this.gone = true;
    this.halt();
    clearTimeout(this.scores);
    for (const o of new Set([this.opened.value, this.first?.opened])) if (o) void this.engine.close(o.id).catch(() => undefined); // the server may be away
  }
}
