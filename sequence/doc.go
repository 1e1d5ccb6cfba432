// Package sequence lets one network learn several tasks, one after another from where the last one left the bonds, or in turns, and says what is
// kept of each.
//
// Its one idea: after every stage every task is scored, on rows that validate. A test part is never looked at.
package sequence
