// Package prune takes bonds out of a lattice of springs, one at a time, until it does what is wanted of it, or as long as it still does what it
// was trained to do.
//
// Its one idea is that the loss without any one bond follows from one factorisation (mechanics.Modified), so the best bond to take out is found exactly. Rules
// that see only what a bond itself feels put bonds in an order, and the loss that is measured after a removal decides. A bond
// that alone resists a motion is kept, whatever a rule says.
package prune
