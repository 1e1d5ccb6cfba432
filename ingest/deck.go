package ingest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cards are the words of a line of a deck.
func cards(line string) []string {
	w := strings.Split(strings.TrimRight(strings.TrimSpace(line), ", "), ",")
	for i := range w {
		w[i] = strings.TrimSpace(w[i])
	}
	return w
}

// families of types of elements that are faces and bodies, and how many nodes they have: CPS3, S4R, M3D6, C3D20R.
var (
	deckFaces  = regexp.MustCompile(`^(?:CPS|CPEG?|CG?AX|D?S|STRI|M3D|R3D|SFM3D|[AD]C2D)([34689])`)
	deckBodies = regexp.MustCompile(`^(?:[AD]?C3D|CSS|SC)(\d+)`)
)

// solidOf is the shape of an element of a deck, as a type of Gmsh.
func solidOf(typ string) (int, bool) {
	count, of := deckFaces.FindStringSubmatch(typ), map[string]int{"3": 2, "4": 3, "6": 9, "8": 16, "9": 10}
	if count == nil {
		count, of = deckBodies.FindStringSubmatch(typ), map[string]int{"4": 4, "5": 7, "6": 6, "8": 5, "10": 11, "15": 18, "20": 17, "27": 12}
	}
	if count == nil {
		return 0, false
	}
	shape, known := of[count[1]]
	return shape, known
}

// deckSets are the elements of a deck that have names together.
type deckSets struct {
	nodes map[string][]string // of an element
	names []string            // in the order of the deck
	of    map[string][]string // elements, or names of further sets
}

func (s *deckSets) add(set string, elements ...string) {
	if set == "" {
		return
	}
	if _, there := s.of[set]; !there {
		s.names = append(s.names, set)
	}
	s.of[set] = append(s.of[set], elements...)
}

// generate are the numbers from, to and step stand for.
func generate(w []string) (list []string, ok bool) {
	v := []int{0, 0, 1}
	for i, word := range w {
		n, err := strconv.Atoi(word)
		if err != nil || i > 2 {
			return nil, false
		}
		v[i] = n
	}
	if len(w) < 2 || v[2] < 1 || v[0] < 0 || (v[1]-v[0])/v[2] > 1<<24 {
		return nil, false
	}
	for n := v[0]; n <= v[1]; n += v[2] {
		list = append(list, strconv.Itoa(n))
	}
	return list, true
}

// name adds the nodes of the sets of elements to a draft, but for names that sets of nodes have.
func (s *deckSets) name(d *draft) {
	nodal := map[string]bool{}
	for i := range d.sets {
		nodal[d.sets[i].Name] = true
	}
	var add func(set string, elements []string, depth int)
	add = func(set string, elements []string, depth int) {
		for _, e := range elements {
			nodes, is := s.nodes[e]
			if !is && depth < 3 {
				add(set, s.of[e], depth+1)
			}
			for _, name := range nodes {
				if at, ok := d.at[name]; ok {
					d.set(set, at)
				}
			}
		}
	}
	for _, set := range s.names {
		if !nodal[set] {
			add(set, slices.Clone(s.of[set]), 0)
		}
	}
}
