package jose

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
	for _, text := range []string{`null`, `1`, `"x"`, `[]`, `{"a":{"a":1},"A":1}`, nested(32)} {
		_, err := DecodeJSON([]byte(text))
		require.NoError(t, err, text)
	}
}

func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

// What is refused is not repeated: it may hold a secret.
func TestJSONThatIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, said string }{
		"nothing":                {"", "unexpected end of the body"},
		"white space":            {" \n", "unexpected end of the body"},
		"an unclosed object":     {`{"hidden":1`, "unexpected end of the body"},
		"an unclosed array":      {`["hidden",`, "unexpected end of the body"},
		"an unclosed string":     {`"hidden`, "unexpected end of the body"},
		"a trailing comma":       {`{"hidden":1,}`, "a syntax error (byte 11)"},
		"a comma in an array":    {`["hidden",]`, "a syntax error (byte 9)"},
		"no comma":               {`["hidden" 2]`, "a syntax error (byte 10)"},
		"no colon":               {`{"hidden" 2}`, "a syntax error (byte 10)"},
		"the wrong end":          {`{"hidden":[1}}`, "a syntax error (byte 12)"},
		"a key twice":            {`{"hidden":1,"hidden":1}`, "the same key twice in one object (byte 12)"},
		"a key twice, spelt":     {`{"hidden":1,"\u0068idden":1}`, "the same key twice in one object (byte 12)"},
		"a key twice, deep":      {`{"a":[{"hidden":1,"hidden":1}]}`, "the same key twice in one object (byte 18)"},
		"more behind":            {`{}hidden`, "more data after the value"},
		"a second value":         {`{} {}`, "more data after the value"},
		"NUL behind":             {"{}\x00", "more data after the value"},
		"a key not a string":     {`{1:"hidden"}`, "a syntax error (byte 1)"},
		"single quotes":          {`{'hidden':1}`, "a syntax error (byte 1)"},
		"a comment":              {`{}//hidden`, "more data after the value"},
		"a byte order mark":      {"\ufeff{}", "a syntax error (byte 0)"},
		"a number with zeros":    {`01`, "more data after the value"},
		"a number with a plus":   {`+1`, "a syntax error (byte 0)"},
		"NaN":                    {`NaN`, "a syntax error (byte 0)"},
		"a literal in capitals":  {`TRUE`, "a syntax error (byte 0)"},
		"a line end in a string": {"\"hidden\n\"", "a syntax error (byte 7)"},
		"not UTF-8":              {"\"\xc0\"", "not valid UTF-8"},
		"not UTF-8, in a key":    {"{\"\xff\":1}", "not valid UTF-8"},
		"half a surrogate":       {`"\ud800"`, "a syntax error (byte 1)"},
		"too deep":               {nested(33), "nested deeper than 32"},
		"too deep, objects":      {strings.Repeat(`{"hidden":`, 33) + "1" + strings.Repeat("}", 33), "nested deeper than 32"},
		"endlessly deep":         {strings.Repeat("[", 60_000), "nested deeper than 32"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := DecodeJSON([]byte(c.text))
			require.EqualError(t, err, c.said)
			require.Nil(t, value)
			if c.said != errTooDeep.Error() {
				require.Error(t, DecodeObject([]byte(c.text), &struct{ A any }{}))
			}
		})
	}
}

func TestDecodeObject(t *testing.T) {
	t.Parallel()
	type object struct {
		Name string `json:"name"`
	}
	for text, said := range map[string]string{
		` {"name":"x","NAME":"y","other":` + nested(100) + `} `: "",
		`{"name":"x","hidden":1,"hidden":2}`:                    "the same key twice in one object (byte 23)",
		`{"name":"x","a":{"hidden":1,"hidden":2}}`:              "the same key twice in one object (byte 28)",
		`{"name":["hidden"]}`:                                   "a member is of another type",
		`{"name":5}`:                                            "a member is of another type",
		`{"name":"x"}{"name":"hidden"}`:                         "a syntax error (byte 12)",
		`{"name":"x"`:                                           "unexpected end of the body",
		`null`:                                                  "not a JSON object",
		`["hidden"]`:                                            "not a JSON object",
		`"hidden"`:                                              "not a JSON object",
		``:                                                      "not a JSON object",
		"\ufeff{}":                                              "not a JSON object",
		"{\"name\":\"\xff\"}":                                   "not valid UTF-8",
	} {
		var read object
		err := DecodeObject([]byte(text), &read)
		if said == "" {
			require.NoError(t, err, text)
			require.Equal(t, "x", read.Name)
			continue
		}
		require.EqualError(t, err, said, text)
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

// BenchmarkDecodeJSON reads a body as it comes to POST /rooms/.
func BenchmarkDecodeJSON(b *testing.B) {
	body := []byte(`{"access_level":"trusted","configuration":{"can_publish_sources":["camera","microphone"],"everyone_can_mute":true}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeJSON(body); err != nil {
			b.Fatal(err)
		}
	}
}
