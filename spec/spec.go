package spec

// Spec is one experiment: a network, what it is made of, how it is held, what
// it should learn and how it learns it. Every number is in SI units; every
// node and bond number counts from 1, exactly as the file has it.
type Spec struct {
	Version  int        `yaml:"elastrain" required:"true" min:"1" max:"1" doc:"version of this file format; 1"`
	Title    string     `yaml:"title" doc:"one line for reports and figures"`
	Seed     uint64     `yaml:"seed" default:"1" doc:"seed of every random choice: split, shuffles, noise, random start"`
	Network  Network    `yaml:"network" required:"true" unless:"hubs|comb" doc:"where the nodes and bonds are"`
	Hubs     *Hubs      `yaml:"hubs" doc:"in place of network and bonds: bodies on rails whose springs the pixels of a picture stiffen"`
	Comb     *Comb      `yaml:"comb" doc:"in place of network and bonds: strips of flat springs that can be printed, whose eyes are held by pegs where a picture says so"`
	Material Material   `yaml:"material" doc:"what the bars are made of; needed when bond widths learn"`
	Bonds    Bonds      `yaml:"bonds" required:"true" unless:"elements|hubs|comb" doc:"what can be learned: the range of each bond"`
	Elements []Element  `yaml:"elements" doc:"what is not a plain bar: beams, angular springs, bonds under other laws, pipes; bonds that none of them takes are bars"`
	Geometry []Geometry `yaml:"geometry" doc:"nodes that may be built elsewhere than they are drawn: their places learn beside the bonds"`
	Statics  *Statics   `yaml:"statics" doc:"how equilibrium is found"`
	Sets     []NodeSet  `yaml:"sets" doc:"names for nodes by where they are, which may stand wherever numbers of nodes do"`
	Supports Supports   `yaml:"supports" doc:"which nodes are held, and along which axes"`
	Task     Task       `yaml:"task" required:"true" doc:"what the network should do"`
	Learn    Learn      `yaml:"learn" doc:"how it learns"`
	Matter   *Matter    `yaml:"matter" doc:"what separates the network that is built from the one that is drawn; the training knows it, and (elastrain matter) tells what stays"`
	Lab      *Lab       `yaml:"lab" doc:"how a real lattice is measured, loaded and changed (elastrain lab)"`
}

// Network is either a lattice generator or explicit lists of nodes and bonds.
type Network struct {
	Lattice string  `yaml:"lattice" oneof:"chain|triangular|square|kagome|honeycomb|cubic|fcc|disordered|jammed|fibres|regular|layered" doc:"generator of the network (elastrain explain network.lattice describes each); leave out to list nodes and bonds"`
	Rows    Rows    `yaml:"rows" only:"lattice=triangular" doc:"nodes in each row from the top, such as 5-4-3-2"`
	Size    Size    `yaml:"size" doc:"cells along each axis, such as 8 x 6; of a triangular lattice nodes a row x rows, of a chain the number of bonds"`
	Spacing float64 `yaml:"spacing" unit:"m" positive:"true" doc:"bond length of the lattice; mean node distance of a disordered, jammed or regular network; of a layered one that of nodes in a layer, and of layers"`
	Bare    bool    `yaml:"bare" only:"lattice=square|honeycomb|cubic" doc:"only the bonds of the length spacing, without the braces that keep hinges from folding: for beams and angular springs"`
	Points  int     `yaml:"points" min:"2" max:"1000000" required:"true" only:"lattice=disordered|jammed|regular" doc:"number of nodes; of a jammed packing of discs, before rattlers are removed"`
	Dim     int     `yaml:"dim" min:"1" max:"3" only:"lattice=disordered|chain|regular|layered" doc:"dimensions of space (1, 2 or 3); default: 1 of a chain, 2 of a disordered, regular or layered network"`
	Packing float64 `yaml:"packing" unit:"fraction" default:"90 %" only:"lattice=jammed" doc:"share of the area that the discs cover"`
	Ratio   float64 `yaml:"ratio" default:"1.4" positive:"true" only:"lattice=jammed" doc:"radius of the large discs by that of the small ones, half of them each"`
	Fibres  int     `yaml:"fibres" min:"2" max:"10000" required:"true" only:"lattice=fibres" doc:"number of straight fibres, thrown at random"`
	Length  float64 `yaml:"length" unit:"m" positive:"true" required:"true" only:"lattice=fibres" doc:"length of each fibre"`
	Side    float64 `yaml:"side" unit:"m" positive:"true" required:"true" only:"lattice=fibres" doc:"side of the square in which their middles lie"`
	Degree  int     `yaml:"degree" min:"2" max:"100" required:"true" only:"lattice=regular" doc:"bonds of every node"`

	Layers []int `yaml:"layers" min:"1" required:"true" only:"lattice=layered" doc:"nodes of each layer, such as [64, 20]; each node is joined to all of the next layer"`
	Ground bool  `yaml:"ground" only:"lattice=layered" doc:"on rails (dim: 1): node 1 is the ground, and is joined to all others"`

	Periodic bool    `yaml:"periodic" only:"lattice=triangular|square|kagome|honeycomb|jammed" doc:"the network is one cell of a lattice without end: bonds that leave it go on at the other side, and its strains are unknowns"`
	Vectors  Vectors `yaml:"vectors" unit:"m" only:"lattice=none" doc:"lattice vectors of a periodic cell in the plane, such as [[20 mm, 0 mm], [0 mm, 30 mm]]; a bond [3, 1, 0, 1] then goes to the image of node 1 in the cell that lies one second vector further"`

	File    string    `yaml:"file" only:"lattice=none" doc:"in place of nodes and bonds: a file of another program that holds both, such as lattice.msh (docs/files.md lists the formats)"`
	Nodes   NodeTable `yaml:"nodes" unit:"m" required:"true" unless:"file" only:"lattice=none" doc:"node positions: a CSV file (columns x, y, z) or a list such as [[0 mm, 0 mm], [16 mm, 0 mm]]"`
	Bonds   BondTable `yaml:"bonds" required:"true" unless:"file" only:"lattice=none" doc:"bonds: a CSV file of node pairs, which may say where they start (column stiffness or width), or a list such as [[1, 2], [2, 3]]; of a periodic cell with two numbers more (columns shift1, shift2), by how many lattice vectors the second end lies further"`
	Unit    string    `yaml:"unit" oneof:"m|mm|um|cm|nm|km|Å|in|ft" only:"lattice=none" doc:"unit of the lengths in tables of nodes and bonds, or in the file, where these name none, as x (mm) does; metres by default"`
	Springs string    `yaml:"stiffness_unit" only:"lattice=none" doc:"unit of the stiffnesses there, likewise, such as N/mm; N/m by default"`
	Columns *Columns  `yaml:"columns" only:"lattice=none" doc:"which columns of the tables of nodes and bonds are meant, where their headers have no usual names"`
	Cut     []int     `yaml:"cut" min:"1" doc:"numbers of bonds that are missing; the others keep their numbers"`
}

