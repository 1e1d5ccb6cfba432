// The engine in a worker of the page: calls are answered one by one, in their order.
import type { Carrier } from "./engine";

interface Reply { n?: number; reply?: Uint8Array; error?: string; progress?: number }

export class Local implements Carrier {
  private readonly waiting = new Map<number, { done: (b: Uint8Array) => void; failed: (e: Error) => void }>();
  private next = 1;
  private fault: Error | undefined;

  /** The worker gets the engine as bytes (a shared page) or fetches it from an address; `loaded` is told how many bytes have come. */
  constructor(private readonly worker: Worker, engine: { url: string } | { bytes: ArrayBuffer }, loaded?: (bytes: number) => void) {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.progress !== undefined) { loaded?.(data.progress); return; }
      const w = this.waiting.get(data.n!);
      this.waiting.delete(data.n!);
      if (data.reply) w?.done(data.reply); else w?.failed(new Error(data.error));
    };
    worker.onerror = (e) => {
      this.fault = new Error(`the engine has stopped: ${e.message || "its script cannot be loaded"}`);
      for (const w of this.waiting.values()) w.failed(this.fault);
      this.waiting.clear();
    };
    worker.postMessage({ engine });
  }

  call(verb: string, message: Uint8Array): Promise<Uint8Array> {
    return new Promise((done, failed) => {
      if (this.fault) { failed(this.fault); return; }
      const n = this.next++;
      this.waiting.set(n, { done, failed });
      this.worker.postMessage({ n, verb, message }, [message.buffer as ArrayBuffer]);
    });
  }
}
