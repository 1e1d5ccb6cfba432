// The engine in the server: the same code, natively, for lattices that are too large for a page.
import type { Carrier } from "./engine";

export class Remote implements Carrier {
  async call(verb: string, message: Uint8Array): Promise<Uint8Array> {
    const reply = await fetch(`/api/engine/${verb}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: message as BodyInit });
    if (!reply.ok) throw new Error(`the server answers ${reply.status} ${reply.statusText}`);
    return new Uint8Array(await reply.arrayBuffer());
  }
}