// Columns names columns of tables of nodes and bonds by their headers.
type Columns struct {
	Node      string `yaml:"node" doc:"of nodes: header of the column that numbers or names them"`
	X         string `yaml:"x" doc:"their coordinates, such as Pos A"`
	Y         string `yaml:"y" doc:"likewise"`
	Z         string `yaml:"z" doc:"likewise"`
	Bond      string `yaml:"bond" doc:"of bonds: the column that numbers them"`
	A         string `yaml:"a" doc:"the node at one end"`
	B         string `yaml:"b" doc:"the node at the other end"`
	Stiffness string `yaml:"stiffness" doc:"where they start, N/m where the header names no unit"`
	Width     string `yaml:"width" doc:"likewise a width"`
	Length    string `yaml:"length" doc:"their rest lengths"`
}

// Hubs is a network of bodies on parallel rails, each of which is soft where its few pixels are dark, or bright.
type Hubs struct {
	Stride   int       `yaml:"stride" min:"1" max:"10000" doc:"in place of number and branches: windows cover the picture, so many pixels apart; of each there is one hub with all its pixels and one with all their complements, for each output or set of outputs that hubs are joined to"`
	Number   int       `yaml:"number" required:"true" only:"stride=none" min:"1" max:"1000000" doc:"of hubs"`
	Branches int       `yaml:"branches" default:"16" only:"stride=none" min:"1" max:"10000" doc:"of each hub: two springs in series to the ground, one that learns and one that a pixel stiffens"`
	Windows  []int     `yaml:"windows" min:"1" doc:"sides of the squares of pixels at which hubs look; hubs take them in turn, each at a random place, and draw their pixels from them; default: the whole picture, or all features"`
	Picture  Size      `yaml:"picture" required:"true" unless:"features" doc:"pixels of a picture, width x height, such as 28 x 28; its features are numbered row by row"`
	Features int       `yaml:"features" min:"1" max:"100000" doc:"in place of a picture: features of the data, all of which stand beside one another; a branch follows one, or 1 less it"`
	Outputs  int       `yaml:"outputs" required:"true" min:"2" max:"1000" doc:"bodies between the hubs that are read: as many as there are classes, or twice as many, which are read in pairs"`
	Links    int       `yaml:"links" default:"0" min:"0" max:"1000" doc:"outputs that each hub is joined to; 0: all; 1: each output has hubs of its own, a comb, and no two springs cross"`
	Wiring   string    `yaml:"wiring" oneof:"turn|random|triangulation" only:"links" doc:"which outputs a hub of few links joins: turn, the next ones in a drawn order; random, its own draw; triangulation, with 2 links, the ends of an edge of a triangulation of the outputs, so that no two springs cross; default: turn"`
	Bar      Parameter `yaml:"bar" unit:"N/m" positive:"true" doc:"outputs are elastic bars: stiffness of each segment between neighbouring points of one; default: rigid"`
	Posts    int       `yaml:"posts" required:"true" only:"bar" min:"2" max:"100000" doc:"points of each of these bars, along which its hubs are joined in turn; the middle one is read and has the spring to the ground"`
	Load     float64   `yaml:"load" unit:"N" default:"1 N" positive:"true" doc:"force that hangs on every hub"`
	Branch   Parameter `yaml:"branch" unit:"N/m" positive:"true" doc:"stiffness of the first spring of a branch; default: 0.1..10 N/m"`
	Pixel    Parameter `yaml:"pixel" unit:"N/m" positive:"true" doc:"stiffness of the second one, where its pixel is full; default: 1..100 N/m"`
	Left     float64   `yaml:"left" unit:"fraction" min:"0" max:"1" doc:"share of it that is left where the pixel is empty, one by the on/off ratio; default: 0"`
	Earth    Parameter `yaml:"earth" unit:"N/m" positive:"true" doc:"stiffness from a hub to the ground; default: 0.03..3 N/m"`
	Link     Parameter `yaml:"link" unit:"N/m" positive:"true" doc:"stiffness from a hub to an output; default: 0.002..0.2 N/m"`
	Floor    Parameter `yaml:"floor" unit:"N/m" positive:"true" doc:"stiffness from an output to the ground; default: 0.03..3 N/m"`
}

// Comb is a frame of leaves for each class, cut from a sheet: the pixels of a picture say which of its leaves are held by pegs.
type Comb struct {
	Picture Size      `yaml:"picture" required:"true" doc:"pixels of a picture, width x height, such as 8 x 8; its features are numbered row by row. Features that are no picture make one as well"`
	Tile    int       `yaml:"tile" default:"4" min:"2" max:"32" doc:"side of the squares of pixels that a hub bar looks at: one branch a pixel"`
	Stride  int       `yaml:"stride" default:"0" min:"0" max:"32" doc:"how far the next square lies; 0: they do not overlap"`
	Outputs int       `yaml:"outputs" required:"true" min:"2" max:"1000" doc:"strips: one for each class, in their order. The end of its output bar is read"`
	Pegs    int       `yaml:"pegs" default:"3" min:"1" max:"4" doc:"pairs of input leaves of a branch, which count 1, 2, 4 and 8: with 3 of them a pixel has 8 grey levels"`
	Left    float64   `yaml:"left" unit:"fraction" min:"0" max:"1" default:"3 %" doc:"share of the stiffness of a pair of input leaves that is left where no peg holds it"`
	Load    float64   `yaml:"load" unit:"N" default:"10 N" positive:"true" doc:"force that pulls at the end of every hub bar"`
	Branch  Parameter `yaml:"branch" unit:"m" positive:"true" doc:"width in the plane of the leaves from hub bars to shuttles; default: 0.4..0.86 mm"`
	Link    Parameter `yaml:"link" unit:"m" positive:"true" doc:"of those from hub bars to the output bar; default: 0.8..1.72 mm"`
	Hold    Parameter `yaml:"hold" unit:"m" positive:"true" doc:"of those from hub bars to the frame; default: 0.98..2.12 mm"`
	Floor   Parameter `yaml:"floor" unit:"m" positive:"true" doc:"of those from the output bar to the frame; default: 0.53..1.15 mm"`
	Input   float64   `yaml:"input" unit:"m" default:"0.527 mm" positive:"true" doc:"of the leaves of the first peg; those of the next are each twice as stiff"`
}

