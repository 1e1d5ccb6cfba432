package vision

import (
	"errors"
	"fmt"
	"strings"
)

// ErrFormat says that a file is no picture of a known kind.
var ErrFormat = errors.New("this is no photograph that can be read")

// ErrFrame says that the marks of the frame were not found. Read wraps it with
// what it saw instead.
var ErrFrame = errors.New("the marks of the frame were not found")

// ErrAmbiguousFrame says that the marks of the frame can be laid over the
// photograph in two ways.
var ErrAmbiguousFrame = errors.New("the marks of the frame can be read in two ways in this photograph")

// ErrMirrored says that the photograph shows the frame mirrored.
var ErrMirrored = errors.New("the photograph is mirrored: the file was flipped, or the specimen lies face down")

// ErrResidual says that the marks of the frame are not where the layout says.
var ErrResidual = errors.New("the marks of the frame do not fit the layout")

// TwoCandidates says that more than one mark may belong to a node, or that one
// mark may belong to two. It is an error because choosing would risk a wrong
// measurement that looks like a good one.
type TwoCandidates struct {
	Node  int          // from 0
	At    [][2]float64 // pixels of the candidates, at least one
	Other int          // the node that may have lost its mark to this one; -1: none
}

func (e *TwoCandidates) Error() string {
	if e.Other >= 0 {
		return fmt.Sprintf("the mark at pixel (%.1f, %.1f) may belong to node %d or to node %d, of which no other mark is seen: "+
			"photograph it again with both in sight, or load less", e.At[0][0], e.At[0][1], e.Node+1, e.Other+1)
	}
	places := make([]string, len(e.At))
	for i, p := range e.At {
		places[i] = fmt.Sprintf("(%.1f, %.1f)", p[0], p[1])
	}
	count := "two"
	if len(e.At) > 2 {
		count = fmt.Sprint(len(e.At))
	}
	return fmt.Sprintf("%s candidates for node %d, at the pixels %s: remove what is not a mark, or say more narrowly where the node can be",
		count, e.Node+1, strings.Join(places, " and "))
}

// TooFew says that too many nodes were not found for the reading to be trusted.
type TooFew struct {
	Seen, Nodes, Needed int
}

func (e *TooFew) Error() string {
	return fmt.Sprintf("only %d of %d nodes were found, %d are needed: is it the right layout, are the marks as large and as dark as it says, is the picture sharp?",
		e.Seen, e.Nodes, e.Needed)
}
