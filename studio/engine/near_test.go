//go:build !purego || !amd64

package engine_test

// exact: this build has assembly, or a compiler that fuses products and sums, and differs from a browser in the last bits.
const exact = false