// Material gives a bar its stiffness k = Y w t / L from its width w.
type Material struct {
	Young     float64 `yaml:"young" unit:"Pa" positive:"true" doc:"Young's modulus Y"`
	Thickness float64 `yaml:"thickness" unit:"m" positive:"true" doc:"out-of-plane thickness t of every bar"`
	Shear     float64 `yaml:"shear" unit:"Pa" positive:"true" doc:"shear modulus G: of beams that shear, and of torsion in space"`
}

// Bonds says what may change. Exactly one of Width and Stiffness is given.
type Bonds struct {
	Width     Range      `yaml:"width" unit:"m" positive:"true" doc:"bar widths to learn, such as 1.5..2.5 mm; k = Y w t / L"`
	Stiffness Range      `yaml:"stiffness" unit:"N/m" positive:"true" doc:"stiffnesses to learn, such as 100..170 N/m; no upper end (100.. N/m) means unbounded above"`
	Start     Start      `yaml:"start" default:"middle" doc:"where learning starts: middle, random, or a value such as 2 mm"`
	Frozen    []int      `yaml:"frozen" min:"1" doc:"numbers of bonds that keep their start value"`
	Each      []BondRule `yaml:"each" doc:"bonds with a range or start of their own"`
}

// BondRule overrides the range or the start of one bond.
type BondRule struct {
	Bond      int   `yaml:"bond" required:"true" min:"1" doc:"bond number"`
	Width     Range `yaml:"width" unit:"m" positive:"true" doc:"its width range"`
	Stiffness Range `yaml:"stiffness" unit:"N/m" positive:"true" doc:"its stiffness range"`
	Start     Start `yaml:"start" doc:"its start value"`
}

// Element is a set of elements of one kind under one law. Which of the parameters below it has is the law's affair
// (elastrain explain elements).
type Element struct {
	Kind  string    `yaml:"kind" required:"true" oneof:"bar|beam|beam3d|angle|bend|fold|pipe" doc:"bend: keeps two bonds in line, in space too; bar: resists a change of length; beam: welded to its nodes, bends in the plane; beam3d: bends and twists in space; angle: resists a change of the angle between two bonds; fold: in space, of that between two triangles with a common crease, by the nodes [wing, crease, crease, wing]; pipe: lets a current flow"`
	Bonds []int     `yaml:"bonds" min:"1" doc:"numbers of the bonds of the network that are such elements; default: all that no other entry names"`
	Nodes [][]int   `yaml:"nodes" doc:"or the nodes of each, of angles: [[1, 2, 3]] is the angle at node 2; of folds four"`
	At    string    `yaml:"at" oneof:"straight|corners" only:"kind=angle|bend" doc:"or angles at every node: straight, between each bond and the one that goes on straightest, within 30 degrees; corners, between neighbouring bonds"`
	Law   string    `yaml:"law" oneof:"linear|hardening|softening|bistable|exponential|log|log-force|green|table|tension-only|compression-only|rectangle|section|timoshenko|circle|driven" doc:"how force follows deformation; default: linear for bars, angles and pipes, rectangle for beams"`
	Axis  Direction `yaml:"axis" only:"kind=beam3d" doc:"direction near which the y axis of the section lies"`
	Learn []string  `yaml:"learn" doc:"names of the parameters that learn; default: all that are given as a range"`
	Start string    `yaml:"start" default:"middle" oneof:"middle|random|built" doc:"where ranges start that do not say it themselves, as 1..3 mm at 2 mm does; built: rest lengths start as built, others in the middle"`

	Stiffness   Parameter `yaml:"stiffness" unit:"N/m" positive:"true" doc:"of a bar: k, a value or a range"`
	Drive       Parameter `yaml:"drive" unit:"N/m" required:"true" only:"law=driven" doc:"of a bar or beam: the axial stiffness that a drive gives it, below zero too, such as -2..2.3 N/mm"`
	Angular     Parameter `yaml:"angular" unit:"N m" positive:"true" doc:"of an angle or a fold: its stiffness for each radian"`
	Scale       Parameter `yaml:"scale" unit:"m" positive:"true" doc:"of hardening, softening, bistable, exponential and one-way laws: the elongation s"`
	Rest        Parameter `yaml:"rest" unit:"m" positive:"true" doc:"of a bar: its rest length; default: its length as built"`
	Straight    Parameter `yaml:"angle" unit:"rad" doc:"of an angle or a fold: its rest angle, of a flat one 3.14159 rad; default: as built"`
	Width       Parameter `yaml:"width" unit:"m" positive:"true" doc:"of a bar or beam with the section of the material: its width"`
	Height      Parameter `yaml:"height" unit:"m" positive:"true" doc:"of a beam in space: the other side of its section"`
	Diameter    Parameter `yaml:"diameter" unit:"m" positive:"true" doc:"of a round beam in space"`
	EA          Parameter `yaml:"EA" unit:"N" positive:"true" doc:"of a section: axial stiffness"`
	EI          Parameter `yaml:"EI" unit:"N m2" positive:"true" doc:"of a section: bending stiffness"`
	EIy         Parameter `yaml:"EIy" unit:"N m2" positive:"true" doc:"of a section in space: bending in its x-z plane"`
	EIz         Parameter `yaml:"EIz" unit:"N m2" positive:"true" doc:"of a section in space: bending in its x-y plane"`
	GJ          Parameter `yaml:"GJ" unit:"N m2" positive:"true" doc:"of a section in space: torsional stiffness"`
	GAs         Parameter `yaml:"GAs" unit:"N" positive:"true" doc:"of a section that shears (timoshenko): shear stiffness with the shear coefficient in it"`
	GAy         Parameter `yaml:"GAy" unit:"N" positive:"true" doc:"of a section in space that shears: the same along its y axis"`
	GAz         Parameter `yaml:"GAz" unit:"N" positive:"true" doc:"likewise along its z axis"`
	Conductance Parameter `yaml:"conductance" unit:"S" positive:"true" doc:"of a pipe"`
	Points      Points    `yaml:"points" unit:"m,N" required:"true" only:"law=table" doc:"force against elongation from the rest length, monotone between the points and straight beyond them"`
	Factor      Parameter `yaml:"factor" unit:"factor" positive:"true" default:"1" only:"law=table" doc:"by which the forces of the points are multiplied"`
}

