package auth

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

// answers is an authenticator that says the same of every token.
type answers struct {
	principal Principal
	err       error
}

func (a answers) Authenticate(context.Context, string) (Principal, error) { return a.principal, a.err }

func TestChain(t *testing.T) {
	t.Parallel()
	down := refusal.NotAvailable("introspection_unavailable", errors.New("down"))
	first, second := answers{Principal{UserID: "first"}, nil}, answers{Principal{UserID: "second"}, nil}
	for name, c := range map[string]struct {
		authenticators []Authenticator
		user           string
		err            error
	}{
		"nothing":                     {nil, "", refusal.InvalidToken},
		"the first":                   {[]Authenticator{first, second}, "first", nil},
		"the first that knows it":     {[]Authenticator{answers{err: ErrNotRecognised}, second}, "second", nil},
		"none that knows it":          {[]Authenticator{answers{err: ErrNotRecognised}, answers{err: ErrNotRecognised}}, "", refusal.InvalidToken},
		"one that refuses it":         {[]Authenticator{answers{err: refusal.InvalidToken}, second}, "", refusal.InvalidToken},
		"one that refuses it, logged": {[]Authenticator{answers{err: refusal.InvalidToken.Because("why")}, second}, "", refusal.InvalidToken},
		"one that has expired":        {[]Authenticator{answers{err: refusal.TokenExpired}, second}, "", refusal.TokenExpired},
		"one that cannot tell":        {[]Authenticator{answers{err: down}, second}, "", down},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			principal, err := Chain{Authenticators: c.authenticators}.Authenticate(t.Context(), "token")
			require.ErrorIs(t, err, c.err)
			require.Equal(t, c.user, principal.UserID)
		})
	}
}

func TestScopesPrefix(t *testing.T) {
	t.Parallel()
	scopes := []string{"meet:rooms:list", "MEET:rooms:create", "rooms:update", "meet", "meet:", "meetrooms:delete", "a:meet:rooms:delete", "\u212aeet:x", ""}
	given := answers{Principal{Scopes: scopes}, nil}
	for prefix, want := range map[string][]string{
		"":     scopes,
		"meet": {"rooms:list", "rooms:create", "rooms:update", "meet", "", "meetrooms:delete", "a:meet:rooms:delete", "\u212aeet:x", ""},
		"Keet": {"meet:rooms:list", "MEET:rooms:create", "rooms:update", "meet", "meet:", "meetrooms:delete", "a:meet:rooms:delete", "\u212aeet:x", ""},
	} {
		principal, err := Chain{Authenticators: []Authenticator{given}, ScopesPrefix: prefix}.Authenticate(t.Context(), "token")
		require.NoError(t, err)
		require.Equal(t, want, principal.Scopes)
	}
}
