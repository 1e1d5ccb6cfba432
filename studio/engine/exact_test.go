//go:build purego && amd64

package engine_test

// exact: this build computes as a browser does, to the last bit.
const exact = true
