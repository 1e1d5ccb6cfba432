// The engine of this page.
import { Engine } from "../engine/engine";
import { Remote } from "../engine/remote";

export function pageEngine(): Promise<Engine> { return Promise.resolve(new Engine(new Remote())); }
