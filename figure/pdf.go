package figure

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"time"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// Page is a picture and the size of its page.
type Page struct {
	Picture       Picture
	Width, Height vg.Length
	Bitmap        bool // an image of 200 dots per inch, for pictures of too many lines
}

// PDF draws pictures on white, a page each, and returns the document. Its fonts
// are within it, text stays text, and equal pictures give equal bytes.
//
// Errors: those of SVG, and no page at all.
func PDF(title string, pages ...Page) ([]byte, error) {
	if len(pages) == 0 {
		return nil, errors.New("figure: no page to draw")
	}
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: pages[0].Width.Points(), Ht: pages[0].Height.Points()}})
	doc.SetTitle(plane(title), true)
	doc.SetCreator("Elastrain", true)
	doc.SetCreationDate(time.Unix(0, 0).UTC())
	doc.SetModificationDate(time.Unix(0, 0).UTC())
	doc.SetCatalogSort(true)
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddUTF8FontFromBytes(sans, "", liberationsansregular.TTF)
	doc.AddUTF8FontFromBytes(sans, "B", liberationsansbold.TTF)
	for i, p := range pages {
		if err := drawable(p.Picture, p.Width, p.Height); err != nil {
			return nil, fmt.Errorf("page %d: %w", i+1, err)
		}
		c := &pdf{doc: doc, width: p.Width, height: p.Height}
		doc.AddPageFormat("P", fpdf.SizeType{Wd: p.Width.Points(), Ht: p.Height.Points()})
		doc.SetLineJoinStyle("round")
		doc.TransformBegin()
		c.Translate(vg.Point{Y: p.Height}) // up is up
		c.Scale(1, -1)
		vg.Initialize(c)
		if p.Bitmap {
			text, err := PNG(p.Picture, p.Width, p.Height, 200)
			if err != nil {
				return nil, fmt.Errorf("page %d: %w", i+1, err)
			}
			c.png(box(0, 0, p.Width, p.Height), text)
		} else {
			paint(c, p.Picture)
		}
		doc.TransformEnd()
	}
	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		return nil, fmt.Errorf("figure: writing PDF: %w", err)
	}
	return out.Bytes(), nil
}

const sans = "LiberationSans"

// pdf is a canvas on a page of a document. That of gonum knows only the letters
// of western Europe.
type pdf struct {
	doc           *fpdf.Fpdf
	width, height vg.Length
	images        int
	line          []vg.Length // widths of lines that Push has kept
	now           vg.Length
}

func (c *pdf) Size() (w, h vg.Length) { return c.width, c.height }

func (c *pdf) SetLineWidth(w vg.Length) {
	c.now = w
	c.doc.SetLineWidth(w.Points())
}

func (c *pdf) SetLineDash(dashes []vg.Length, offset vg.Length) {
	lengths := make([]float64, len(dashes))
	for i, d := range dashes {
		lengths[i] = d.Points()
	}
	c.doc.SetDashPattern(lengths, offset.Points())
}

func (c *pdf) SetColor(colour color.Color) {
	if colour == nil {
		colour = color.Black
	}
	v := color.NRGBAModel.Convert(colour).(color.NRGBA)
	c.doc.SetFillColor(int(v.R), int(v.G), int(v.B))
	c.doc.SetDrawColor(int(v.R), int(v.G), int(v.B))
	c.doc.SetTextColor(int(v.R), int(v.G), int(v.B))
	c.doc.SetAlpha(float64(v.A)/255, "Normal")
}

// fpdf counts y from the top of the page and turns clockwise there.

func (c *pdf) Rotate(radians float64)       { c.doc.TransformRotate(-radians*180/math.Pi, 0, 0) }
func (c *pdf) Translate(by vg.Point)        { c.doc.TransformTranslate(by.X.Points(), by.Y.Points()) }
func (c *pdf) Scale(x, y float64)           { c.doc.TransformScale(100*x, 100*y, 0, 0) }
func (c *pdf) at(p vg.Point) (x, y float64) { return p.X.Points(), p.Y.Points() }

func (c *pdf) Push() {
	c.line = append(c.line, c.now)
	c.doc.TransformBegin()
}

