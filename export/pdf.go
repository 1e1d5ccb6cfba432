package export

import (
	"errors"
	"io"
)

var pdfFormat = Format{
	Name: "pdf", Ending: ".pdf",
	Holds: "the figures, a page each, fonts within: the network, its training, deformation, answers; --figure chooses",
	Opens: "every reader of PDF, LaTeX (\\includegraphics[page=2]{...})",
	Cases: Figured, Wants: Wants{Samples: true},
	Refuses: func(in *Input) error {
		if in.Figures == nil {
			return errors.New("nothing draws the figures here; the command line does: `elastrain export`")
		}
		return nil
	},
	Write: func(w io.Writer, in *Input) error {
		text, err := in.Figures()
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	},
}
