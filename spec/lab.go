package spec

// Lab is how a real lattice is trained: on which bench, how it is measured, what
// hangs on it, and what its bonds can become. `elastrain lab` reads it; other
// commands pass it over.
type Lab struct {
	Bench    string      `yaml:"bench" default:"twin" oneof:"twin|manual|folder|exec|serial" doc:"who loads and looks: twin, a simulated specimen; manual, a person with weights and a camera; folder, a program that writes tables of positions; exec, a program that speaks the driver protocol; serial, a device that does"`
	Method   string      `yaml:"method" default:"resilient" oneof:"resilient|adam|momentum|gradient-descent|levenberg-marquardt|pattern-search|genetic" doc:"optimiser of the bench; resilient needs only signs, which noise spares longest; levenberg-marquardt, for displacement targets, hangs a load at each output by itself, knows from it how every output follows every bond, and needs the fewest loads; pattern-search and genetic ask for losses alone: they set bonds otherwise, hang the inputs, and keep what is better"`
	Rule     string      `yaml:"rule" oneof:"backpropagation|equilibrium-propagation|equilibrium-propagation-positive|equilibrium-propagation-negative|spsa|finite-difference|coupled-learning|directed-ageing|two-frequency|temporal-contrastive" doc:"how the gradient is measured; backpropagation: the error hangs as a load of its own, which needs a lattice that answers in proportion; equilibrium-propagation: it hangs beside the input, small, towards less loss and away from it, or (positive, negative) to one side; spsa: all stiffnesses are changed at random at once, and back, and outputs are read; finite-difference: one after the other; coupled-learning, from each input alone and with its outputs held a share of the way to their targets; directed-ageing, from the outputs held there: both need a bench with a stage that holds nodes; two-frequency: input and error swing at once, at four instants, on lattices that answer in proportion; temporal-contrastive: nudged at once and let go in eight steps; default: backpropagation"`
	Nudge    float64     `yaml:"nudge" unit:"N" positive:"true" only:"rule=equilibrium-propagation|equilibrium-propagation-positive|equilibrium-propagation-negative|two-frequency|temporal-contrastive" doc:"largest force at an output that the error hangs as; smaller is nearer to the gradient and deeper in the noise; default: a tenth of the largest input, of two-frequency all of it"`
	Eta      float64     `yaml:"eta" unit:"fraction" positive:"true" max:"1" only:"rule=coupled-learning" doc:"share of the way to the target at which outputs are held; smaller is nearer to the gradient and deeper in the noise; default: 50 %"`
	Reach    *float64    `yaml:"reach" unit:"fraction" min:"0" max:"1" only:"rule=coupled-learning" doc:"least distance from where outputs rest at which they are held, past the target if need be, as a share of their largest displacement; without, what is left of an error drowns in the noise; default: 30 %"`
	Change   float64     `yaml:"change" unit:"fraction" positive:"true" max:"0.5" only:"rule=spsa|finite-difference" doc:"share of itself by which a stiffness is changed to see what that does; smaller is nearer to the gradient and deeper in the noise; default: 5 %"`
	Rate     float64     `yaml:"rate" positive:"true" doc:"first step of resilient, or rate of the others, in units of the bond range; default: 0.1, or 0.02 (gradient-descent 0.2)"`
	Steps    int         `yaml:"steps" default:"40" min:"0" max:"1000000" doc:"changes of the stiffness, at most"`
	Enough   float64     `yaml:"enough" positive:"true" doc:"measured loss at which the session ends before its last step; it has no unit: of mean-square it is in squares of task.scale"`
	Operator string      `yaml:"operator" doc:"who is at the bench, for the journal"`
	Stiffens bool        `yaml:"stiffens" only:"bench=manual|folder" doc:"bonds can be changed on the bench; otherwise every step is a new specimen"`
	Command  []string    `yaml:"command" required:"true" only:"bench=exec" doc:"program and its arguments, such as [python3, rig.py]; no shell reads it"`
	Port     string      `yaml:"port" required:"true" only:"bench=serial" doc:"serial port, such as /dev/ttyACM0 or COM3"`
	Baud     int         `yaml:"baud" default:"115200" min:"300" max:"4000000" only:"bench=serial" doc:"its speed, bits a second"`
	Answer   float64     `yaml:"answer" default:"60 s" unit:"s" positive:"true" only:"bench=exec|serial" doc:"longest wait for an answer; then the bench is made safe"`
	Inbox    string      `yaml:"inbox" default:"inbox" only:"bench=manual|folder" doc:"directory in which photographs, or tables of positions, appear; beside this file"`
	Orders   string      `yaml:"orders" default:"orders" only:"bench=manual|folder" doc:"directory for step cards and orders; beside this file"`
	Obeys    string      `yaml:"obeys" default:"program" oneof:"program|person" only:"bench=folder" doc:"who follows the orders"`
	Passport string      `yaml:"passport" doc:"what is known of the part, as elastrain lab identify writes it; training by computer knows the stiffnesses that its bonds have; beside this file"`
	Limits   LabLimits   `yaml:"limits" doc:"what the lattice and those around it bear; beyond a limit nothing is done"`
	Protocol LabProtocol `yaml:"protocol" doc:"how every load is measured"`
	Weights  LabWeights  `yaml:"weights" doc:"what loads are made of; left out: they hang as they are wanted"`
	Matter   LabMatter   `yaml:"matter" doc:"which stiffnesses a bond can be given; all in its range by default"`
	Photo    LabPhoto    `yaml:"photo" doc:"what a photograph shows"`
	Twin     LabTwin     `yaml:"twin" only:"bench=twin" doc:"what separates the simulated specimen from theory"`
}

