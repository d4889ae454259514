package jose

import (
	"encoding/json/jsontext"
	"math"
	"strings"
	"time"

	"meet-external-api/auth"
)

// RegisteredClaims are the claims of RFC 7519, section 4.1. One that is absent, or not of its type, is empty.
type RegisteredClaims struct {
	Issuer    Text        `json:"iss"`
	Subject   Text        `json:"sub"`
	Audience  Strings     `json:"aud"`
	ExpiresAt NumericDate `json:"exp"`
	NotBefore NumericDate `json:"nbf"`
	IssuedAt  NumericDate `json:"iat"`
	ID        Text        `json:"jti"`
}

// Text is a string; any other value is empty, and so is a string that PostgreSQL cannot hold in a text: it names nothing that is
// stored.
type Text string

// UnmarshalJSONFrom implements json.UnmarshalerFrom of encoding/json/v2.
func (t *Text) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != jsontext.KindString {
		return decoder.SkipValue()
	}
	token, err := decoder.ReadToken()
	if text := token.String(); strings.IndexByte(text, 0) < 0 {
		*t = Text(text)
	}
	return err
}

// Strings is one string or a list of them, like `aud`. Elements that are no strings are left out. It is nil where the member is
// absent or null, and empty where it is of another type.
type Strings []string

// UnmarshalJSONFrom implements json.UnmarshalerFrom of encoding/json/v2.
func (s *Strings) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	value, err := decodeValue(decoder)
	if text, ok := value.(string); ok {
		*s = Strings{text}
	} else if value != nil {
		*s = stringsIn(value)
	}
	return err
}

// Words is a list of strings, or one string of words between white space, like `scope` (RFC 8693, section 4.2, and as Meet writes
// it). Elements that are no strings are left out, and other types are empty.
type Words []string

// UnmarshalJSONFrom implements json.UnmarshalerFrom of encoding/json/v2.
func (w *Words) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	value, err := decodeValue(decoder)
	if text, ok := value.(string); ok {
		*w = auth.Words(text)
	} else {
		*w = stringsIn(value)
	}
	return err
}

func stringsIn(value any) []string {
	list, _ := value.([]any)
	found := []string{}
	for _, one := range list {
		if text, ok := one.(string); ok {
			found = append(found, text)
		}
	}
	return found
}

// NumericDate is a time in seconds since the epoch, with or without a fraction (RFC 7519, section 2).
type NumericDate struct {
	// Present is whether the member is there.
	Present bool
	// Valid is whether it is a number, and one of a time that can be written (RFC 3339).
	Valid        bool
	milliseconds int64
}

// maxSeconds is the end of the year 9999.
const maxSeconds = 253_402_300_799

// UnmarshalJSONFrom implements json.UnmarshalerFrom of encoding/json/v2.
func (d *NumericDate) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	d.Present = true
	if decoder.PeekKind() != jsontext.KindNumber {
		return decoder.SkipValue()
	}
	token, err := decoder.ReadToken()
	if err != nil {
		return err
	}
	seconds, unreadable := token.Float()
	if d.Valid = unreadable == nil && math.Abs(seconds) <= maxSeconds; d.Valid {
		d.milliseconds = int64(seconds * 1000)
	}
	return nil
}

// Time is the time in whole milliseconds; the epoch where the date is not valid.
func (d NumericDate) Time() time.Time { return time.UnixMilli(d.milliseconds) }

// After reports whether the date is there and later than at, or not valid.
func (d NumericDate) After(at time.Time) bool { return d.Present && (!d.Valid || d.Time().After(at)) }
