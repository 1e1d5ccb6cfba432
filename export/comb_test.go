package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/export"
)

// A comb is a drawing a strip, whose leaves the table lists with the widths of the network and the pegs that hold them.
func TestStrips(t *testing.T) {
	in := input(t, build(t, "comb", ""), 0)
	format, _ := export.Named("strips")
	files := map[string][]byte{}
	err := format.WriteAll(func(ending string, content func(io.Writer) error) error {
		var b bytes.Buffer
		err := content(&b)
		files[ending] = b.Bytes()
		return err
	}, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 4 {
		t.Fatalf("%d files, want three strips and a table", len(files))
	}
	for ending, text := range files {
		if ending == "" {
			continue
		}
		d := xml.NewDecoder(bytes.NewReader(text))
		paths := 0
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "path" {
				paths++
				if !strings.HasSuffix(e.Attr[0].Value, "Z") {
					t.Errorf("%s: a path is not closed", ending)
				}
			}
		}
		if paths < 50 {
			t.Errorf("%s: %d paths", ending, paths)
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(files[""])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	bright, dark := 0, 0
	for _, row := range rows[1:] {
		i, err := strconv.Atoi(row[0])
		if err != nil {
			t.Fatal(err)
		}
		width, err := strconv.ParseFloat(row[7], 64)
		if err != nil {
			t.Fatal(err)
		}
		el := &in.Elements[i-1]
		if row[9] == "" {
			if math.Abs(width-1e3*in.Theta[el.Theta]) > 1e-6 {
				t.Errorf("leaf %d is %g mm wide, and in the network %g m", i, width, in.Theta[el.Theta])
			}
			continue
		}
		peg, err := strconv.ParseFloat(row[9], 64)
		if err != nil {
			t.Fatal(err)
		}
		if want := 0.527 * math.Cbrt(peg); math.Abs(width-want) > 1e-6 {
			t.Errorf("input leaf %d is %g mm wide, want %g mm", i, width, want)
		}
		switch row[10] {
		case "bright":
			bright++
		case "dark":
			dark++
		}
	}
	if bright != 3*4*3*2 || dark != bright {
		t.Errorf("%d leaves are held where it is bright, %d where it is dark", bright, dark)
	}
	if err := format.Fits(input(t, build(t, "two-bars", ""), 0)); err == nil {
		t.Error("a network that is no comb has strips")
	}
}
