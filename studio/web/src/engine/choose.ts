// Which engine computes: the one in a worker of this page; for large lattices, or where WebAssembly does not run, the one in the server.
import { Engine, type Carrier } from "./engine";
import { Local } from "./local";
import { encode } from "./message";
import { Remote } from "./remote";

/** Elements beyond which the server computes. */
export const mostElements = 20_000;

/** A carrier that there is later. */
class Later implements Carrier {
  afar = false;
  constructor(private readonly carrier: Promise<Carrier>) { void carrier.then((c) => { this.afar = c.afar ?? false; }); }
  async call(verb: string, message: Uint8Array): Promise<Uint8Array> { return (await this.carrier).call(verb, message); }
}

let worker: Promise<Carrier> | undefined;

/** The engine of the worker, once for the page; where it does not start, that of the server. */
async function started(): Promise<Carrier> {
  try {
    const local = new Local(new Worker(new URL("worker.js", document.baseURI), { type: "module" }), { url: new URL("engine.wasm", document.baseURI).href });
    await local.call("version", encode({}));
    return local;
  } catch (e) {
    console.warn("the engine of this page does not start, and the server computes:", e);
    return new Remote();
  }
}

/** An engine for an experiment of so many elements. */
export function engineFor(elements: number): Engine {
  return new Engine(elements > mostElements ? new Remote() : new Later(worker ??= started()));
}
