// Package elementary is exp and log: those of package math, which has assembly for some processors; with the tag purego their definition in
// Go, so that such a build computes as a browser does, to the last bit.
package elementary