// LabLimits are checked before a bench is armed and again at every command.
type LabLimits struct {
	Force        float64 `yaml:"force" unit:"N" positive:"true" doc:"on one node"`
	Total        float64 `yaml:"total" unit:"N" positive:"true" doc:"sum of the forces"`
	Displacement float64 `yaml:"displacement" unit:"m" positive:"true" doc:"of one node"`
	Elongation   float64 `yaml:"elongation" unit:"m" positive:"true" doc:"of one bond"`
	Rate         float64 `yaml:"rate" unit:"1/s" positive:"true" doc:"changes of the loads in a second"`
	Step         float64 `yaml:"step" unit:"N/m" positive:"true" doc:"change of the stiffness of one bond at a time"`
	Wider        float64 `yaml:"step_width" unit:"m" positive:"true" doc:"likewise of its width, where elements learn by widths or other lengths"`
}

// LabProtocol is how a state is measured and a gradient put together.
type LabProtocol struct {
	Repeats    int      `yaml:"repeats" default:"3" min:"1" max:"1000" doc:"looks at every state, averaged"`
	Retakes    int      `yaml:"retakes" default:"2" min:"0" max:"1000" doc:"looks more where marks are hidden or stray"`
	Noise      float64  `yaml:"noise" unit:"m" min:"0" doc:"standard deviation of a coordinate, where neither the marks say it nor repeats show it"`
	Wait       *float64 `yaml:"wait" unit:"s" min:"0" doc:"time between hanging a load and looking; default: 30 s for a person, else none"`
	Still      *float64 `yaml:"still" unit:"m/s" min:"0" doc:"speed of the marks below which the lattice is at rest; 0 does not look; default: 0 for a person, else 2 um/s"`
	Timeout    float64  `yaml:"timeout" unit:"s" positive:"true" default:"120 s" doc:"then it is measured as it is, and the record says so"`
	Drift      float64  `yaml:"drift" default:"3" min:"0" doc:"how far the zero may move during a load, in standard deviations; 0 takes no second zero"`
	Elongation string   `yaml:"elongation" default:"projection" oneof:"projection|end-points" doc:"projection of the displacements on the bond, or change of the distance of its ends"`
	Loads      string   `yaml:"loads" default:"auto" oneof:"auto|ports|samples" doc:"ports: one load at every input and output, all samples are made from them; samples: an input and an adjoint load for every sample; auto: what takes fewer"`
	Adjoint    float64  `yaml:"adjoint" unit:"N" positive:"true" doc:"largest force of an adjoint load, which is scaled back in software; default: that of the largest input"`
	Alternate  bool     `yaml:"alternate" doc:"measure every load and its opposite, so that what does not change sign cancels"`
	Sure       float64  `yaml:"sure" default:"2" min:"0" doc:"standard deviations a derivative must have for its bond to be changed"`
	Zero       string   `yaml:"zero" default:"fresh" oneof:"fresh|shared" doc:"shared: one zero for input and adjoint, to study what that costs"`
	Error      string   `yaml:"error" default:"normalised" oneof:"normalised|raw" doc:"raw: hang the adjoint load as small as it is, to study what that costs"`
}

