package studio

import (
	"net/http"
	"strings"

	qr "github.com/piglig/go-qr"
)

// quietZone is the light modules around a QR code.
const quietZone = 4

// Code draws a text as a QR code for a terminal, two rows of modules in a line, dark on light.
func Code(text string) (string, error) {
	c, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	n := c.Size()
	for y := -quietZone; y < n+quietZone; y += 2 {
		b.WriteString("\x1b[30;107m")
		for x := -quietZone; x < n+quietZone; x++ {
			upper, lower := c.Module(x, y), c.Module(x, y+1)
			b.WriteString(map[[2]bool]string{{false, false}: " ", {true, false}: "▀", {false, true}: "▄", {true, true}: "█"}[[2]bool{upper, lower}])
		}
		b.WriteString("\x1b[0m\n")
	}
	return b.String(), nil
}

// svgCode is a QR code as a picture for a page.
func svgCode(text string) (string, error) {
	c, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		return "", err
	}
	picture, err := c.ToSVGBytes(qr.NewQrCodeImgConfig(1, quietZone, qr.WithOptimalSVG()))
	return string(picture), err
}

// phone makes an address for a phone: with a token of its own, and as a QR code.
func (s *Server) phone(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		At string `json:"at"` // page to open: what stands in the address behind #, with it
	}
	if err := take(w, r, &q); err != nil {
		return err
	}
	const most = 500 // characters that a code still holds well
	if q.At != "" && (!strings.HasPrefix(q.At, "#/") || len(q.At) > most || strings.ContainsAny(q.At, " \"<>\n")) {
		return refused(http.StatusBadRequest, "it begins with #/", "%.40q is no page", q.At)
	}
	if s.host == "" {
		return refused(http.StatusConflict, "start it with `elastrain studio --host ADDRESS`, where ADDRESS is that of this machine in your network; "+Warning, "this studio is for this machine only")
	}
	address := s.Address(true) + q.At
	picture, err := svgCode(address)
	if err != nil {
		return err
	}
	return answer(w, map[string]string{"address": address, "svg": picture, "warning": Warning})
}

// Warning is what a person must know who lets phones in.
const Warning = "it is not encrypted: whoever listens on this network sees what you see and can take over the page. Do this only in a network whose people you trust"