// Geometry is nodes whose places learn: lengths and angles as built follow them, stiffnesses and widths are held.
type Geometry struct {
	Nodes []int   `yaml:"nodes" min:"1" nodes:"true" doc:"numbers of the nodes that may be built elsewhere; default: all that no support holds"`
	Move  float64 `yaml:"move" unit:"m" required:"true" positive:"true" doc:"how far, along each axis to either side, from where they are drawn, such as 3 mm"`
	Along string  `yaml:"along" oneof:"x|y|z|xy|xz|yz|xyz" doc:"axes along which; default: all"`
	Start string  `yaml:"start" default:"drawn" oneof:"drawn|random" doc:"where learning starts: as drawn, or anywhere within reach"`
}

// Statics says how states are found.
type Statics struct {
	Deformation string `yaml:"deformation" default:"linear" oneof:"linear|finite" doc:"linear: ends move little, e = C u; finite: as far as they do, found along the path of the growing load"`
	Steps       int    `yaml:"steps" default:"0" min:"0" max:"100000" only:"deformation=finite" doc:"least number of parts in which a load is put on; 0: as few as are safe"`
}

// NodeSet is nodes by where they are: those for which all that is said here holds.
type NodeSet struct {
	Name   string  `yaml:"name" doc:"by which it is named, such as left; it begins with a letter"`
	X      Extent  `yaml:"x" unit:"m" doc:"where x is: a value such as 16 mm, a range such as 0..16 mm (with one of y a box), or min or max of those for which the rest holds"`
	Y      Extent  `yaml:"y" unit:"m" doc:"likewise y"`
	Z      Extent  `yaml:"z" unit:"m" doc:"likewise z"`
	Near   Point   `yaml:"near" unit:"m" doc:"the node nearest to a place such as [0 mm, 16 mm], of those for which the rest holds"`
	Within float64 `yaml:"within" unit:"m" positive:"true" only:"near" doc:"or all nodes within this distance of it"`
	Set    string  `yaml:"set" doc:"those of a set with this name, which may be one of the file of the network"`
	Nodes  []int   `yaml:"nodes" min:"1" doc:"those of these numbers"`
}

// Empty reports whether nothing says which nodes these are.
func (s *NodeSet) Empty() bool {
	return !s.X.IsSet() && !s.Y.IsSet() && !s.Z.IsSet() && s.Near == nil && s.Set == "" && s.Nodes == nil
}

// Supports hold nodes.
type Supports struct {
	Pinned  []int    `yaml:"pinned" min:"1" nodes:"true" doc:"nodes held along every axis"`
	Rollers []Roller `yaml:"rollers" doc:"nodes held along some axes"`
	Clamped []int    `yaml:"clamped" min:"1" nodes:"true" doc:"nodes that neither move nor turn"`
	Guided  []int    `yaml:"guided" min:"1" nodes:"true" doc:"nodes that do not turn"`
	Earthed []int    `yaml:"earthed" min:"1" nodes:"true" doc:"nodes of pipes at potential zero"`
	Springs []Ground `yaml:"springs" doc:"springs from a node to the ground"`
	Strains []string `yaml:"strains" doc:"strains of a periodic cell that are kept at zero: exx, eyy, gxy"`
}

// Roller holds one node along the named axes.
type Roller struct {
	Node  int    `yaml:"node" required:"true" unless:"nodes" min:"1" nodes:"true" doc:"node number"`
	Nodes []int  `yaml:"nodes" min:"1" nodes:"true" doc:"in place of one: several, such as a set"`
	Held  string `yaml:"held" required:"true" oneof:"x|y|z|xy|xz|yz|xyz" doc:"axes along which it cannot move"`
}

// Ground is a spring of fixed stiffness between a node and the ground.
type Ground struct {
	Node      int       `yaml:"node" required:"true" min:"1" nodes:"true" doc:"node number"`
	Along     Direction `yaml:"along" required:"true" doc:"direction in which it resists: x, y, z or a vector"`
	Stiffness float64   `yaml:"stiffness" unit:"N/m" required:"true" positive:"true" doc:"its stiffness"`
}

