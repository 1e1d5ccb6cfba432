package hang

import (
	_ "embed"
	"html/template"
	"io"

	"github.com/elastrain/elastrain/network"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// leaf is a card as the page shows it.
type leaf struct {
	Number, Of int
	Actions    []string
	Picture    template.HTML
}

// WriteHTML writes cards as one page that needs nothing else: no script, no
// font, no further file. On a phone a card fills the screen; printed, there are
// two on a sheet. One card alone makes the page of that step.
func WriteHTML(w io.Writer, title string, net *network.Network, cards []Card) error {
	leaves := make([]leaf, len(cards))
	for i := range cards {
		c := &cards[i]
		leaves[i] = leaf{c.Number, c.Of, c.Actions(), template.HTML(Picture(net, c.Hangs))}
	}
	return page.Execute(w, struct {
		Title string
		Cards []leaf
	}{title, leaves})
}
