//go:build js && wasm

// Command wasm is the engine of the studio in a browser: globalThis.elastrainCall(verb, message) gives the answer of studio/engine, both
// messages as Uint8Array. When it is there it calls globalThis.elastrainReady. scripts/engine.sh builds it.
package main

import (
	"syscall/js"
	"time"

	"github.com/elastrain/elastrain/studio/engine"
)

// version is that of the program; scripts/engine.sh says it.
var version = "unknown"

// mostMemory is what experiments may take here: WebAssembly has 4 GiB at most, and a page shares a machine with others.
const mostMemory = 1 << 30

func main() {
	began := time.Now()
	e := &engine.Engine{Version: version, Memory: mostMemory, Threads: 1, Now: func() float64 { return float64(time.Since(began)) / 1e6 }}
	bytes := js.Global().Get("Uint8Array")
	js.Global().Set("elastrainCall", js.FuncOf(func(_ js.Value, args []js.Value) any {
		message := make([]byte, args[1].Get("byteLength").Int())
		js.CopyBytesToGo(message, args[1])
		reply := e.Call(args[0].String(), message)
		out := bytes.New(len(reply))
		js.CopyBytesToJS(out, reply)
		return out
	}))
	js.Global().Call("elastrainReady")
	select {}
}