// Task is a behaviour, a regression or a classification.
type Task struct {
	Kind string `yaml:"kind" required:"true" oneof:"behaviour|regression|classification" doc:"behaviour: given answers to given pushes; regression and classification: learn from data"`

	Cases []Case `yaml:"cases" required:"true" only:"kind=behaviour" doc:"load cases"`

	Data       string      `yaml:"data" required:"true" only:"kind=regression|classification" doc:"iris, wine, breast-cancer, digits, linear; mnist, fashion-mnist, penguins, where they are on this machine (elastrain data); a CSV file; an IDX file of pictures (-ubyte, -ubyte.gz) with its labels beside it, or a .npz file of both"`
	Test       string      `yaml:"test" only:"kind=regression|classification" doc:"file of the test part, if that is a file of its own; without it, split"`
	Pool       int         `yaml:"pool" min:"2" max:"16" only:"kind=classification" doc:"of pictures: side of the squares of pixels that become their mean"`
	Label      string      `yaml:"label" only:"kind=classification" doc:"from a CSV file: the column that names the class; default: the last column of words"`
	Points     int         `yaml:"points" min:"2" max:"10000000" required:"true" only:"data=linear" doc:"number of points"`
	Range      Range       `yaml:"range" unit:"N" closed:"true" required:"true" only:"data=linear" doc:"range of the random input force, such as -196..196 mN"`
	Noise      float64     `yaml:"noise" unit:"m" min:"0" only:"kind=regression" doc:"standard deviation of Gaussian noise added to regression targets"`
	Split      float64     `yaml:"split" unit:"fraction" default:"70 %" only:"kind=regression|classification" doc:"share of the data used for training; not for data that have a test part of their own"`
	Stratify   bool        `yaml:"stratify" only:"kind=classification" doc:"keep the class shares equal in both parts of the split"`
	Validation *Validation `yaml:"validation" only:"kind=regression|classification" doc:"a part taken off the training data by which settings are chosen; the test part then stays closed while it trains, until (elastrain eval RUN) opens it"`
	Closed     bool        `yaml:"closed" only:"kind=regression|classification" doc:"the test part stays closed while it trains also without a validation part, until (elastrain eval RUN) opens it"`
	Encode     Encode      `yaml:"encode" only:"kind=regression|classification" doc:"how features become forces"`
	Inputs     []Input     `yaml:"inputs" required:"true" unless:"/hubs|/comb" only:"kind=regression|classification" doc:"which nodes the features push, or which stiffnesses they set; of a network of hubs the pixels do"`
	Outputs    []Output    `yaml:"outputs" required:"true" unless:"/hubs|/comb" only:"kind=regression|classification" doc:"which displacements are read; of a network of hubs its outputs are, in the order of the classes"`
	Loss       string      `yaml:"loss" oneof:"mean-square|cross-entropy|softmax|fisher|hinge" doc:"mean-square: squared displacement error; cross-entropy: of |u| / sum |u| (Li & Mao); softmax: cross-entropy of softmax(sharpness |u|); fisher: Fisher's criterion of |u| for every pair of classes; hinge: margin between the largest |u|; default: mean-square for displacements, cross-entropy for classes"`
	Sharp      float64     `yaml:"sharpness" unit:"1/m" positive:"true" doc:"softmax: inverse displacement that counts as one unit of evidence; default: 1 / (5 % of the mean |u| at the start)"`
	Smoothing  float64     `yaml:"smoothing" unit:"fraction" min:"0" max:"1" doc:"softmax: share of certainty that is spread over all classes, such as 10 %, so that samples learned already teach on gently; default: 0"`
	Reading    *Reading    `yaml:"reading" only:"kind=classification" doc:"electronics beside the outputs: a class answers z = gain (y - tare) + offset, with y what its output reads in one direction, and the largest z names the class; the loss is softmax of z"`
	Margin     float64     `yaml:"margin" unit:"m" positive:"true" doc:"hinge: displacement by which the right class must lead; default: 10 % of the mean |u| at the start"`
	Scale      float64     `yaml:"scale" unit:"m" positive:"true" doc:"mean-square: displacement that counts as an error of one; default: root mean square of the targets"`
	Turning    float64     `yaml:"scale_turn" unit:"rad" positive:"true" doc:"mean-square: the same of rotations; default: root mean square of the wanted rotations"`
	Volts      float64     `yaml:"scale_potential" unit:"V" positive:"true" doc:"mean-square: the same of potentials; default: root mean square of the wanted potentials"`
	Strain     float64     `yaml:"scale_strain" unit:"strain" positive:"true" doc:"mean-square: the same of strains of a periodic cell; default: root mean square of the wanted strains"`
}

// Reading makes logits of outputs. What it takes beside the lattice is counted in every record.
type Reading struct {
	Gain       Parameter `yaml:"gain" unit:"1/m" positive:"true" doc:"evidence of a displacement, the same for all classes: a value such as 20 /mm, or a range in which it learns; default: it learns, from where the logits of the training samples have a standard deviation of one"`
	Directions string    `yaml:"directions" oneof:"each|common|given" doc:"in which readings count: each, every one in the direction that tells the training samples best at the start; common, all as their outputs have it, or all opposite; given, as the outputs have it; default: each, of hubs common"`
	Offsets    string    `yaml:"offsets" default:"learn" oneof:"learn|none" doc:"what is added for each class"`
	Tare       string    `yaml:"tare" default:"mean" oneof:"mean|none" doc:"what is taken off each reading: mean, its mean over the training samples at the start"`
	Follow     float64   `yaml:"follow" default:"0" min:"0" max:"1" doc:"share of the way that tares go, after each step, to the mean readings of its batch, such as 0.05; 0: they stay"`
	GainRate   float64   `yaml:"gain_rate" default:"0.5" positive:"true" max:"1000" doc:"how fast ln of the gain learns beside the stiffnesses, as a factor of learn.rate"`
	OffsetRate float64   `yaml:"offset_rate" default:"0.3" positive:"true" max:"1000" doc:"likewise the offsets"`
}

// Validation is the part of the training data that validates.
type Validation struct {
	Share    float64 `yaml:"share" unit:"fraction" doc:"share of the training part, such as 10 %"`
	Count    int     `yaml:"count" min:"1" doc:"or its number of rows"`
	From     string  `yaml:"from" default:"random" oneof:"random|last" doc:"random: drawn by the seed; last: the last rows of the training part"`
	Stratify bool    `yaml:"stratify" doc:"keep the class shares equal in both parts"`
}

// Encode maps a feature column to [0, 1] or [-1, 1] before it becomes a force.
type Encode struct {
	By   string  `yaml:"by" default:"max" oneof:"max|min-max|signed|largest|pixel" doc:"max: x / max|x|; largest: x by the largest value of all features, for pictures; min-max: (x - min)/(max - min); signed: 2 min-max - 1; pixel: x / full, the same for every pixel"`
	Fit  string  `yaml:"fit" default:"train" oneof:"train|all" doc:"the data from which max and min are taken"`
	Full float64 `yaml:"full" positive:"true" only:"by=pixel" doc:"what the brightest pixel can be; default: as the set says, 255 of bytes"`
}

