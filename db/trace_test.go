package db

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Statements are named by what they do, and to what.
func TestNamesOfStatements(t *testing.T) {
	t.Parallel()
	for query, name := range map[string]string{
		"begin": "BEGIN", "select 1": "SELECT", "\n\tselect id\n\tfrom meet_user u for update of u": "SELECT meet_user",
		withCaller + ` select from meet_room for update`: "SELECT meet_room",
		`with receipt as (insert into external_api.write (id) values ($1)), gone as (delete from meet_room where id = $2) select`: "DELETE meet_room",
		`update external_api.secret s set used = now() from meet_application`:                                                     "UPDATE external_api.secret",
		`insert into external_api.audit_event select`:                                                                             "INSERT external_api.audit_event",
	} {
		require.Equal(t, name, descriptionOf(query).name)
	}
}

// Where a request is not traced, its statements cost nothing more.
func TestStatementsThatAreNotTraced(t *testing.T) {
	ctx := context.Background()
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_, span := beginSpan(ctx, "select 1")
		span.fail(context.Canceled)
		span.end(nil)
	}))
}
