// The worker: starts the engine and answers calls.
export {};

interface Scope { elastrainCall?: (verb: string, message: Uint8Array) => Uint8Array; elastrainReady?: () => void }
const scope = globalThis as unknown as Scope & DedicatedWorkerGlobalScope;
let ready: Promise<void> | undefined;

onmessage = async ({ data }: MessageEvent<{ engine?: { url: string } | { bytes: ArrayBuffer }; n: number; verb: string; message: Uint8Array }>) => {
  if (data.engine) {
    ready = start(data.engine);
    ready.catch(() => undefined); // told with the first call
    return;
  }
  try {
    await ready;
    const reply = scope.elastrainCall!(data.verb, data.message);
    scope.postMessage({ n: data.n, reply }, [reply.buffer as ArrayBuffer]);
  } catch (e) {
    scope.postMessage({ n: data.n, error: String(e) });
  }
};

// Draft: wasm_exec.js of Go comes beside this file with the engine.
async function start(engine: { url: string } | { bytes: ArrayBuffer }): Promise<void> {
  void engine;
  throw new Error("this build has no engine");
}
