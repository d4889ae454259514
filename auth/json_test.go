package auth

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecodeJSON(t *testing.T) {
	t.Parallel()
	value, err := DecodeJSON([]byte(` {"a": [1, "x", null, true, {"b": 1e3}], "A": {}} `))
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"a": []any{json.Number("1"), "x", nil, true, map[string]any{"b": json.Number("1e3")}}, "A": map[string]any{},
	}, value)
	for name, text := range map[string]string{
		"nothing":             "",
		"white space":         " \n",
		"unclosed object":     `{"a":1`,
		"unclosed array":      `[1,`,
		"trailing comma":      `{"a":1,}`,
		"no comma":            `[1 2]`,
		"a key twice":         `{"a":1,"a":1}`,
		"a key twice, spelt":  `{"a":1,"\u0061":1}`,
		"more behind":         `{}x`,
		"a second value":      `{} {}`,
		"a key not a string":  `{1:1}`,
		"single quotes":       `{'a':1}`,
		"a number with zeros": `01`,
		"NaN":                 `NaN`,
		"not UTF-8":           "\"\xc0\"",
		"too deep":            strings.Repeat("[", 33) + strings.Repeat("]", 33),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := DecodeJSON([]byte(text))
			require.Error(t, err)
			require.NotContains(t, err.Error(), "EOF")
		})
	}
}

// FuzzDecodeJSON compares with encoding/json: what is taken here is taken there too, and means the same.
func FuzzDecodeJSON(f *testing.F) {
	for _, seed := range []string{
		`{"client_id":"a","CLIENT_ID":"z"}`, `{"a":1,"a":2}`, `[[[]]]`, `"\ud800"`, `1e400`, `{"":{"":[]}}`, `{}{}`, "\xff", `null`,
		strings.Repeat(`{"a":`, 40), strings.Repeat("[", 32) + strings.Repeat("]", 32),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		value, err := DecodeJSON(data)
		if err != nil {
			return
		}
		ours, err := json.Marshal(value)
		require.NoError(t, err)
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		decoder.UseNumber()
		var reference any
		require.NoError(t, decoder.Decode(&reference))
		theirs, err := json.Marshal(reference)
		require.NoError(t, err)
		require.Equal(t, string(theirs), string(ours))
	})
}
