// Package compare holds trainings against each other: what they were asked, how they went, what came out.
//
// Its one idea is that trainings which differ in nothing but a seed say the same thing several times: they make a group, and a group has a mean
// and a band. Trainings come from run directories ([ReadRun]) or from a sweep ([ReadSweep]); what is told of them is what they wrote.
package compare
