package spec

// Matter is what separates a network that is built from the one that is drawn. While it trains by computer the network
// knows it; `elastrain matter` tells what stays of a trained one.
type Matter struct {
	Levels  Levels  `yaml:"levels" doc:"stiffnesses that each one that learns can have, or where rest lengths alone learn the rest lengths: their number, over its range, or a list of them; the nearest counts, and slopes go straight through; method levels-search finds the best"`
	Spacing string  `yaml:"spacing" oneof:"ratio|distance" only:"levels" doc:"of a number of levels: at equal ratios, or at equal distances; default: ratio"`
	Element string  `yaml:"element" oneof:"voice-coil-beam|tunable-rod|printed-strip|gecko-laminate|fields-metal|phase-change|magneto-active|light-sensitive|clipping" doc:"what bonds are made of that is switched, by its name in the list of elements: number of levels and time to switch come from there, and ranges are held against what was published; keys beside it override"`
	Time    float64 `yaml:"time" unit:"s" positive:"true" doc:"to switch one bond; default: that of the element, or unknown"`
	Scatter float64 `yaml:"scatter" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"standard deviation of ln of each stiffness from fabrication; of elements, of each of their parameters, but of rest lengths and angles; tares are taken after it; in a training drawn anew for every step"`
	Drift   float64 `yaml:"drift" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"the same of how far each wanders after the tares were taken"`
	Left    float64 `yaml:"left" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"share that a stiffness set by an input keeps at a value of 0, one by the on/off ratio, where the file has less"`
	Noise   float64 `yaml:"reading_noise" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"standard deviation of the error of each reading of an output, as a share of it; of a pair of nodes, in a network of springs that inputs set, of each of their two displacements"`
	Gauge   *Gauge  `yaml:"gauge" doc:"lasting errors of what measures elongations while it learns; a trained network has no more need of it"`
}

// Gauge is what is wrong with the measurement of each product of elongations, from the first step to the last.
type Gauge struct {
	Gain   float64 `yaml:"gain" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"standard deviation of ln of the sensitivity of each gauge, which measures the elongation under the input and under the error alike"`
	Offset float64 `yaml:"offset" unit:"fraction" min:"0" max:"100" default:"0 %" doc:"standard deviation of what is added to each product, as a share of the root mean square of all of the step"`
}
