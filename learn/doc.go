// Package learn joins a network that can be loaded (Rig), a way to measure how
// the loss depends on each stiffness (Rule) and the variables that may change
// (package design) into a problem that an optimiser can solve (package optim).
//
// The rule of this field is in situ backpropagation (package rule): load the
// network with the input and read the elongations e; load it with the error
// -dL/du at the outputs instead and read e_adj; then dL/dk = e_adj o e.
package learn
