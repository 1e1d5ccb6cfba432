// The engine in the server: the same code, natively, for lattices that are too large for a page.
import { postBytes } from "../ui/api";
import type { Carrier } from "./engine";

export class Remote implements Carrier {
  readonly afar = true;
  call(verb: string, message: Uint8Array): Promise<Uint8Array> { return postBytes(`/api/engine/${verb}`, message); }
}
