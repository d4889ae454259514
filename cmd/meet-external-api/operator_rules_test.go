// The tests of what package operator refuses, and of its pages, on a database.

package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/operator"
	"meet-external-api/refusal"
)

// newService is what the console, the operators' API and the command line have in common, on a database of its own.
func newService(t *testing.T) *operator.Service {
	t.Helper()
	env := onDatabase(t)
	settings, err := readSettings(env)
	require.NoError(t, err)
	store, err := db.Open(env["DATABASE_URL"])
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	require.NoError(t, store.Prepare(t.Context()))
	return newOperator(settings, store)
}

// requireFields asserts which members are refused.
func requireFields(t *testing.T, err error, names ...string) {
	t.Helper()
	refused, is := errors.AsType[*refusal.Error](err)
	require.True(t, is, "%v", err)
	require.Len(t, refused.Fields, len(names), err)
	for _, name := range names {
		require.Contains(t, refused.Fields, name)
	}
}

var by = audit.Source{Channel: audit.CommandLine, Operator: "test"}

func TestRulesOfOperators(t *testing.T) {
	t.Parallel()
	o, ctx := newService(t), t.Context()
	_, _, err := o.CreateApplication(ctx, by, operator.NewApplication{
		ID: "1", Name: " ", Scopes: []string{"rooms:all"}, Visibility: "all", PublicKeys: "nonsense",
	})
	requireFields(t, err, "id", "name", "scopes", "domains", "visibility", "public_keys")
	id := uuid.NewString()
	a, _, err := o.CreateApplication(ctx, by, operator.NewApplication{ID: id, Name: strings.Repeat("é", 255), Domains: []string{"Example.com", "example.com"}})
	require.NoError(t, err)
	require.Equal(t, []string{"example.com"}, []string(a.Domains))
	_, _, err = o.CreateApplication(ctx, by, operator.NewApplication{ID: id, Name: "Again", AnyDomain: true})
	require.ErrorIs(t, err, refusal.ApplicationExists, "a form that is sent twice")

	for name, change := range map[string]operator.ApplicationChange{
		"name":        {Name: new(strings.Repeat("é", 256))},
		"domains":     {Domains: &[]string{}}, // the last one is not removed by accident
		"scopes":      {Scopes: &[]string{"rooms:list", "rooms:LIST"}},
		"visibility":  {Visibility: new("")},
		"public_keys": {PublicKeys: new(`{"kty": "oct", "k": "c2VjcmV0"}`)},
	} {
		_, err := o.UpdateApplication(ctx, by, id, change)
		requireFields(t, err, name)
	}
	for _, name := range []string{"", "a\x00", "\xff"} {
		_, err = o.UpdateApplication(ctx, by, id, operator.ApplicationChange{Name: &name})
		requireFields(t, err, "name")
	}
	_, err = o.UpdateApplication(ctx, by, id, operator.ApplicationChange{Domains: &[]string{"example.com"}, AnyDomain: true})
	requireFields(t, err, "domains")
	for _, overlap := range []time.Duration{-time.Second, operator.MaxOverlap + time.Second} {
		_, _, err = o.RotateSecret(ctx, by, id, operator.Rotation{Overlap: overlap})
		requireFields(t, err, "overlap_seconds")
	}
	unchanged, err := o.Application(ctx, id)
	require.NoError(t, err)
	require.Equal(t, a, unchanged)
	_, _, err = o.RotateSecret(ctx, by, id, operator.Rotation{Replacing: "000000000000"})
	require.ErrorIs(t, err, refusal.SecretRotated)
	_, _, err = o.RotateSecret(ctx, by, id, operator.Rotation{Replacing: a.Secrets[0].ID})
	require.NoError(t, err)

	for _, unknown := range []string{"", "nobody", uuid.NewString(), "a\x00", "\xff"} {
		_, err := o.Application(ctx, unknown)
		require.ErrorIs(t, err, refusal.ApplicationUnknown, unknown)
		_, err = o.UpdateApplication(ctx, by, unknown, operator.ApplicationChange{})
		require.ErrorIs(t, err, refusal.ApplicationUnknown)
		_, err = o.MayActFor(ctx, unknown, "user@example.com")
		require.ErrorIs(t, err, refusal.ApplicationUnknown)
		_, err = o.DeleteApplication(ctx, by, unknown)
		require.ErrorIs(t, err, refusal.ApplicationUnknown)
		_, err = o.CreatedRooms(ctx, unknown, "", 0)
		require.ErrorIs(t, err, refusal.ApplicationUnknown)
		_, err = o.RevokeUserTokens(ctx, by, unknown)
		require.ErrorIs(t, err, refusal.UserUnknown)
	}
	_, err = o.CreateUser(ctx, by, "user@example.com", new("a\x00"))
	requireFields(t, err, "sub")
}

