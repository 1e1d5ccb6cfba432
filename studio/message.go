package studio

import (
	"bytes"
	"net/http"

	"github.com/elastrain/elastrain/serve/message"
)

// listed is what a message of frames or files says beside its arrays.
type listed struct {
	More   bool            `json:"more"` // there is more than fits into one
	Arrays []message.Array `json:"arrays"`
}

// sendMessage answers with a message in the form of docs/serve.md.
func sendMessage(w http.ResponseWriter, more bool, arrays []message.Array) error {
	if arrays == nil {
		arrays = []message.Array{}
	}
	var b bytes.Buffer
	b.Grow(message.Size(arrays) + 1<<12)
	if err := message.Write(&b, listed{more, arrays}, arrays); err != nil {
		return err
	}
	sendText(w, http.StatusOK, "application/octet-stream", b.Bytes())
	return nil
}

// fileArray is a file in a message.
func fileArray(name string, text []byte) message.Array {
	return message.U1("file:"+name, text, len(text))
}
