// The worker: starts the engine and answers calls, one by one.
import "./wasm_exec.js";

interface Scope { elastrainCall?: (verb: string, message: Uint8Array) => Uint8Array; elastrainReady?: () => void }
type Source = { url: string } | { bytes: ArrayBuffer };
const scope = globalThis as unknown as Scope & DedicatedWorkerGlobalScope;
let ready: Promise<void> | undefined, stopped: string | undefined;

onmessage = async ({ data }: MessageEvent<{ engine?: Source; n: number; verb: string; message: Uint8Array }>) => {
  if (data.engine) {
    ready = start(data.engine);
    ready.catch(() => undefined); // told with every call
    return;
  }
  try {
    await ready;
    if (stopped !== undefined) throw new Error(stopped);
    const reply = scope.elastrainCall!(data.verb, data.message);
    scope.postMessage({ n: data.n, reply }, [reply.buffer as ArrayBuffer]);
  } catch (e) {
    scope.postMessage({ n: data.n, error: e instanceof Error ? e.message : String(e) });
  }
};

/** Runs the engine until the page closes; is over when it answers calls. */
async function start(source: Source): Promise<void> {
  const go = new Go();
  const instance = await load(source, go.importObject);
  await new Promise<void>((done, failed) => {
    scope.elastrainReady = done;
    go.run(instance).then(() => "", String).then((why) => {
      stopped = `the engine has stopped${why && `: ${why}`}; it may have had too little memory. Load the page again`;
      failed(new Error(stopped));
    });
  });
}

async function load(source: Source, imports: WebAssembly.Imports): Promise<WebAssembly.Instance> {
  if ("bytes" in source) return (await WebAssembly.instantiate(source.bytes, imports)).instance;
  const reply = await fetch(source.url);
  if (!reply.ok || !reply.body) throw new Error(`the engine cannot be loaded: ${reply.status} ${reply.statusText}`);
  let bytes = 0, told = 0;
  const counted = reply.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform(part, out) {
      bytes += part.length;
      if (bytes - told > 500_000) scope.postMessage({ progress: told = bytes });
      out.enqueue(part);
    },
  }));
  return (await WebAssembly.instantiateStreaming(new Response(counted, { headers: { "Content-Type": "application/wasm" } }), imports)).instance;
}
