// Package archtest holds the rules of the house that a compiler does not know,
// as tests: which package may import which, what the engine must not touch,
// that every package says its one idea, that files stay short, and that
// documents made from the code are up to date.
//
// It has no code of its own. When a test here fails, either the change is in
// the wrong room, or the plan of the house has changed: then change the table
// in order_test.go in the same commit and say why.
package archtest
