package snapshot

// Hubs says what the springs of a network of hubs are for. Elements are those of Drawn, from 0.
type Hubs struct {
	Width, Height int     // of the picture, pixels; of plain features so many side by side
	Left          float64 // share of the stiffness of an input spring that is left at an input of 0
	Load          float64 // on every hub, N
	Pairs         int     // outputs that are read against as many others, which follow them; 0: none
	Each          []Hub
}

// Hub is one hub.
type Hub struct {
	Left, Top, Width, Height int // its window, pixels
	Branches                 []Branch
	Earth                    int // element to the ground
	Links                    []Link
}

// Branch is two springs in series.
type Branch struct {
	Own, Input int // elements; Input follows the pixel
	Pixel      int // row by row from the top left, from 0
	Complement bool
}

// Link is a spring from a hub to an output.
type Link struct{ Output, Element int }
