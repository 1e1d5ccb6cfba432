package part

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Write3MF writes a body as 3MF, which says its unit.
func (m *Mesh) Write3MF(w io.Writer, title string) error {
	z := zip.NewWriter(w)
	for _, f := range []struct{ name, text string }{
		{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>
`},
		{"_rels/.rels", `<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Target="/3D/3dmodel.model" Id="rel0" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>
`},
	} {
		part, err := z.Create(f.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(part, f.text); err != nil {
			return err
		}
	}
	model, err := z.Create("3D/3dmodel.model")
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(model, 1<<16)
	fmt.Fprintf(out, `<?xml version="1.0" encoding="UTF-8"?>
<model unit="millimeter" xml:lang="en-US" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
<metadata name="Title">%s</metadata><metadata name="Application">Elastrain</metadata>
<resources><object id="1" type="model"><mesh><vertices>
`, escaped(title))
	for _, p := range m.Points {
		fmt.Fprintf(out, "<vertex x=\"%.7g\" y=\"%.7g\" z=\"%.7g\"/>\n", p[0], p[1], p[2])
	}
	out.WriteString("</vertices><triangles>\n")
	for _, t := range m.Triangles {
		fmt.Fprintf(out, "<triangle v1=\"%d\" v2=\"%d\" v3=\"%d\"/>\n", t[0], t[1], t[2])
	}
	out.WriteString("</triangles></mesh></object></resources>\n<build><item objectid=\"1\"/></build>\n</model>\n")
	if err := out.Flush(); err != nil {
		return err
	}
	return z.Close()
}

// escaped is text as XML has it.
func escaped(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // a builder takes everything
	}
	return b.String()
}
