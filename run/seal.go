package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
)

// A sealed file is indented JSON whose last key is the SHA-256 of all bytes
// before it. A changed byte anywhere breaks the seal.

const (
	sealKey  = ",\n  \"sha256\": \""
	sealEnd  = "\"\n}\n"
	jsonEnd  = "\n}\n"
	sealSize = len(sealKey) + 2*sha256.Size + len(sealEnd)
)

// errSeal says that a file is not as it was written.
var errSeal = errors.New("its checksum does not match: the file was changed after it was written")

// seal writes a struct as sealed JSON.
func seal(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, err
	}
	body := bytes.TrimSuffix(append(text, '\n'), []byte(jsonEnd))
	return append(append(body, sealKey...), sumHex(body)+sealEnd...), nil
}

// unseal checks a seal. A file without one, as earlier versions wrote it, is not
// sealed and no error.
func unseal(text []byte) (sealed bool, err error) {
	at := len(text) - sealSize
	if at < 0 || !bytes.HasPrefix(text[at:], []byte(sealKey)) || !bytes.HasSuffix(text, []byte(sealEnd)) {
		return false, nil
	}
	if sum := text[at+len(sealKey) : len(text)-len(sealEnd)]; string(sum) != sumHex(text[:at]) {
		return true, errSeal
	}
	return true, nil
}

// sumHex is the SHA-256 of a text in hexadecimal.
func sumHex(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
