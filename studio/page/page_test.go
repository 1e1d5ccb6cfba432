package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"testing"
)

// The engine is the one that its description says, and it is among the files.
func TestEngineIsWhatItSays(t *testing.T) {
	text, err := fs.ReadFile(built, "engine.json")
	if err != nil {
		t.Fatal(err)
	}
	var says struct {
		Go, SHA256 string
		Bytes      int
	}
	if err := json.Unmarshal(text, &says); err != nil {
		t.Fatal(err)
	}
	packed, err := fs.ReadFile(Files(), engineName)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(engine)
	if len(engine) != says.Bytes || hex.EncodeToString(sum[:]) != says.SHA256 || says.Go == "" || string(engine[:4]) != "\x00asm" {
		t.Errorf("%d bytes, SHA-256 %x; engine.json says %+v", len(engine), sum, says)
	}
	found := false
	if err := fs.WalkDir(Files(), ".", func(name string, _ fs.DirEntry, err error) error {
		found = found || name == engineName
		return err
	}); err != nil || !found {
		t.Errorf("the engine is not in the list of files: %v", err)
	}
}
