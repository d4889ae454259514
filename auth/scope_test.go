package auth

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

func TestSplitScope(t *testing.T) {
	t.Parallel()
	for scope, c := range map[string]struct {
		address string
		asked   []string
	}{
		"user@example.com":                             {"user@example.com", nil},
		" user@example.com\t":                          {"user@example.com", nil},
		"user@example.com rooms:create":                {"user@example.com", []string{"rooms:create"}},
		"rooms:create\nuser@example.com\r\nrooms:list": {"user@example.com", []string{"rooms:create", "rooms:list"}},
		"":                                  {},
		"rooms:create":                      {},
		"user@example.com user@example.com": {},
		"user@example.com other@":           {},
		"user@example.com\u00a0x":           {},
		"user@example.com\x00":              {},
		"@":                                 {},
	} {
		address, asked, err := SplitScope(scope)
		require.Equal(t, c.address, address, "%q", scope)
		require.Equal(t, c.asked, asked, "%q", scope)
		if c.address == "" {
			require.ErrorIs(t, err, refusal.AddressNotValid, "%q", scope)
			continue
		}
		require.NoError(t, err, "%q", scope)
	}
}

func TestGrantScopes(t *testing.T) {
	t.Parallel()
	held := []string{"rooms:create", "Rooms:List", "rooms:list", ""}
	for asked, want := range map[string][]string{
		"":                        {"rooms:create", "Rooms:List"},
		"rooms:list":              {"Rooms:List"},
		"ROOMS:LIST rooms:create": {"rooms:create", "Rooms:List"},
		"rooms:list rooms:list":   {"Rooms:List"},
		"rooms:delete":            nil,
		"rooms:list rooms:delete": nil,
		"rooms:li\u017ft":         nil,
		"rooms":                   nil,
	} {
		granted, err := GrantScopes(held, strings.Fields(asked))
		if want == nil {
			require.ErrorIs(t, err, refusal.ScopeNotHeld, asked)
			continue
		}
		require.NoError(t, err, asked)
		require.Equal(t, want, granted, asked)
	}
	granted, err := GrantScopes(nil, nil)
	require.NoError(t, err)
	require.Empty(t, granted)
}

func TestRequire(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scopes []string
		want   error
	}{
		"none":            {nil, refusal.NoScope("rooms:list")},
		"another":         {[]string{"rooms:create"}, refusal.MissingScope("rooms:list")},
		"all in one word": {[]string{"rooms:create rooms:list"}, refusal.MissingScope("rooms:list")},
		"a long s":        {[]string{"rooms:li\u017ft"}, refusal.MissingScope("rooms:list")},
		"it":              {[]string{"rooms:create", "rooms:list"}, nil},
		"in capitals":     {[]string{"ROOMS:LIST"}, nil},
	} {
		require.ErrorIs(t, Principal{Scopes: c.scopes}.Require("rooms:list"), c.want, name)
	}
}