// Case is one load case of a behaviour.
type Case struct {
	Push    []Push `yaml:"push" required:"true" unless:"loads" doc:"forces and displacements applied together"`
	Want    []Want `yaml:"want" required:"true" unless:"targets" doc:"displacements wanted in answer"`
	Loads   string `yaml:"loads" doc:"a table of forces, beside push or in its place: columns node and fx (N), fy, fz, or node, along, force (N); of a column case the rows of this case"`
	Targets string `yaml:"targets" doc:"a table of wanted displacements, beside want or in its place: columns node and ux (mm), uy, uz, or node, along, move (mm); of a column case the rows of this case; an empty cell is not wanted"`
}

// Push is one force at a node, or a pair of forces that push two nodes apart; or
// the displacement or stretch that is to be there, whatever force it takes.
type Push struct {
	Nodes     []int     `yaml:"nodes" min:"1" nodes:"true" doc:"a pair of nodes, in place of node and along: it is pushed apart, a bond between them or not"`
	Node      int       `yaml:"node" required:"true" unless:"mean|exx|eyy|gxy|sxx|syy|sxy" only:"nodes=none" min:"1" nodes:"true" doc:"node number"`
	Mean      []int     `yaml:"mean" only:"nodes=none" min:"1" nodes:"true" doc:"several nodes in place of one: a load is spread over them evenly, a displacement, rotation or potential is their mean"`
	Along     Direction `yaml:"along" required:"true" unless:"moment|turn|current|potential|exx|eyy|gxy|sxx|syy|sxy" only:"nodes=none" doc:"direction: x, y, z, -x, -y, -z or a vector such as [1, -1]"`
	Force     *float64  `yaml:"force" unit:"N" doc:"its size, such as 49 mN or 5 gf; below zero a pair is squeezed"`
	Move      *float64  `yaml:"move" unit:"m" only:"nodes=none" doc:"in place of a force: how far the node is moved along the direction"`
	Stretch   *float64  `yaml:"stretch" unit:"m" only:"nodes" doc:"in place of a force: by how much the pair is made longer; below zero: shorter"`
	Strain    *float64  `yaml:"strain" unit:"strain" only:"nodes" doc:"in place of a stretch: that as a share of the distance as drawn, such as 20 %"`
	Spring    float64   `yaml:"spring" unit:"N/m" positive:"true" only:"nodes" doc:"stiffness of a spring between the pair by which a stretch or strain is imposed: its rest length is made so much longer than drawn, and the pair follows as far as the network lets it; default: the pair is as long as it is told"`
	Moment    *float64  `yaml:"moment" unit:"N m" only:"nodes=none" doc:"on a node of beams, counter-clockwise"`
	Turn      *float64  `yaml:"turn" unit:"rad" only:"nodes=none" doc:"in place of a moment: by how much the node is turned"`
	About     string    `yaml:"about" oneof:"x|y|z" only:"nodes=none" doc:"axis of a moment or turn in space; in the plane it is z"`
	Current   *float64  `yaml:"current" unit:"A" only:"nodes=none" doc:"fed into a node of pipes"`
	Potential *float64  `yaml:"potential" unit:"V" only:"nodes=none" doc:"in place of a current: at which the node is held"`
	Exx       *float64  `yaml:"exx" unit:"strain" only:"nodes=none" doc:"of a periodic cell, in place of a node: the strain along x that it is given, such as 1 %"`
	Eyy       *float64  `yaml:"eyy" unit:"strain" only:"nodes=none" doc:"likewise along y"`
	Gxy       *float64  `yaml:"gxy" unit:"strain" only:"nodes=none" doc:"likewise the shear, twice exy"`
	Sxx       *float64  `yaml:"sxx" unit:"stress" only:"nodes=none" doc:"of a periodic cell, in place of a strain: stress along x, a force by length in the plane"`
	Syy       *float64  `yaml:"syy" unit:"stress" only:"nodes=none" doc:"likewise along y"`
	Sxy       *float64  `yaml:"sxy" unit:"stress" only:"nodes=none" doc:"likewise shear"`
}

// Want is one wanted displacement (mean-square) or one competitor of which
// exactly one is wanted to move most (cross-entropy, softmax, hinge).
type Want struct {
	Nodes     []int     `yaml:"nodes" min:"1" nodes:"true" doc:"a pair of nodes, in place of node and along: how much longer their distance becomes is read, a bond between them or not"`
	Node      int       `yaml:"node" required:"true" unless:"mean|exx|eyy|gxy" only:"nodes=none" min:"1" nodes:"true" doc:"node number"`
	Mean      []int     `yaml:"mean" only:"nodes=none" min:"1" nodes:"true" doc:"several nodes in place of one, such as [4..9]: their mean is read"`
	Along     Direction `yaml:"along" required:"true" unless:"turn|potential|exx|eyy|gxy" only:"nodes=none" doc:"direction in which it is read"`
	Move      *float64  `yaml:"move" unit:"m" only:"nodes=none" doc:"mean-square: the displacement wanted, such as -0.5 mm"`
	Stretch   *float64  `yaml:"stretch" unit:"m" only:"nodes" doc:"mean-square: by how much the pair is to become longer; below zero: shorter"`
	Strain    *float64  `yaml:"strain" unit:"strain" only:"nodes" doc:"mean-square, in place of a stretch: that as a share of the distance as drawn, such as 20 %; far from where it was built it is that of the true distance"`
	Turn      *float64  `yaml:"turn" unit:"rad" only:"nodes=none" doc:"mean-square: the rotation wanted of a node of beams"`
	About     string    `yaml:"about" oneof:"x|y|z" only:"nodes=none" doc:"axis of that rotation in space; in the plane it is z"`
	Potential *float64  `yaml:"potential" unit:"V" only:"nodes=none" doc:"mean-square: the potential wanted of a node of pipes"`
	Exx       *float64  `yaml:"exx" unit:"strain" only:"nodes=none" doc:"mean-square: of a periodic cell, in place of a node: the strain wanted along x"`
	Eyy       *float64  `yaml:"eyy" unit:"strain" only:"nodes=none" doc:"likewise along y"`
	Gxy       *float64  `yaml:"gxy" unit:"strain" only:"nodes=none" doc:"likewise the shear"`
	Most      bool      `yaml:"most" doc:"other losses: this output must move most"`
}

