package middleware

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIsStrict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		strict bool
		lines  []string
	}{
		{true, []string{"handling=strict"}},
		{true, []string{"Handling = STRICT"}}, // RFC 5234, section 2.3: literals are in any case
		{true, []string{`handling="strict"`}},
		{true, []string{`handling="\s\trict"`}},
		{true, []string{"handling=strict; foo=bar"}},
		{true, []string{`handling=strict ;foo="a,b;c" ; x`}},
		{true, []string{"respond-async, wait=10 , handling=strict"}},
		{true, []string{"respond-async", "\thandling\t=\tstrict\t"}},
		{true, []string{"", ",,", "handling=strict"}},
		{true, []string{"handling=strict, handling=lenient"}},
		{true, []string{"handling=strict", "handling=lenient"}},
		{true, []string{`foo="a, handling=lenient", handling=strict`}},
		{true, []string{`foo="a\", handling=lenient", handling=strict`}},
		{true, []string{"handling strict, handling=strict"}}, // no preference, and so not the first one
		{true, []string{"foo; handling=lenient, handling=strict"}},

		{false, nil},
		{false, []string{""}},
		{false, []string{"strict"}},
		{false, []string{"handling"}},
		{false, []string{"handling="}},
		{false, []string{`handling=""`}},
		{false, []string{"handling=lenient"}},
		{false, []string{"handling=stricter"}},
		{false, []string{"handling=strict strict"}},
		{false, []string{"handling==strict"}},
		{false, []string{"handling;strict"}},
		{false, []string{"x-handling=strict"}},
		{false, []string{"handlings=strict"}},
		{false, []string{"handling=lenient, handling=strict"}},
		{false, []string{"handling", "handling=strict"}},
		{false, []string{"handling=x", "handling=strict"}},
		{false, []string{"foo; handling=strict"}},
		{false, []string{`foo="a, handling=strict"`}},
		{false, []string{`foo="a\", handling=strict"`}},
		{false, []string{`foo="never closed, handling=strict`}},
		{false, []string{`handling="strict`}},
		{false, []string{`"handling"=strict`}},
	} {
		require.Equal(t, c.strict, isStrict(&http.Request{Header: http.Header{"Prefer": c.lines}}), "%q", c.lines)
	}
}