// LabWeights is the box of weights and the strings. Without it loads hang as they are wanted.
type LabWeights struct {
	Masses string    `yaml:"masses" default:"any x 0.5 g" doc:"what is in the box, such as 0.5 g, 1 g, 2 x 2 g, 5 g; any x 0.5 g is as many as you like; every load is hung as near as this makes it, and what is measured scaled in software"`
	Pulls  []LabPull `yaml:"pulls" doc:"where strings can pull; none: at every node along x, -x, y and -y"`
}

// LabPull is one direction in which a string can pull.
type LabPull struct {
	Node  int       `yaml:"node" min:"1" doc:"node number; left out: every node"`
	Along Direction `yaml:"along" required:"true" doc:"direction of the pull"`
	Over  string    `yaml:"over" doc:"for the step card, such as: over the left pulley"`
}

// LabMatter is which stiffnesses a bond can really be given.
type LabMatter struct {
	Levels      int     `yaml:"levels" min:"2" max:"1000000" doc:"number of stiffnesses at equal distances over the range of each bond"`
	Calibration string  `yaml:"calibration" doc:"CSV file of measured stiffnesses: bond,setting,stiffness and perhaps direction"`
	Follow      string  `yaml:"follow" default:"curve" oneof:"curve|levels" only:"calibration" doc:"curve: settings between the rows are possible; levels: only the rows"`
	Element     string  `yaml:"element" oneof:"voice-coil-beam|tunable-rod|printed-strip|gecko-laminate|fields-metal|phase-change|magneto-active|light-sensitive|clipping" doc:"what bonds are made of, by its name in the list of elements: levels (at equal ratios), time and whether they only soften come from there; keys beside it override"`
	Time        float64 `yaml:"time" unit:"s" positive:"true" doc:"to switch one bond; default: that of the element, or unknown"`
	Softening   bool    `yaml:"softening" doc:"bonds can only become softer, as by ageing or cutting"`
}

// LabPhoto is what a photograph shows. Marks of the frame that are left out are
// those of `elastrain lab sheet`.
type LabPhoto struct {
	Diameter float64   `yaml:"diameter" unit:"m" positive:"true" default:"3 mm" doc:"of the round marks on the nodes"`
	Frame    []LabMark `yaml:"frame" doc:"round marks beside the lattice that do not move; none: those of elastrain lab sheet"`
	Scale    *LabScale `yaml:"scale" doc:"two marks at a distance that was measured, with something better than the printer; without, that of the frame is trusted"`
	Light    bool      `yaml:"light" doc:"marks are lighter than what is around them"`
	Lens     string    `yaml:"lens" doc:"calibration of the lens, by OpenCV, ROS or Kalibr (yml, xml, json), numpy lists or MATLAB (json); none: no distortion"`
}

// LabScale is a scale bar.
type LabScale struct {
	From   LabMark `yaml:"from" required:"true" doc:"one mark, about where it is"`
	To     LabMark `yaml:"to" required:"true" doc:"the other"`
	Length float64 `yaml:"length" unit:"m" required:"true" positive:"true" doc:"their distance from centre to centre, as measured"`
}