// Input lets one feature push one node; its largest encoded value, 1, is Force. Or it lets the feature set the stiffness of
// elements.
type Input struct {
	Nodes      []int     `yaml:"nodes" min:"1" nodes:"true" doc:"a pair of nodes, in place of node and along: it is pushed apart"`
	Node       int       `yaml:"node" required:"true" unless:"mean|elements" only:"nodes=none" min:"1" nodes:"true" doc:"node number"`
	Mean       []int     `yaml:"mean" only:"nodes=none" min:"1" nodes:"true" doc:"several nodes in place of one: the force is spread over them evenly"`
	Along      Direction `yaml:"along" required:"true" unless:"elements|moment|turn|current|potential" only:"nodes=none" doc:"direction of the push"`
	Force      float64   `yaml:"force" unit:"N" positive:"true" doc:"force for an encoded value of 1; not for data: linear. Beside inputs that set stiffnesses, one without a feature hangs with every sample"`
	Move       *float64  `yaml:"move" unit:"m" only:"nodes=none" doc:"in place of a force: displacement that is given for an encoded value of 1"`
	Stretch    *float64  `yaml:"stretch" unit:"m" only:"nodes" doc:"in place of a force: by how much the pair is made longer for an encoded value of 1"`
	Moment     *float64  `yaml:"moment" unit:"N m" only:"nodes=none" doc:"likewise on a node of beams, counter-clockwise"`
	Turn       *float64  `yaml:"turn" unit:"rad" only:"nodes=none" doc:"in place of a moment: the rotation that is given"`
	About      string    `yaml:"about" oneof:"x|y|z" only:"nodes=none" doc:"axis of a moment or turn in space; in the plane it is z"`
	Current    *float64  `yaml:"current" unit:"A" only:"nodes=none" doc:"likewise fed into a node of pipes"`
	Potential  *float64  `yaml:"potential" unit:"V" only:"nodes=none" doc:"in place of a current: the potential that is given"`
	Elements   []int     `yaml:"elements" min:"1" only:"nodes=none" doc:"bonds by number, in place of a node: the feature sets their stiffness"`
	Stiffness  Range     `yaml:"stiffness" unit:"N/m" closed:"true" only:"elements" doc:"of these bonds, from an encoded value of 0 to one of 1, such as 0..10 N/m"`
	Gain       Parameter `yaml:"gain" unit:"N/m" positive:"true" only:"elements" doc:"in place of stiffness: that at an encoded value of 1, which learns in this range"`
	Left       float64   `yaml:"left" unit:"fraction" min:"0" max:"1" only:"gain" doc:"beside gain: the share of it that is left at an encoded value of 0, one by the on/off ratio; default: 0"`
	Feature    string    `yaml:"feature" doc:"column of the data (name or number from 1)"`
	Complement bool      `yaml:"complement" doc:"1 - value instead of value; a feature and its complement together act as a threshold"`
}

// Output reads one displacement, rotation or potential.
type Output struct {
	Nodes  []int     `yaml:"nodes" min:"1" nodes:"true" doc:"a pair of nodes, in place of node and along: how much longer their distance becomes is read"`
	Node   int       `yaml:"node" required:"true" unless:"mean" only:"nodes=none" min:"1" nodes:"true" doc:"node number"`
	Mean   []int     `yaml:"mean" only:"nodes=none" min:"1" nodes:"true" doc:"several nodes in place of one, such as [4..9]: their mean is read"`
	Along  Direction `yaml:"along" required:"true" unless:"reads" only:"nodes=none" doc:"direction in which it is read"`
	Reads  string    `yaml:"reads" oneof:"turn|potential" only:"nodes=none" doc:"in place of a displacement along a direction: the rotation of a node of beams, or the potential of a node of pipes"`
	About  string    `yaml:"about" oneof:"x|y|z" only:"reads=turn" doc:"axis of that rotation in space; in the plane it is z"`
	Class  string    `yaml:"class" doc:"classification: the class this output stands for"`
	Slope  *float64  `yaml:"slope" unit:"m/N" doc:"regression on data: linear: wanted displacement by force, such as 16 mm/N"`
	Column string    `yaml:"column" doc:"regression from a CSV file: column of wanted displacements"`
	Unit   string    `yaml:"unit" default:"m" oneof:"m|mm|um|cm|nm|km|in|ft|rad|mrad|V|mV" only:"column" doc:"unit of that column; of rotations rad, of potentials V where it is left out"`
}

