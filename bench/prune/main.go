// Command prune measures how often a network of contacts learns a random allosteric task by losing bonds, and how many: a pair of nodes
// is squeezed, and a pair elsewhere is to open or close by the same strain.
//
//	go run ./bench/prune -dim 2 -pairs 200
//	go run ./bench/prune -pairs 50 -each 5 -quiet -figure docs/images/record-allostery.png
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/prune"
	"github.com/elastrain/elastrain/spec"
)

var (
	dim    = flag.Int("dim", 2, "dimensions, 2 or 3")
	grains = flag.Int("grains", 400, "grains of a packing")
	share  = flag.Float64("share", 0, "share of the box that grains cover; 0: 0.86 in the plane, 0.67 in space")
	pairs  = flag.Int("pairs", 200, "random tasks")
	each   = flag.Int("each", 10, "tasks a packing")
	seed   = flag.Uint64("seed", 1, "first seed of packings")
	rule   = flag.String("rule", "exact", "rule of pruning")
	width  = flag.Int("width", 0, "networks that a search goes on from, by rule exact; 0: the best alone")
	until  = flag.Float64("until", 0.01, "relative error that counts as success")
	most   = flag.Float64("most", 0.2, "share of the bonds that may go")
	quiet  = flag.Bool("quiet", false, "no line for each task")
	sheet  = flag.String("figure", "", "PNG of the share of tasks that are solved against the bonds out, in the plane (0.85) and in space (0.65)")
)

// nowhere keeps no step.
type nowhere struct{}

func (nowhere) Load() ([]prune.Step, error) { return nil, nil }
func (nowhere) Append(prune.Step) error     { return nil }

func main() {
	flag.Parse()
	if *sheet != "" {
		if err := draw(*sheet); err != nil {
			log.Fatal(err)
		}
		return
	}
	if *share == 0 {
		*share = map[int]float64{2: 0.86, 3: 0.67}[*dim]
	}
	measure(*dim, *share)
}

// measure prunes for all tasks, prints what came of it, and returns the shares of bonds that went where that succeeded, the least first.
func measure(dim int, share float64) (removed []float64) {
	var counts []int
	done, refused, packings := 0, 0, 0
	bonds, excess := 0.0, 0.0
	for s := *seed; done < *pairs; s++ {
		p, ok := jam(dim, *grains, share, s)
		if !ok {
			refused++
			continue
		}
		n := p.network()
		random := rand.New(rand.NewPCG(s, 17))
		first := true
		for range *each {
			report, err := try(n, random)
			var broken spec.Errors
			if errors.As(err, &broken) && broken[0].Code == "E0701" {
				refused++ // the packing is floppy
				break
			}
			if err != nil {
				log.Fatal(err)
			}
			if first {
				first = false
				packings++
				free := 0
				for _, held := range n.held {
					if !held {
						free++
					}
				}
				bonds += float64(len(n.bonds))
				excess += float64(len(n.bonds)-n.dim*free) / float64(free) * 2
			}
			done++
			if !*quiet {
				fmt.Printf("packing %d: %d bonds, error %.3g -> %.3g, %d out: %s\n", s, report.Bonds, *report.Before.Error, *report.After.Error, len(report.Steps), report.Why)
			}
			if report.Met {
				removed = append(removed, float64(len(report.Steps))/float64(report.Bonds))
				counts = append(counts, len(report.Steps))
			}
			if done == *pairs {
				break
			}
		}
	}
	slices.Sort(removed)
	slices.Sort(counts)
	mean, square, within := 0.0, 0.0, 0
	for _, v := range removed {
		mean += v / float64(len(removed))
		if v <= 0.01 {
			within++
		}
	}
	for _, v := range removed {
		square += (v - mean) * (v - mean) / float64(len(removed))
	}
	fmt.Printf("dim %d, rule %s: %d packings (%d thrown away) of %.0f bonds on average, %.2f contacts a grain above isostatic\n",
		dim, *rule, packings, refused, bonds/float64(packings), excess/float64(packings))
	fmt.Printf("%d of %d tasks within %.2g %% of the target", len(removed), done, 100**until)
	if len(removed) == 0 {
		fmt.Println()
		return nil
	}
	fmt.Printf("; %d of them with at most 1 %% of the bonds\n", within)
	fmt.Printf("bonds out, of successes: mean %.2f %% ± %.2f, median %.2f %%, 90 of 100 below %.2f %%; median %d, most %d\n",
		100*mean, 100*math.Sqrt(square), 100*removed[len(removed)/2], 100*removed[len(removed)*9/10], counts[len(counts)/2], counts[len(counts)-1])
	return removed
}