func (c *pdf) Pop() {
	c.doc.TransformEnd()
	c.now, c.line = c.line[len(c.line)-1], c.line[:len(c.line)-1]
}

func (c *pdf) Stroke(path vg.Path) {
	if c.now > 0 {
		c.path(path)
		c.doc.DrawPath("D")
	}
}

func (c *pdf) Fill(path vg.Path) {
	c.path(path)
	c.doc.DrawPath("F")
}

// path sets the path that is drawn next.
func (c *pdf) path(path vg.Path) {
	begun := false
	to := func(p vg.Point) {
		if x, y := c.at(p); begun {
			c.doc.LineTo(x, y)
		} else {
			c.doc.MoveTo(x, y)
		}
		begun = true
	}
	for i := range path {
		switch p := &path[i]; p.Type {
		case vg.MoveComp:
			begun = false
			to(p.Pos)
		case vg.LineComp:
			to(p.Pos)
		case vg.ArcComp:
			c.arc(p, to)
		case vg.CurveComp:
			x, y := c.at(p.Pos)
			a, b := c.at(p.Control[0])
			if len(p.Control) == 1 {
				c.doc.CurveTo(a, b, x, y)
				continue
			}
			d, e := c.at(p.Control[1])
			c.doc.CurveBezierCubicTo(a, b, d, e, x, y)
		case vg.CloseComp:
			c.doc.ClosePath()
		}
	}
}

// arc draws an arc in pieces of at most a quarter of a turn, which a cubic curve
// meets to 3e-4 of the radius.
func (c *pdf) arc(p *vg.PathComp, to func(vg.Point)) {
	on := func(angle, out float64) vg.Point { // a point at an angle, and then along the tangent
		sin, cos := math.Sincos(angle)
		r := float64(p.Radius)
		return vg.Point{X: p.Pos.X + vg.Length(r*(cos-out*sin)), Y: p.Pos.Y + vg.Length(r*(sin+out*cos))}
	}
	to(on(p.Start, 0))
	n := int(math.Ceil(math.Abs(p.Angle) / (math.Pi / 2)))
	for i := range n {
		a := p.Start + p.Angle*float64(i)/float64(n)
		b := p.Start + p.Angle*float64(i+1)/float64(n)
		out := 4. / 3 * math.Tan((b-a)/4)
		x1, y1 := c.at(on(a, out))
		x2, y2 := c.at(on(b, -out))
		x, y := c.at(on(b, 0))
		c.doc.CurveBezierCubicTo(x1, y1, x2, y2, x, y)
	}
}

func (c *pdf) FillString(f font.Face, at vg.Point, s string) {
	if f.Font.Size == 0 || s == "" {
		return
	}
	style := ""
	if f.Font.Weight == xfont.WeightBold {
		style = "B"
	}
	c.doc.SetFont(sans, style, f.Font.Size.Points())
	c.Push()
	c.Translate(at)
	c.Scale(1, -1)
	c.doc.Text(0, 0, plane(s))
	c.Pop()
}

// plane leaves the letters that a font in a PDF file can have.
func plane(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff {
			return '\ufffd'
		}
		return r
	}, printable(strings.ToValidUTF8(s, "\ufffd")))
}

func (c *pdf) DrawImage(rect vg.Rectangle, img image.Image) {
	var text bytes.Buffer
	if err := png.Encode(&text, img); err != nil {
		c.doc.SetError(err)
		return
	}
	c.png(rect, text.Bytes())
}

// png sets an image into a rectangle.
func (c *pdf) png(rect vg.Rectangle, text []byte) {
	c.images++
	name := fmt.Sprintf("page %d image %d", c.doc.PageNo(), c.images)
	options := fpdf.ImageOptions{ImageType: "png"}
	c.doc.RegisterImageOptionsReader(name, options, bytes.NewReader(text))
	c.Push()
	c.Translate(vg.Point{X: rect.Min.X, Y: rect.Max.Y})
	c.Scale(1, -1)
	c.doc.ImageOptions(name, 0, 0, rect.Size().X.Points(), rect.Size().Y.Points(), false, options, 0, "")
	c.Pop()
}
