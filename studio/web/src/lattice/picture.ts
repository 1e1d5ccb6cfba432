// What a drawing of a lattice is told. Lattice (lattice.tsx) draws it; pages of runs, sketches and benches tell it.
import type { Geometry, Shape, Strain } from "../engine/protocol";
import type { View } from "./view";

/** How values become colours. Values at or beyond the ends have the colours of the ends; `cut`: few values lie beyond. */
export interface Scale { kind: "sequential" | "diverging"; low: number; high: number; unit: string; name: string; cut?: boolean }

/** Loads and reactions are 44 px long for a vector of length 1; targets and readings are m, magnified as displacements are. */
export interface Arrow { node: number; vector: [number, number, number]; label?: string; kind: "load" | "target" | "reaction" | "reading" }

export interface Picture {
  shape: Shape; geometry: Geometry;
  u?: Float64Array | undefined;     // n x 3, m
  turn?: Float64Array | undefined;  // of every node: one value in the plane, three in space, rad
  strain?: Strain | undefined;      // of a periodic cell, with u
  magnify: number;                  // of u and turn
  ghost?: boolean;                  // the lattice at rest behind it
  value?: Float64Array | undefined; // m: what elements are coloured by; without it one colour
  scale?: Scale | undefined;
  width?: Float64Array | undefined; // m: from 0 to 1; without it all alike
  arrows?: Arrow[];
  node?: number | undefined; element?: number | undefined; // chosen
  labels?: boolean;                 // numbers of nodes, where they do not overlap
  pushes?: ArrayLike<number> | undefined; // amplitudes of the inputs by the largest of each, from -1 to 1; without it all 1
  cell?: { corners: [number, number, number][]; moved?: [number, number, number][] | undefined }; // of a periodic cell: made by Tiles
  bare?: boolean;                   // no supports and ports
}

/** A place of the drawing: what is there, and where it is in the plane of the picture, m. */
export interface Place { node?: number; element?: number; x: number; y: number }

export interface LatticeProps {
  picture: Picture;
  label: string;                                   // for readers of screens
  onHover?: (at: Place | undefined) => void;
  onChoose?: (at: Place) => void;                  // neither node nor element: nothing is chosen any more
  /** A node is pulled with Ctrl held: how far, m. `end` when it is let go. */
  onPull?: (node: number, by: [number, number, number], end: boolean) => void;
  /** Pulling without Ctrl: true where the page wants it (a sketch), else the view moves. */
  pulls?: (at: Place) => boolean;
  /** Every press, move and release of the pointer on a page that draws (a sketch) and returns true: then the view does not move. */
  onPointer?: (kind: "down" | "move" | "up", at: Place, event: PointerEvent) => boolean;
  /** What the card beside the pointer says: lines of name and value. */
  tell?: (at: Place) => [name: string, value: string][] | undefined;
  view?: View;                                     // shared between drawings that move together
}
