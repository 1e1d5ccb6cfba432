package figure

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"testing"
)

func TestPDFOfEverySample(t *testing.T) {
	var pages []Page
	for _, s := range samples() {
		pages = append(pages, Page{Picture: s.p, Width: 12 * cm, Height: 9 * cm})
	}
	pages[1].Width, pages[2].Bitmap = 15*cm, true
	a, err := PDF("samples", pages...)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := PDF("samples", pages...); err != nil || !bytes.Equal(a, b) {
		t.Errorf("two PDF files of the same pictures differ (%v)", err)
	}
	if !bytes.HasPrefix(a, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(a), []byte("%%EOF")) {
		t.Error("this is no PDF file")
	}
	if !bytes.Contains(a, fmt.Appendf(nil, "/Count %d", len(pages))) {
		t.Errorf("it has not %d pages", len(pages))
	}
	if boxes := regexp.MustCompile(`/MediaBox \[0 0 425\.20 255\.12\]`).FindAll(a, -1); len(boxes) != 1 {
		t.Errorf("%d pages are 15 cm wide, want the second", len(boxes))
	}
	if out := os.Getenv("ELASTRAIN_PDF"); out != "" { // to look at
		if err := os.WriteFile(out, a, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPDFRefusals(t *testing.T) {
	if _, err := PDF("none"); err == nil {
		t.Error("no page was drawn")
	}
	if _, err := PDF("nil", Page{nil, cm, cm, false}); err == nil {
		t.Error("a page without a picture was drawn")
	}
	if _, err := PDF("flat", Page{Lattice{Network: trapezoid()}, 0, cm, false}); err == nil {
		t.Error("a page without a width was drawn")
	}
}

// Titles are the user's: whatever letters they have, a page comes of it.
func TestPDFOfAnyLetters(t *testing.T) {
	for _, title := range []string{"∂L/∂k, Σ εᵢ² − µm", "格子", "🙂 lattice", "a\x00b\tc\nd", "(a) \\ b", "\xff\xfe", "e\u0301", "שלום"} {
		if _, err := PDF(title, Page{Lattice{Network: trapezoid(), Title: title}, 8 * cm, 8 * cm, true}, Page{Lattice{Network: trapezoid(), Title: title}, 8 * cm, 8 * cm, false}); err != nil {
			t.Errorf("%q: %v", title, err)
		}
	}
}
