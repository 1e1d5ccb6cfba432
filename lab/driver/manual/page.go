package manual

import (
	"bytes"
	"html/template"
	"math"
)

// page is the card for a phone. It stands alone, and loads itself anew, so that a
// phone that has current.html open shows the next card by itself.
func (c card) page(positions [][3]float64) ([]byte, error) {
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, struct {
		card
		Drawing *drawing
	}{c, draw(positions, c.Actions)})
	return out.Bytes(), err
}

var pageTemplate = template.Must(template.New("card").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Step {{.Step}}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.3rem/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 34rem; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; }
li { margin: .6rem 0; }
svg { width: 100%; height: auto; }
circle { fill: currentColor; } line { stroke: #c40; } text { fill: currentColor; }
.note { opacity: .8; font-size: 1.1rem; }
</style>
</head>
<body>
<p>Step {{.Step}}</p>
<h1>{{.Title}}</h1>
{{with .Actions}}<ul>{{range .}}
<li>{{.Text}}</li>{{end}}
</ul>{{end}}
{{with .Drawing}}<svg viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-label="the lattice, with an arrow at every node to be loaded">
{{range .Nodes}}<circle cx="{{.X}}" cy="{{.Y}}" r="3"/>{{if .Label}}<text x="{{.X}}" y="{{.Y}}" dx="6" dy="-6" font-size="18">{{.Label}}</text>{{end}}
{{end}}{{range .Arrows}}<line x1="{{.X1}}" y1="{{.Y1}}" x2="{{.X2}}" y2="{{.Y2}}" stroke-width="4"/><circle cx="{{.X2}}" cy="{{.Y2}}" r="5" style="fill:#c40"/>
{{end}}</svg>{{end}}
{{with .Note}}<p class="note">{{.}}</p>{{end}}
</body>
</html>
`))

// drawing is the lattice from the front in a picture 400 wide. Loaded nodes have
// their number, and a line with a knob where they are pulled to.
type drawing struct {
	Width, Height float64
	Nodes         []dot
	Arrows        []arrow
}

type dot struct {
	X, Y  float64
	Label int // 0: none
}

type arrow struct{ X1, Y1, X2, Y2 float64 }

// draw is nil if there is nothing to draw.
func draw(positions [][3]float64, actions []action) *drawing {
	loaded := map[int]bool{}
	for _, a := range actions {
		if a.Node > 0 {
			loaded[a.Node] = true
		}
	}
	if len(positions) == 0 || len(loaded) == 0 {
		return nil
	}
	const width, margin, pull = 400, 60, 45
	low, high := positions[0], positions[0]
	for _, p := range positions {
		for axis := range p {
			low[axis], high[axis] = min(low[axis], p[axis]), max(high[axis], p[axis])
		}
	}
	scale := (width - 2*margin) / max(high[0]-low[0], high[1]-low[1], 1e-9)
	round := func(x float64) float64 { return math.Round(10*x) / 10 }
	at := func(p [3]float64) (x, y float64) {
		return round(margin + scale*(p[0]-low[0])), round(margin + scale*(high[1]-p[1]))
	}
	d := &drawing{Width: width, Height: round(2*margin + scale*(high[1]-low[1]))}
	for i, p := range positions {
		n := dot{}
		n.X, n.Y = at(p)
		if loaded[i+1] {
			n.Label = i + 1
		}
		d.Nodes = append(d.Nodes, n)
	}
	for _, a := range actions {
		size := math.Hypot(a.F[0], a.F[1])
		if a.Node == 0 || size == 0 {
			continue
		}
		x, y := at(positions[a.Node-1])
		d.Arrows = append(d.Arrows, arrow{x, y, round(x + pull*a.F[0]/size), round(y - pull*a.F[1]/size)})
	}
	return d
}