// try prunes a network for one random task.
func try(n *net, random *rand.Rand) (*prune.Report, error) {
	source := n.pair(random, nil)
	target := n.pair(random, &source)
	sign := float64(2*random.IntN(2) - 1)
	const strain = 1e-3
	var b strings.Builder
	b.WriteString("elastrain: 1\nnetwork:\n  nodes:\n")
	for _, at := range n.at {
		words := make([]string, n.dim)
		for axis := range words {
			words[axis] = fmt.Sprintf("%.15g mm", 10*at[axis])
		}
		fmt.Fprintf(&b, "    - [%s]\n", strings.Join(words, ", "))
	}
	b.WriteString("  bonds:\n")
	for _, bond := range n.bonds {
		fmt.Fprintf(&b, "    - [%d, %d]\n", bond[0]+1, bond[1]+1)
	}
	var held []string
	for node, is := range n.held {
		if is {
			held = append(held, fmt.Sprint(node+1))
		}
	}
	fmt.Fprintf(&b, "bonds: {stiffness: 10..1000 N/m, start: 100 N/m}\nsupports: {pinned: [%s]}\n", strings.Join(held, ", "))
	fmt.Fprintf(&b, "task:\n  kind: behaviour\n  cases:\n    - push: [{nodes: [%d, %d], stretch: %.15g mm}]\n      want: [{nodes: [%d, %d], stretch: %.15g mm}]\n",
		source[0]+1, source[1]+1, -strain*10*n.apart(source), target[0]+1, target[1]+1, sign*strain*10*n.apart(target))
	file, err := spec.Parse("task.yaml", []byte(b.String()))
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, nil, experiment.Options{Threads: 1})
	if err != nil {
		return nil, err
	}
	theta := make([]float64, x.Parameters())
	x.Design.Init(theta)
	study := &prune.Study{Rule: *rule, Until: *until, Most: int(*most * float64(len(n.bonds))), Width: *width, Threads: 1}
	return study.Run(context.Background(), x, theta, nowhere{}, func(prune.Step) {})
}

func (n *net) apart(pair [2]int) (l float64) {
	for axis := range n.dim {
		l = math.Hypot(l, n.at[pair[1]][axis]-n.at[pair[0]][axis])
	}
	return l
}

// pair is two free nodes without a bond between them that have a neighbour in common, so that they are near; with another pair given, one that lies
// at least a third of the box from it.
func (n *net) pair(random *rand.Rand, from *[2]int) [2]int {
	near := make([][]int, len(n.at))
	side := 0.0
	for _, b := range n.bonds {
		near[b[0]], near[b[1]] = append(near[b[0]], b[1]), append(near[b[1]], b[0])
	}
	for _, at := range n.at {
		side = max(side, at[0])
	}
	for {
		a := random.IntN(len(n.at))
		by := near[a][random.IntN(len(near[a]))]
		c := near[by][random.IntN(len(near[by]))]
		if a == c || n.held[a] || n.held[c] || slices.Contains(near[a], c) {
			continue
		}
		if from != nil {
			far := 0.0
			for axis := range n.dim {
				far = math.Hypot(far, (n.at[a][axis]+n.at[c][axis]-n.at[from[0]][axis]-n.at[from[1]][axis])/2)
			}
			if far < side/3 {
				continue
			}
		}
		return [2]int{a, c}
	}
}