// Learn says how the network learns.
type Learn struct {
	Rule      string   `yaml:"rule" default:"backprop" oneof:"backprop|finite-difference|equilibrium-propagation|equilibrium-propagation-positive|equilibrium-propagation-negative|coupled-learning|directed-ageing|spsa|two-frequency|temporal-contrastive|bone|vein" doc:"how the gradient is measured: in situ backpropagation; finite differences as its check; equilibrium propagation, from states whose outputs are nudged to either side, or to one; coupled learning, from states whose outputs are held nearer to where they shall go; directed ageing, by which what stores energy in the wanted state gives way; spsa, from all parameters changed at random at once; two-frequency, from input and error that swing at once, on networks that answer in proportion; temporal-contrastive, by bonds that feel the quick rise of a nudge and not its slow return; bone and vein follow no target: what is strained, or carries much, grows, and what does not wastes. The elastrain rules command compares them"`
	Eta       float64  `yaml:"eta" unit:"fraction" positive:"true" max:"1" only:"rule=coupled-learning" doc:"coupled learning: share of the way to the target at which outputs are held; default: 10 %"`
	SetPoint  float64  `yaml:"set_point" unit:"m" min:"0.000000001" max:"1" only:"rule=bone" doc:"bone: elongation at which a bond neither grows nor wastes, root mean square over the loads"`
	Vein      *Vein    `yaml:"vein" only:"rule=vein" doc:"vein: how much pipes grow that carry much"`
	Method    string   `yaml:"method" default:"adam" oneof:"gradient-descent|momentum|adam|l-bfgs|levenberg-marquardt|frank-wolfe|pattern-search|genetic|levels-search|fewest-changes" doc:"optimiser; pattern-search and genetic look at losses alone; levels-search finds the best network of levels (matter.levels), and an epoch of it is a start; fewest-changes changes one bond more in an epoch, the one that helps most"`
	Changes   int      `yaml:"changes" min:"1" max:"100000000" only:"method=fewest-changes" doc:"fewest-changes: most bonds that may change; default: as many as help, up to learn.stop.loss"`
	Rate      float64  `yaml:"rate" positive:"true" doc:"step size of gradient-descent, momentum and adam, in units of the bond range, or of ln of a stiffness (scale: log); default: 0.02, of gradient-descent 0.2"`
	Beta1     float64  `yaml:"beta1" positive:"true" max:"0.9999999" only:"method=adam" doc:"adam: how much of its mean slope it keeps from step to step; default: 0.9"`
	Beta2     float64  `yaml:"beta2" positive:"true" max:"0.9999999" only:"method=adam" doc:"adam: the same of the mean square of slopes; default: 0.999"`
	Epsilon   float64  `yaml:"epsilon" positive:"true" only:"method=adam" doc:"adam: what is added to the size of a slope, as a share of the root mean square of all; default: 1e-8"`
	Schedule  string   `yaml:"schedule" oneof:"constant|cosine|step|exponential|plateau" only:"method=adam|momentum|gradient-descent" doc:"cosine: the rate falls to zero over all steps as half a cosine, and the number of epochs belongs to the training: with more of them it is trained anew; step: it falls to factor of itself after every so many epochs; exponential: the same evenly, from step to step; plateau: it falls to factor of itself when the score has stood still for patience epochs; default: constant"`
	Every     int      `yaml:"every" required:"true" min:"1" max:"100000000" only:"schedule=step|exponential" doc:"step, exponential: epochs after which the rate has fallen to factor of itself"`
	Factor    float64  `yaml:"factor" default:"0.5" positive:"true" max:"0.9999999" only:"schedule=step|exponential|plateau" doc:"what is left of the rate each time"`
	Patience  int      `yaml:"patience" default:"10" min:"1" max:"100000000" only:"schedule=plateau" doc:"plateau: epochs without a better score (learn.score) before the rate falls, each time anew"`
	Gain      float64  `yaml:"gain" unit:"fraction" min:"0" max:"1" only:"schedule=plateau" doc:"plateau: how much better counts as better: of a loss, as a share of the best so far; of an accuracy, itself. Default: anything"`
	WarmUp    int      `yaml:"warm_up" min:"0" max:"100000000" only:"method=adam|momentum|gradient-descent" doc:"steps over which the rate rises from zero at first; 0, or left out, for none"`
	Memory    int      `yaml:"memory" min:"1" max:"1000" only:"method=l-bfgs" doc:"l-bfgs: earlier steps that it remembers; each takes 16 bytes a bond, fewer may take more steps; default: 20"`
	Batch     Batch    `yaml:"batch" default:"all" doc:"samples a step: a number, or all"`
	Epochs    int      `yaml:"epochs" default:"100" min:"0" max:"100000000" doc:"passes over the training data (steps, for a full batch)"`
	Bounds    string   `yaml:"bounds" default:"projection" oneof:"sigmoid|softplus|projection" doc:"how a bond is kept in its range"`
	Scale     string   `yaml:"scale" oneof:"linear|log" doc:"what a step changes: linear, the parameter itself as a share of its range; log, its logarithm, so that a rate of 0.1 changes a stiffness by a tenth of itself; default: linear"`
	Steepness float64  `yaml:"steepness" default:"1" positive:"true" doc:"beta of the sigmoid or softplus"`
	Augment   *Augment `yaml:"augment" doc:"pictures of small batches are changed at random, by the seed"`
	Keep      string   `yaml:"keep" oneof:"last|best" doc:"what the training ends with: last, the network after the last epoch; best, that of the epoch which did best on the validation part; default: last"`
	Score     string   `yaml:"score" oneof:"loss|accuracy|training-loss" doc:"what says how good an epoch is, for keep, stop.patience and a plateau: loss or accuracy of the validation part, or the loss of the training part, which says nothing of new samples. Default: the loss of the validation part, for keep its accuracy and between equals the loss; for a plateau without a validation part training-loss"`
	Compat    string   `yaml:"compat" oneof:"li-mao-2024" doc:"li-mao-2024: replay the authors' program, its quirks included"`
	Stop      Stop     `yaml:"stop" doc:"when to stop before the last epoch"`
	Save      int      `yaml:"save" default:"0" min:"0" doc:"epochs between checkpoints; 0: about one a second"`
}

// Vein is dC/dt = conductance (|Q|/flow)^power - C.
type Vein struct {
	Power       float64 `yaml:"power" positive:"true" max:"100" default:"0.8" doc:"below 1 both of two pipes side by side live, above 1 the wider one alone, unless loads that change keep the other"`
	Flow        float64 `yaml:"flow" unit:"A" positive:"true" default:"1 A" doc:"current with which a pipe stays at that conductance"`
	Conductance float64 `yaml:"conductance" unit:"S" positive:"true" default:"1 S" doc:"that conductance"`
}

// Augment says how pictures are changed at random from step to step.
type Augment struct {
	Shift int     `yaml:"shift" default:"0" min:"0" max:"8" doc:"they are moved by up to so many pixels along each side; what comes in is dark"`
	Erase float64 `yaml:"erase" unit:"fraction" min:"0" max:"1" doc:"share of them in which a rectangle, a tenth to a half of each side, is filled with one grey"`
}

// Stop ends learning early.
type Stop struct {
	Loss     float64 `yaml:"loss" min:"0" doc:"stop when the loss is this small"`
	Change   float64 `yaml:"change" default:"1e-12" min:"0" doc:"stop when no bond changes by more than this share of its range in an epoch (full batch only)"`
	Gradient float64 `yaml:"gradient" default:"1e-12" min:"0" doc:"stop when the KKT residual has fallen to this share of its first value (full batch only)"`
	Patience int     `yaml:"patience" min:"1" max:"100000000" doc:"stop early: when the score (learn.score) has not become better for so many epochs; default: never"`
	Gain     float64 `yaml:"gain" unit:"fraction" min:"0" max:"1" only:"patience" doc:"stop early: how much better counts as better: of a loss, as a share of the best so far; of an accuracy, itself. Default: anything"`
}
