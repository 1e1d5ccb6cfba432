// Package lab says what a bench is: a real lattice that can be loaded, looked at
// and changed.
//
// Its one idea is the Bench: seven verbs that a simulated twin, a person with
// weights and a phone, or a program that drives actuators can all follow. A
// Guard around it lets nothing through that exceeds a limit, and leaves nothing
// hanging. What the looks say is the business of package measurement; training
// that survives its program that of package session.
package lab
