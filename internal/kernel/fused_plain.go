//go:build wasm || purego

package kernel

// fused is x y + z. WebAssembly has no fused products; to compute them by other means would take a hundred times as long. A build with the
// tag purego computes as a browser does.
func fused(x, y, z float64) float64 { return float64(x*y) + z }
