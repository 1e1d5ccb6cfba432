// The engine as pages see it: experiments that are opened, and what they are asked. local.ts has it in a worker, remote.ts in the server.
import { decode, encode, type Message, type Numbers } from "./message";
import {
  EngineError, type Checked, type Complaint, type EpochRecord, type Example, type Fields, type Files, type Geometry, type Opened,
  type Option, type Sample, type Scored, type Shape, type Solved, type Source, type Trained,
} from "./protocol";

/** Takes a message to the engine and brings its answer. */
export interface Carrier {
  call(verb: string, message: Uint8Array): Promise<Uint8Array>;
  /** It is not in this page: when it has been away it knows nothing of what was opened. */
  readonly afar?: boolean;
}

type Arrays = Record<string, Numbers>;
const f8 = (m: Message, name: string) => m.arrays[name] as Float64Array;
const i4 = (m: Message, name: string) => m.arrays[name] as Int32Array;

export class Engine {
  constructor(private readonly carrier: Carrier) {}

  get afar(): boolean { return this.carrier.afar ?? false; }

  private async ask(verb: string, head: object, arrays: Arrays = {}): Promise<Message> {
    const reply = decode(await this.carrier.call(verb, encode(head, arrays)));
    const error = reply.head["error"] as (Complaint & { errors?: Complaint[] }) | undefined;
    if (error) throw new EngineError(error, error.errors ?? [error], reply.arrays["mode"] as Float64Array | undefined);
    return reply;
  }

  async check(source: Source): Promise<Checked> {
    const m = await this.ask("check", said(source), given(source.files));
    const checked = m.head as unknown as Checked;
    checked.mechanisms = (checked.mechanisms ?? []).map((x, i) => ({ ...x, mode: f8(m, `mode${i}`) }));
    if (checked.shape) checked.geometry = geometry(m, checked.shape);
    return checked;
  }

  async open(source: Source, theta?: Float64Array): Promise<Opened> {
    return opened(await this.ask("open", said(source), { ...given(source.files), ...(theta && { theta }) }));
  }

  async close(id: number): Promise<void> { await this.ask("close", { id }); }

  async solve(id: number, load: { sample?: Sample; input?: number[] }, theta?: Float64Array): Promise<Solved> {
    const m = await this.ask("solve", { id, ...load }, theta && { theta });
    return { ...(m.head as unknown as Solved), u: f8(m, "u"), turn: f8(m, "turn"), e: f8(m, "e"), force: f8(m, "force") };
  }

  async gradient(id: number, sample: Sample, theta?: Float64Array): Promise<Fields> {
    const m = await this.ask("gradient", { id, sample }, theta && { theta });
    return { ...(m.head as unknown as Fields), u: f8(m, "u"), e: f8(m, "e"), uAdjoint: f8(m, "u_adj"), eAdjoint: f8(m, "e_adj"),
      product: f8(m, "product"), mean: f8(m, "mean") };
  }

  async score(id: number, theta?: Float64Array): Promise<Scored> {
    const m = await this.ask("score", { id }, theta && { theta });
    const scored: Scored = { ...(m.head as unknown as Scored), reached: {}, predicted: {} };
    for (const [name, a] of Object.entries(m.arrays)) {
      if (name.startsWith("reached:")) scored.reached[name.slice(8)] = a as Float64Array;
      if (name.startsWith("predicted:")) scored.predicted[name.slice(10)] = a as Int32Array;
    }
    return scored;
  }

  /** A training begins, from theta or from the start of the experiment. */
  async begin(id: number, options: { theta?: Float64Array; epochs?: number } = {}): Promise<Trained> {
    return trained(await this.ask("train", { id, do: "begin", epochs: options.epochs }, options.theta && { theta: options.theta }));
  }

  /** It goes on for so many milliseconds, or so many epochs, at the most. */
  async go(id: number, most: { ms?: number; epochs?: number } = {}): Promise<Trained> {
    return trained(await this.ask("train", { id, do: "go", ms: 30, ...most }));
  }