// LabMark is a mark beside the lattice.
type LabMark struct {
	X        float64 `yaml:"x" unit:"m" required:"true" doc:"where it is, in the coordinates of the network"`
	Y        float64 `yaml:"y" unit:"m" required:"true" doc:"where it is"`
	Diameter float64 `yaml:"diameter" unit:"m" required:"true" positive:"true" doc:"its diameter"`
}

// LabTwin is what goes wrong with a simulated specimen. Its defaults are those
// of a good small laboratory, and of the published experiment.
type LabTwin struct {
	Noise       float64  `yaml:"noise" unit:"m" min:"0" default:"6 um" doc:"standard deviation of each coordinate of a mark in one look"`
	Deformation string   `yaml:"deformation" default:"finite" oneof:"finite|linear" doc:"finite: bars turn and stretch as they do; linear: small displacements"`
	Quantum     float64  `yaml:"quantum" unit:"N" min:"0" default:"0.5 gf" doc:"loads are whole numbers of this, unless lab.weights says what they are made of; 0: any"`
	Scatter     float64  `yaml:"scatter" unit:"fraction" min:"0" max:"1" default:"3 %" doc:"standard deviation of the stiffness of each bond from fabrication; of elements, of each of their parameters, but of rest lengths and angles"`
	Modulus     float64  `yaml:"modulus" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"the same of the whole print"`
	Bias        float64  `yaml:"bias" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"standard deviation of the lasting error of each bond's stiffness"`
	Update      float64  `yaml:"update" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"standard deviation of the error of each change of a stiffness"`
	Creep       float64  `yaml:"creep" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"share of a displacement that comes late"`
	Relaxation  float64  `yaml:"relaxation" unit:"s" positive:"true" default:"10 s" doc:"time constant of what comes late"`
	Hanging     float64  `yaml:"hanging" unit:"s" min:"0" default:"0 s" doc:"time that a change of the loads takes"`
	Shift       float64  `yaml:"shift" unit:"m" min:"0" default:"0 mm" doc:"motion of the camera between looks, standard deviation"`
	Zoom        float64  `yaml:"zoom" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"change of the magnification between looks, standard deviation"`
	Drift       float64  `yaml:"drift" unit:"m/s" default:"0 um/s" doc:"steady motion of the camera"`
	Dropped     float64  `yaml:"dropped" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"chance that a look is lost"`
	Duplicated  float64  `yaml:"duplicated" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"chance that the look before comes again"`
	Stale       float64  `yaml:"stale" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"chance that a look from before the load comes"`
	Missing     float64  `yaml:"missing" unit:"fraction" min:"0" max:"1" default:"0 %" doc:"chance that a mark is not found"`
	Wander      float64  `yaml:"wander" unit:"fraction" min:"0" max:"1" doc:"how far the stiffness of each bond goes in a day, standard deviation; it begins anew when it is set"`
	Marks       float64  `yaml:"marks" unit:"fraction" min:"0" max:"1" doc:"lasting error of how far each mark is seen to move, standard deviation: one that is nearer to the camera moves farther"`
	Cracked     float64  `yaml:"cracked" unit:"fraction" min:"0" max:"1" doc:"chance that a bond is cracked: a tenth to six tenths of its stiffness are left"`
	Specimen    string   `yaml:"specimen" oneof:"drawn|passport" doc:"drawn: by scatter, modulus, bias, marks, wander and cracked; passport: one of those that lab.passport allows, by the seed; default: drawn"`
	Stage       *float64 `yaml:"stage" unit:"m" min:"0" doc:"standard deviation of the place where the stage holds a node, drawn anew each time; default: 2 um, where the rule holds outputs"`
	Fixed       bool     `yaml:"fixed" doc:"bonds cannot be changed: every step is a new specimen"`
}
