// Package lab trains a real lattice from what can be measured on it: load it,
// look, load it with the error, look again, multiply.
//
// Its one idea is the Bench: seven verbs that a simulated twin, a person with
// weights and a phone, or a program that drives actuators can all follow. What
// makes measurements trustworthy (fresh zero references, settling, repeats,
// limits, a journal that loses nothing) is done here, above the bench, so every
// bench has it.
package lab
