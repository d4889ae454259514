package jose

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseJWS(t *testing.T) {
	t.Parallel()
	header := EncodePart([]byte(`{"alg":"HS256","typ":"at+jwt","kid":"one","more":[{}]}`))
	parsed, err := ParseJWS(header + "." + EncodePart([]byte("payload")) + "." + EncodePart([]byte("signature")))
	require.NoError(t, err)
	require.Equal(t, Header{Algorithm: "HS256", Type: "at+jwt", KeyID: "one"}, parsed.Header)
	require.Equal(t, "payload signature", string(parsed.Payload)+" "+string(parsed.signature))
	require.Equal(t, header+"."+EncodePart([]byte("payload")), parsed.SigningInput)
	parsed, err = ParseJWS("e30..")
	require.NoError(t, err)
	require.Equal(t, JWS{Payload: []byte{}, SigningInput: "e30.", signature: []byte{}}, parsed)
	require.Empty(t, cap(append([]byte(nil), parsed.signature...)))
}

// Of all the spellings of a message one is read, so that nothing else reads another message out of it.
func TestParseJWSTakesOneSpelling(t *testing.T) {
	t.Parallel()
	encode := func(text string) string { return EncodePart([]byte(text)) }
	const header, payload, signature = `{"alg":"HS256"}`, `{"a":"???>>>"}`, "s"
	good := []string{encode(header), encode(payload), encode(signature)}
	_, err := ParseJWS(strings.Join(good, "."))
	require.NoError(t, err)

	texts := map[string]string{
		"nothing": "", "a dot": ".", "dots": "..", "two parts": good[0] + "." + good[1], "four parts": strings.Join(good, ".") + ".", "JWE": strings.Join(good, ".") + ".a.b",
		"many dots": strings.Repeat(".", 8<<10), "flattened JSON": `{"payload":"` + good[1] + `","protected":"` + good[0] + `","signature":"` + good[2] + `"}`,
		"general JSON": `{"payload":"` + good[1] + `","signatures":[{"protected":"` + good[0] + `","signature":"` + good[2] + `"}]}`,
	}
	// In each of the parts.
	for i, part := range good {
		for name, spelt := range map[string]string{
			"padding":               part + strings.Repeat("=", (4-len(part)%4)%4) + "=",
			"a line end":            part[:1] + "\n" + part[1:],
			"a carriage return":     part[:1] + "\r" + part[1:],
			"a line end behind":     part + "\n",
			"white space before":    " " + part,
			"white space behind":    part + " ",
			"the standard alphabet": part + "+/",
			"bits that are left":    part[:len(part)-1] + leftBits(part),
			"a letter more":         part + strings.Repeat("A", (5-len(part)%4)%4),
			"NUL":                   part + "\x00",
			"not ASCII":             part + "é",
			"percent":               "%" + part,
		} {
			changed := append([]string{}, good...)
			if changed[i] = spelt; spelt != part {
				texts[name+" in part "+string(rune('0'+i))] = strings.Join(changed, ".")
			}
		}
	}
	for name, text := range map[string]string{
		"not JSON":              `alg`,
		"null":                  `null`,
		"a list":                `[{"alg":"HS256"}]`,
		"a string":              `"alg"`,
		"two objects":           header + header,
		"more behind":           header + "x",
		"alg twice":             `{"alg":"none","alg":"HS256"}`,
		"alg twice, spelt":      `{"alg":"none","\u0061lg":"HS256"}`,
		"an unknown name twice": `{"alg":"HS256","x":1,"x":2}`,
		"twice, deep in it":     `{"alg":"HS256","x":[{"y":1,"y":2}]}`,
		"not UTF-8":             "{\"alg\":\"HS256\",\"x\":\"\xff\"}",
		"half a surrogate":      `{"alg":"HS256","x":"\ud800"}`,
		"alg a number":          `{"alg":256}`,
		"alg a list":            `{"alg":["HS256"]}`,
		"typ a number":          `{"alg":"HS256","typ":1}`,
		"kid a number":          `{"alg":"HS256","kid":1}`,
		"crit":                  `{"alg":"HS256","crit":["exp"],"exp":1}`,
		"crit of nothing":       `{"alg":"HS256","crit":[]}`,
		"crit null":             `{"alg":"HS256","crit":null}`,
		"crit false":            `{"alg":"HS256","crit":false}`,
		"crit, spelt":           `{"alg":"HS256","\u0063rit":["exp"]}`,
		"an unencoded payload":  `{"alg":"HS256","b64":false,"crit":["b64"]}`,
	} {
		texts["header: "+name] = encode(text) + "." + good[1] + "." + good[2]
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseJWS(text)
			require.Error(t, err)
		})
	}
	parsed, err := ParseJWS(encode(`{"ALG":"HS256","Typ":"JWT","KID":"x","CRIT":["exp"]}`) + "." + good[1] + "." + good[2])
	require.NoError(t, err)
	require.Equal(t, Header{}, parsed.Header, "a name in another letter case is another name")
}

// leftBits is another letter for the last one of a part, that lenient readers decode to the same bytes; the same letter where all of
// its bits count.
func leftBits(part string) string {
	last := part[len(part)-1]
	for _, letter := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		one, _ := base64.RawURLEncoding.DecodeString(part[:len(part)-1] + string(letter))
		other, _ := base64.RawURLEncoding.DecodeString(part)
		if letter != last && string(one) == string(other) {
			return string(letter)
		}
	}
	return string(last)
}
