// What a drawing of a lattice is told. Lattice (lattice.tsx) draws it; pages of runs, sketches and benches tell it.
import type { Geometry, Shape } from "../engine/protocol";

/** How values become colours. Values at or beyond the ends have the colours of the ends. */
export interface Scale { kind: "sequential" | "diverging"; low: number; high: number; unit: string; name: string }

export interface Arrow { node: number; vector: [number, number, number]; label?: string; kind: "load" | "target" | "reaction" | "reading" }

export interface Picture {
  shape: Shape; geometry: Geometry;
  u?: Float64Array;                 // n x 3, m
  magnify: number;                  // of u
  ghost?: boolean;                  // the lattice at rest behind it
  value?: Float64Array;             // m: what elements are coloured by; without it one colour
  scale?: Scale;
  width?: Float64Array;             // m: from 0 to 1; without it all alike
  arrows?: Arrow[];
  node?: number; element?: number;  // chosen
  labels?: boolean;                 // numbers of nodes, where they do not overlap
}

export interface Place { node?: number; element?: number; x: number; y: number } // of the pointer, m in the plane of the picture

export interface LatticeProps {
  picture: Picture;
  label: string;                                   // for readers of screens
  onHover?: (at: Place | undefined) => void;
  onChoose?: (at: Place) => void;
  /** A node is pulled with Ctrl held: how far, m. `end` when it is let go. */
  onPull?: (node: number, by: [number, number], end: boolean) => void;
  /** Pulling without Ctrl: true where the page wants it (a sketch), else the view moves. */
  pulls?: (at: Place) => boolean;
  camera?: Camera;                                 // shared between drawings that move together
}

/** Where a drawing is looked at from; drawings with the same one move together. */
export interface Camera { subscribe(changed: () => void): () => void; matrix: Float64Array }
