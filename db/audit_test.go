package db_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// What a row cannot hold is left out of it, and nothing else is.
func TestStoreEvents(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	ctx := context.Background()
	whole := audit.Succeeded(audit.Source{
		Channel: audit.Console, Operator: "admin@example.com", ClientID: "client", UserID: uuid.NewString(), Address: "192.0.2.1", RequestID: "a-request",
	}, audit.ApplicationUpdate).To("application", uuid.NewString()).With("name", map[string]any{"from": "a", "to": "é \"<&>\\ \u2028"})
	odd := audit.Refused(audit.Source{
		Channel: audit.ExternalAPI, Operator: "a\x00b", ClientID: "\xff\xfe", UserID: "no UUID", Address: "@",
	}, audit.TokenIssue, "wrong_secret").With("a\x00b", []string{"c\x00d"}).With("e", "\\u0000")
	require.NoError(t, store.StoreEvents(ctx, []audit.Event{whole, odd}))
	require.NoError(t, store.StoreEvents(ctx, []audit.Event{whole, odd}), "again, as after an answer that was lost")

	found, next, err := store.Events(ctx, db.EventFilter{})

	require.NoError(t, err)
	require.Empty(t, next)
	odd.Operator, odd.ClientID, odd.UserID = "ab", "\ufffd\ufffd", ""
	odd.Changes = map[string]any{"ab": []any{"cd"}, "e": "\\u0000"}
	require.Equal(t, []audit.Event{odd, whole}, found)
}

// Tokens are counted by the hour, for applications that there are, and each once.
func TestTokenCounts(t *testing.T) {
	t.Parallel()
	store := open(t, dbtest.New(t))
	ctx := context.Background()
	id := newCaller(t, store).ClientID
	hour := time.Now().UTC().Truncate(time.Hour)
	var events []audit.Event
	add := func(clientID string, action audit.Action, reason string, at time.Time) {
		e := audit.Refused(audit.Source{Channel: audit.ExternalAPI, ClientID: clientID}, action, reason)
		if reason == "" {
			e = audit.Succeeded(e.Source, action)
		}
		e.Time = at
		events = append(events, e)
	}
	add(id, audit.TokenIssue, "", hour)
	add(id, audit.TokenIssue, "", hour.Add(time.Hour-time.Microsecond))
	add(id, audit.TokenIssue, "", hour.Add(-time.Microsecond))
	add(id, audit.TokenIssue, "wrong_secret", hour)
	add(id, audit.TokenRevoke, "wrong_secret", hour)
	add("unknown", audit.TokenIssue, "unknown_client", hour)
	require.NoError(t, store.StoreEvents(ctx, events))
	require.NoError(t, store.StoreEvents(ctx, events[:2]), "again")

	counts, err := store.TokenCounts(ctx, id, hour.Add(-time.Minute))
	require.NoError(t, err)
	require.Equal(t, []db.TokenCount{{hour.Add(-time.Hour), "", 1}, {hour, "", 2}, {hour, "wrong_secret", 1}}, counts)
	counts, err = store.TokenCounts(ctx, id, hour.Add(time.Minute))
	require.NoError(t, err)
	require.Len(t, counts, 2, "from the hour on")
	counts, err = store.TokenCounts(ctx, "unknown", hour)
	require.NoError(t, err)
	require.Empty(t, counts)
	issued, err := store.IssuedTokens(ctx, id, hour)
	require.NoError(t, err)
	require.Equal(t, 2, issued)
}

// Each filter finds what it says, whatever it is combined with, and pages neither repeat nor leave out.
func TestEvents(t *testing.T) {
	t.Parallel()
	store := open(t, dbtest.New(t))
	ctx := context.Background()
	user, room := uuid.NewString(), uuid.NewString()
	sources := []audit.Source{
		{Channel: audit.ExternalAPI, ClientID: "a", UserID: user, RequestID: "one"},
		{Channel: audit.ExternalAPI, ClientID: "b", RequestID: "two"},
		{Channel: audit.Console, Operator: "admin@example.com", ClientID: "a"},
		{Channel: audit.CommandLine, Operator: "root", UserID: user},
		{Channel: audit.Housekeeping},
	}
	var all []audit.Event
	for n := range 60 {
		action := []audit.Action{audit.TokenIssue, audit.RoomCreate, audit.ApplicationUpdate}[n%3]
		if n%5 == 4 {
			action = audit.RoomDelete
		}
		e := audit.Succeeded(sources[n%5], action)
		if n%4 == 0 {
			e = audit.Refused(sources[n%5], action, "wrong_secret")
		}
		if n%7 == 0 {
			e = e.To("room", room)
		}
		all = append(all, e)
	}
	require.NoError(t, store.StoreEvents(ctx, all))
	middle := all[30].Time
	for i, filter := range []db.EventFilter{
		{}, {ClientID: "a"}, {UserID: user}, {Operator: "root"}, {Action: audit.RoomCreate}, {Action: audit.TokenIssue}, {Outcome: audit.Failure},
		{Outcome: audit.Success}, {Channel: audit.Console}, {Channel: audit.ExternalAPI}, {Channel: audit.Housekeeping}, {RequestID: "one"},
		{TargetID: room}, {From: middle}, {To: middle}, {ClientID: "a", Outcome: audit.Failure}, {ClientID: "a", UserID: user, Action: audit.TokenIssue},
		{ClientID: "a", Channel: audit.Console}, {RequestID: "one", Outcome: audit.Failure, TargetID: room}, {ClientID: "nobody"},
		{Operator: "root", Outcome: audit.Failure}, {UserID: user, From: middle},
	} {
		var wanted []string
		for n := len(all) - 1; n >= 0; n-- {
			if fits(filter, all[n]) {
				wanted = append(wanted, all[n].ID)
			}
		}
		var found, each []string
		filter.Limit = 7
		for next := "start"; next != ""; {
			var page []audit.Event
			var err error
			page, next, err = store.Events(ctx, filter)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page), 7)
			for _, e := range page {
				found = append(found, e.ID)
			}
			filter.Before = next
		}
		filter.Before = ""
		require.NoError(t, store.EachEvent(ctx, filter, func(e audit.Event) error {
			each = append(each, e.ID)
			return nil
		}))
		require.Equal(t, wanted, found, "%d %+v", i, filter)
		require.Equal(t, wanted, each)
	}
	failed := fmt.Errorf("enough")
	require.ErrorIs(t, store.EachEvent(ctx, db.EventFilter{}, func(audit.Event) error { return failed }), failed)
}

// fits is what a filter means.
func fits(f db.EventFilter, e audit.Event) bool {
	same := func(wanted, is string) bool { return wanted == "" || wanted == is }
	return same(f.ClientID, e.ClientID) && same(f.UserID, e.UserID) && same(f.Operator, e.Operator) && same(string(f.Action), string(e.Action)) &&
		same(string(f.Outcome), string(e.Outcome)) && same(string(f.Channel), string(e.Channel)) && same(f.RequestID, e.RequestID) &&
		same(f.TargetID, e.TargetID) && (f.From.IsZero() || !e.Time.Before(f.From)) && (f.To.IsZero() || e.Time.Before(f.To))
}
