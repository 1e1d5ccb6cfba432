// What the engine is asked and what it answers: studio/engine is the other side. SI units; nodes and elements count from 0,
// and `numbers` and `number` say what people call them.

export type Files = Record<string, Uint8Array>;

/** Where a task pushes or reads (snapshot.Port). */
export interface Port { // a strain has the unit %, and is a number such as 0.01 all the same
  name: string; unit: string; kind: string; node: number; other?: number; mean?: number[];
  dir: [number, number, number]; given?: boolean; strain?: string; sets?: number[];
}

export interface Part { name: string; n: number }

/** What a network is and what its task asks, as `open` says it. */
export interface Shape {
  title: string; task: "behaviour" | "regression" | "classification"; dim: number; springs: boolean; finite: boolean;
  method: string; loss: string; nodes: number; elements: number; seed: number; epochs: number;
  inputs: Port[]; outputs: Port[]; input_names: string[]; output_names: string[];
  input_unit: string; output_unit: string; input_scale: number[]; classes?: string[];
  parts: Part[]; supports: { node: number; part: string }[]; kinds: string[]; parameter: string; parameter_name?: string;
  cell?: [number, number, number][]; // lattice vectors of a periodic cell, m
  blocks: { kind: string; law?: string; names: string[]; units: string[]; first: number; elements: number; learn: number }[];
}

/** The arrays of a shape. */
export interface Geometry {
  points: Float64Array;  // n x 3, m
  numbers: Int32Array;   // n
  ends: Int32Array;      // m x 2, -1 for none
  third: Int32Array;     // m: third node of an angle, else -1
  kind: Int32Array;      // m: place in kinds
  number: Int32Array;    // m
  cut: Uint8Array;       // m
  theta: Float64Array;   // p
  thetaOf: Int32Array;   // m: first parameter of an element, -1 for none
  lower: Float64Array; upper: Float64Array; learns: Uint8Array; // p
  shift?: Int32Array;    // m x 3: of a periodic cell, by how many lattice vectors the second end lies away from its node
  thirdShift?: Int32Array; // likewise of the third node
  parts: Record<string, { input: Float64Array; wanted?: Float64Array; class?: Int32Array; rows: Int32Array }>;
}

export interface Opened { id: number; shape: Shape; geometry: Geometry }

export interface Sample { part: string; i: number }

/** Of a periodic cell; the image of a node moves as the node does, and by the strain times its distance. */
export interface Strain { exx: number; eyy: number; gxy: number }

export interface Solved {
  outputs: number[]; predicted?: number; logits?: number[]; energy: number; readings: number[];
  reactions: { node: number; part: string; value: number }[];
  strain?: Strain;
  u: Float64Array;      // n x 3, m
  turn?: Float64Array;
  e: Float64Array;      // m: first mode
  force: Float64Array;  // m
}

export interface Fields {
  loss: number; mean_loss: number; strain?: Strain; strain_adj?: Strain;
  u: Float64Array; e: Float64Array; uAdjoint: Float64Array; eAdjoint: Float64Array;
  product: Float64Array; // m, of the sample
  mean: Float64Array;    // p, of the training part
}

export interface Scored {
  parts: { name: string; loss: number; accuracy?: number; error?: number; confusion?: number[][] }[];
  reached: Record<string, Float64Array>; predicted: Record<string, Int32Array>;
}

export interface EpochRecord {
  epoch: number; steps: number; loss?: number; train_accuracy?: number; train_error?: number;
  test_loss?: number; test_accuracy?: number; test_error?: number; validation_loss?: number; validation_accuracy?: number;
}

export interface Trained { records: EpochRecord[]; done: boolean; why: string; verdict?: { text: string }; theta: Float64Array }

export interface Complaint { code?: string; message: string; help?: string; line?: number; column?: number; end?: number; path?: string }

export interface Checked {
  errors: Complaint[]; warnings: { code?: string; text: string; help?: string }[]; nodes?: number; elements?: number; learn?: number;
  mechanisms: { text: string; mode: Float64Array }[]; // n x 3
  shape?: Shape; geometry?: Geometry;
}

export interface Option { label: string; detail?: string; info?: string; apply?: string }

export interface Example { name: string; title: string; text: string; files: Files }

/** Experiment file with the files that it names. */
export interface Source { name: string; text: string; overrides?: string[]; files?: Files }

/** A failure in the words of the program. */
export class EngineError extends Error {
  constructor(readonly complaint: Complaint, readonly errors: Complaint[] = [complaint], readonly mode?: Float64Array) {
    super(complaint.message);
  }
}
