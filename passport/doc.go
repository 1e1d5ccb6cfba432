// Package passport has what is known of a lattice as it was made, and draws specimens that are possible by it.
//
// Its one idea: a bond has a share of what it is asked for, and that share travels with the part. An identification gives the
// shares of all bonds, their rates and the sensitivities of their marks one joint probability; whoever trains, rehearses or
// predicts takes its mean, or draws from it.
package passport