func TestPagesOfOperators(t *testing.T) {
	t.Parallel()
	o, ctx := newService(t), t.Context()
	for i := range 5 {
		_, _, err := o.CreateApplication(ctx, by, operator.NewApplication{Name: fmt.Sprint("Application ", i), AnyDomain: true, IsInactive: i%2 == 1})
		require.NoError(t, err)
		_, err = o.CreateUser(ctx, by, fmt.Sprintf("user%d@example.com", i), nil)
		require.NoError(t, err)
	}
	names := func(p db.ApplicationPage) (found []string, more bool) {
		list, more, err := o.Applications(ctx, p)
		require.NoError(t, err)
		for _, a := range list {
			found = append(found, strings.TrimPrefix(a.Name, "Application "))
		}
		return found, more
	}
	list, _, err := o.Applications(ctx, db.ApplicationPage{})
	require.NoError(t, err)
	for _, test := range []struct {
		page  db.ApplicationPage
		found string
		more  bool
	}{
		{db.ApplicationPage{}, "0 1 2 3 4", false},
		{db.ApplicationPage{State: "all"}, "0 1 2 3 4", false},
		{db.ApplicationPage{State: "active"}, "0 2 4", false},
		{db.ApplicationPage{State: "inactive", Page: db.Page{Limit: 1}}, "1", true},
		{db.ApplicationPage{Page: db.Page{Limit: 5}}, "0 1 2 3 4", false},
		{db.ApplicationPage{Page: db.Page{Limit: 2, After: list[1].ClientID}}, "2 3", true},
		{db.ApplicationPage{Page: db.Page{Limit: 2, After: list[2].ID}}, "3 4", false},
		{db.ApplicationPage{Page: db.Page{After: list[4].ID}}, "", false},
		{db.ApplicationPage{Page: db.Page{Search: "TION 3"}}, "3", false},
		{db.ApplicationPage{Page: db.Page{Search: strings.ToUpper(list[0].ClientID)}}, "0", false},
	} {
		found, more := names(test.page)
		require.Equal(t, test.found, strings.Join(found, " "), test.page)
		require.Equal(t, test.more, more, test.page)
	}
	users, more, err := o.Users(ctx, db.Page{Search: "USER", Limit: 4})
	require.NoError(t, err)
	require.Len(t, users, 4)
	require.True(t, more)
	users, more, err = o.Users(ctx, db.Page{After: users[3].ID})
	require.NoError(t, err)
	require.Len(t, users, 1)
	require.False(t, more)

	_, _, err = o.Applications(ctx, db.ApplicationPage{Page: db.Page{Search: "\x00", After: "\xff"}, State: "on"})
	requireFields(t, err, "search", "after", "state")
	_, _, err = o.Applications(ctx, db.ApplicationPage{Page: db.Page{After: "nobody"}})
	requireFields(t, err, "after")
	_, _, err = o.Users(ctx, db.Page{After: "nobody"})
	requireFields(t, err, "after")
	_, err = o.CreatedRooms(ctx, list[0].ID, "nothing", 0)
	requireFields(t, err, "after")
}
