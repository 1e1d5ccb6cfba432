// Training in the page: the experiment as the text has it, by the engine, shown while it learns.
import { signal } from "@preact/signals";
import type { Engine } from "../engine/engine";
import type { EpochRecord, Scored, Trained } from "../engine/protocol";
import { announce } from "../ui/announce";
import { number } from "../ui/units";
import { complaint, type Sketch } from "./state";

export type Stage = "idle" | "running" | "stopped" | "done";

export class Training {
  readonly stage = signal<Stage>("idle");
  readonly records = signal<EpochRecord[]>([]);
  readonly verdict = signal("");
  readonly why = signal("");
  readonly fault = signal<ReturnType<typeof complaint> | undefined>(undefined);
  readonly scored = signal<Scored | undefined>(undefined);
  private id: number | undefined;
  private text = "";
  private halt = false;

  private engine: Engine;

  constructor(private readonly s: Sketch) { this.engine = s.engine; }

  /** Learns on, from the start or from where it stopped; `epochs` at most, then it waits. */
  async go(epochs = Infinity): Promise<void> {
    if (this.stage.value === "running") return;
    const { s } = this;
    if (this.stage.value === "done" || this.text !== s.text.value) await this.reset();
    this.halt = false;
    this.fault.value = undefined;
    this.stage.value = "running";
    try {
      if (this.id === undefined) {
        this.text = s.text.value;
        this.records.value = []; // an engine that was away has forgotten the training: it begins anew
        this.engine = s.heavy();
        this.id = (await this.engine.open(s.source())).id;
        this.take(await this.engine.begin(this.id));
      }
      const until = (this.records.value.at(-1)?.epoch ?? 0) + epochs;
      for (;;) {
        const t = await this.engine.go(this.id, Number.isFinite(epochs) ? { ms: 200, epochs } : {});
        if (this.text !== s.text.value) { await this.reset(); s.note.value = "The text has changed, so the training has ended."; return; }
        this.take(t);
        if (t.done) { await this.end(t); return; }
        if (this.halt || (t.records.at(-1)?.epoch ?? 0) >= until) { this.stage.value = "stopped"; return; }
      }
    } catch (e) {
      this.fault.value = complaint(e);
      this.stage.value = this.records.value.length ? "stopped" : "idle";
      await this.drop();
    }
  }

  private take(t: Trained): void {
    if (t.records.length) {
      this.records.value = [...this.records.value, ...t.records];
      const last = t.records.at(-1)!;
      announce(`Epoch ${last.epoch}, loss ${number(last.loss)}`);
    }
    this.s.theta.value = t.theta;
    void this.s.solve();
  }

  private async end(t: Trained): Promise<void> {
    this.verdict.value = t.verdict?.text ?? "";
    this.why.value = t.why;
    this.scored.value = this.id === undefined ? undefined : await this.engine.score(this.id, t.theta).catch(() => undefined);
    this.stage.value = "done";
    announce(`Training is done. ${this.verdict.value}`);
  }

  stop(): void { this.halt = true; }

  /** Back to the lattice before it learned. */
  async reset(): Promise<void> {
    this.halt = true;
    await this.drop();
    this.records.value = [];
    this.verdict.value = this.why.value = "";
    this.fault.value = this.scored.value = undefined;
    this.s.theta.value = undefined;
    this.stage.value = "idle";
    void this.s.solve();
  }

  private async drop(): Promise<void> {
    const id = this.id;
    this.id = undefined;
    if (id !== undefined) await this.engine.close(id).catch(() => undefined);
  }
}
