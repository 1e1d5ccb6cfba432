// The engine of this page.
import { engineFor } from "../engine/choose";
import type { Engine } from "../engine/engine";

export function pageEngine(): Promise<Engine> { return Promise.resolve(engineFor(0)); }
