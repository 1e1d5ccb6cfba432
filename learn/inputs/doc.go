// Package inputs has the rigs of networks of springs whose inputs set stiffnesses:
// a pixel that is bright stiffens the springs that it drives.
//
// Its one idea: the mechanics stays linear, and the answer to a sample is a
// rational function of it. So a network of linear springs says more than any
// linear classifier, while the derivative by each stiffness, that of an input
// spring included, is e_adj o e as ever, sample by sample.
//
// There are three ways to find the answers, all exact and one Rig each, which
// Choose picks by their cost: Refactor for any network, Woodbury where few input
// springs are on, and Hubs for networks of hubs that meet at few outputs.
package inputs
