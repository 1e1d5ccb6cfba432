// Go's own wasm_exec.js defines globalThis.Go.
export {};
declare global {
  class Go {
    importObject: WebAssembly.Imports;
    run(instance: WebAssembly.Instance): Promise<void>;
  }
}
