package generated

import (
	"encoding/json"
	"encoding/json/jsontext"
	jsonv2 "encoding/json/v2"
	"io"
)

// EncodeJSON writes a value, and a line end behind it, as encoding/json does, but for `&`, `<` and `>`, which it writes as they are
// (docs/contract.md, "Conventions"), and piece by piece: where the value is large, its text is not all in memory.
func EncodeJSON(w io.Writer, value any) error {
	err := jsonv2.MarshalWrite(w, value, json.DefaultOptionsV1(), jsontext.EscapeForHTML(false))
	if err == nil {
		_, err = w.Write([]byte{'\n'})
	}
	return err
}
