// Package rules compares learning rules on equal terms: one lattice, one task, one method of taking steps, and for every rule the
// same noise, the same biased gauges and the same number of loads.
//
// Its one idea is a rig that counts: whatever a rule does to a lattice goes through it, is made as inexact as a bench is, and
// is paid for in loads. What a rule has learnt is judged beside it, exactly and free of charge.
package rules
