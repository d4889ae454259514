package jose

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// decoded reads a member of each type out of the same JSON value.
func decoded(t *testing.T, value string) (read struct {
	Text    Text
	Strings Strings
	Words   Words
	Date    NumericDate
},
) {
	t.Helper()
	require.NoError(t, DecodeObject([]byte(`{"Text":`+value+`,"Strings":`+value+`,"Words":`+value+`,"Date":`+value+`,"behind":1}`), &read), value)
	return read
}

func TestClaimTypes(t *testing.T) {
	t.Parallel()
	for value, c := range map[string]struct {
		text    Text
		strings Strings
		words   Words
	}{
		`"a"`:                   {"a", Strings{"a"}, Words{"a"}},
		`""`:                    {"", Strings{""}, Words{}},
		`"\u0061"`:              {"a", Strings{"a"}, Words{"a"}},
		`" a  b\tc\n"`:          {" a  b\tc\n", Strings{" a  b\tc\n"}, Words{"a", "b", "c"}},
		`"a\u00a0b"`:            {"a\u00a0b", Strings{"a\u00a0b"}, Words{"a\u00a0b"}},
		`"a\u0000"`:             {"", Strings{"a\x00"}, Words{"a\x00"}},
		`["a","b c",1,null,[]]`: {"", Strings{"a", "b c"}, Words{"a", "b c"}},
		`[]`:                    {"", Strings{}, Words{}},
		`[["a"],{"a":"a"}]`:     {"", Strings{}, Words{}},
		`null`:                  {"", nil, Words{}},
		`{"a":"a"}`:             {"", Strings{}, Words{}},
		`true`:                  {"", Strings{}, Words{}},
		`1e999`:                 {"", Strings{}, Words{}},
	} {
		read := decoded(t, value)
		require.Equal(t, c.text, read.Text, value)
		require.Equal(t, c.strings, read.Strings, value)
		require.Equal(t, c.words, read.Words, value)
	}
	var absent struct{ Strings Strings }
	require.NoError(t, DecodeObject([]byte(`{}`), &absent))
	require.Nil(t, absent.Strings)
}

func TestNumericDate(t *testing.T) {
	t.Parallel()
	for value, milliseconds := range map[string]int64{
		`0`: 0, `-0`: 0, `1`: 1000, `1.5`: 1500, `1e3`: 1_000_000, `1700000000.25`: 1_700_000_000_250, `-1`: -1000, `253402300799`: 253_402_300_799_000,
	} {
		date := decoded(t, value).Date
		require.True(t, date.Present && date.Valid, value)
		require.True(t, date.Time().Equal(time.UnixMilli(milliseconds)), value)
		require.False(t, date.After(time.UnixMilli(milliseconds)), value)
		require.True(t, date.After(time.UnixMilli(milliseconds-1)), value)
	}
	for _, value := range []string{
		`null`, `"1"`, `""`, `true`, `[1]`, `{"a":1}`, `253402300800`, `-253402300800`, `1e300`, `1e999`, `-1e999`, `123456789012345678901234567890`,
	} {
		date := decoded(t, value).Date
		require.True(t, date.Present && !date.Valid, value)
		require.True(t, date.Time().Equal(time.Unix(0, 0)), "%s is as long ago as can be", value)
		require.True(t, date.After(time.Now()), "%s is not said to be past", value)
	}
	var absent NumericDate
	require.False(t, absent.Present || absent.Valid || absent.After(time.Unix(-1, 0)))
	require.True(t, absent.Time().Equal(time.Unix(0, 0)))
}