  /** Trains until it is done, the signal is given or `each` returns false; calls `each` some thirty times a second. */
  async train(id: number, options: { begin?: Float64Array; epochs?: number; signal?: AbortSignal }, each: (t: Trained) => boolean | void): Promise<void> {
    let t = await this.begin(id, { ...(options.begin && { theta: options.begin }), ...(options.epochs !== undefined && { epochs: options.epochs }) });
    while (each(t) !== false && !t.done && !options.signal?.aborted) t = await this.go(id);
  }

  async cut(id: number, bonds: number[], theta?: Float64Array): Promise<Opened & { text: string }> {
    const m = await this.ask("cut", { id, bonds }, theta && { theta });
    return { ...opened(m), text: m.head["text"] as string };
  }

  async edit(text: string, set: [path: string, value: string][], remove: string[] = []): Promise<string> {
    return (await this.ask("edit", { text, set, remove })).head["text"] as string;
  }

  async complete(text: string, line: number, column: number): Promise<{ from: number; options: Option[] }> {
    return (await this.ask("complete", { text, line, column })).head as unknown as { from: number; options: Option[] };
  }

  async examples(): Promise<Example[]> {
    const m = await this.ask("examples", {});
    return (m.head["examples"] as (Omit<Example, "files"> & { files?: string[] })[]).map((e) => ({
      ...e, files: Object.fromEntries((e.files ?? []).map((name) => [name, m.arrays[`file:${name}`] as Uint8Array])),
    }));
  }
}

function trained(m: Message): Trained {
  return { ...(m.head as unknown as Trained), records: (m.head["records"] as EpochRecord[] | null) ?? [], theta: f8(m, "theta") };
}

function said(s: Source) { return { name: s.name, text: s.text, overrides: s.overrides }; }

function given(files: Files | undefined): Arrays {
  return Object.fromEntries(Object.entries(files ?? {}).map(([name, bytes]) => [`file:${name}`, bytes]));
}

/** What a reply of `open` says; a shared page has one in it. */
export function opened(m: Message): Opened {
  const shape = m.head["shape"] as Shape;
  return { id: m.head["id"] as number, shape, geometry: geometry(m, shape) };
}

const none = new Float64Array(0);

function geometry(m: Message, shape: Shape): Geometry {
  for (const q of [...shape.inputs, ...shape.outputs]) if (q.kind === "strain" && q.unit === "1") q.unit = "%";
  shape.inputs.forEach((q, i) => { if (q.kind === "strain" && !q.given && shape.input_names[i] === q.strain) shape.input_names[i] = `s${q.strain!.slice(1)}`; }); // a stress
  const g: Geometry = {
    points: f8(m, "points"), numbers: i4(m, "numbers"), ends: i4(m, "ends"), third: i4(m, "third"), kind: i4(m, "kind"), number: i4(m, "number"),
    cut: m.arrays["cut"] as Uint8Array, theta: f8(m, "theta") ?? none, thetaOf: i4(m, "theta_of"), lower: f8(m, "lower") ?? none, upper: f8(m, "upper") ?? none,
    learns: (m.arrays["learns"] as Uint8Array | undefined) ?? new Uint8Array(0), parts: {}, // a lattice that is only drawn has no parameters
  };
  if (m.arrays["shift"]) g.shift = i4(m, "shift");
  if (m.arrays["third_shift"]) g.thirdShift = i4(m, "third_shift");
  for (const p of shape.parts ?? []) {
    const wanted = m.arrays[`wanted:${p.name}`] as Float64Array | undefined, classes = m.arrays[`class:${p.name}`] as Int32Array | undefined;
    g.parts[p.name] = { input: f8(m, `input:${p.name}`), rows: i4(m, `rows:${p.name}`), ...(wanted && { wanted }), ...(classes && { class: classes }) };
  }
  return g;
}
