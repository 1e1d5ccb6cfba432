// Package outlook says what a network and its data allow, before any training.
//
// Its one idea: three things bound what training can reach, and each can be computed by itself. The data: what planes tell
// apart, whoever draws them. The readout: what the best map from inputs to outputs could do, were every network possible.
// The network: which maps its stiffnesses can make, within their ranges. Whichever is lowest is where to begin.
//
// Of data nothing is looked at but the training part; what cannot be told by samples that were fitted is told by
// cross-validation inside it.
package outlook
