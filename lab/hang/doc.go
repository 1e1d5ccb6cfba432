// Package hang plans how to load a lattice with weights on strings.
//
// Its one idea: weights only pull, and only by the masses in the box, so a
// signed load is never hung as it stands. What can be hung is chosen so that the
// gradient that comes out of it (the product of forward and adjoint elongations)
// is predicted to be nearest to the one that is wanted, marker noise included;
// scale and sign are put right in software. The prediction is there before
// anybody hangs anything. A session wants loads of the size that its task names:
// then what is nearest to them hangs (Problem.Near), and the prediction tells.
//
// Read in this order: stock.go (what is in the box), pull.go (where strings can
// pull), plan.go and options.go (the ways to hang a signed load, and which is
// taken), predict.go (the error of an option), search.go (which masses), card.go,
// picture.go and page.go (what a person is told to do).
package hang
