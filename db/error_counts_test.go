package db

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

// Errors are counted by what an operator has to look at. What is no error of the database is not.
func TestKindsOfErrors(t *testing.T) {
	t.Parallel()
	background := context.Background()
	cancelled, cancel := context.WithCancel(background)
	cancel()
	late, cancelLate := context.WithDeadline(background, time.Now())
	defer cancelLate()
	code := func(code pqerror.Code) error { return fmt.Errorf("asking: %w", &pq.Error{Code: code}) }
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		kind string // empty: it is not counted
	}{
		"none":                     {background, nil, ""},
		"no row":                   {background, sql.ErrNoRows, ""},
		"a room that is not there": {background, refusal.RoomNotFound, ""},
		"a name that is taken":     {background, code(pqerror.UniqueViolation), ""},
		"a caller who went away":   {cancelled, code(pqerror.QueryCanceled), ""},
		"late":                     {late, context.DeadlineExceeded, "timeout"},
		"cancelled by the server":  {background, code("57014"), "timeout"},
		"a lost connection":        {background, io.ErrUnexpectedEOF, "connection"},
		"no connection":            {background, code("08006"), "connection"},
		"a wrong password":         {background, code("28P01"), "access"},
		"a right that is missing":  {background, code("42501"), "access"},
		"too many connections":     {background, code("53300"), "resources"},
		"a deadlock":               {background, code("40P01"), "lock"},
		"a shutdown":               {background, code("57P01"), "shutdown"},
		"a standby":                {background, code("25006"), "read_only"},
		"no such table":            {background, code("42P01"), "schema"},
		"a syntax error":           {background, code("42601"), "statement"},
	} {
		counts := errorCounts{}
		counts.count(c.ctx, c.err)
		for kind, counted := range errorKindNames {
			want := int64(0)
			if counted == c.kind {
				want = 1
			}
			require.Equalf(t, want, counts[kind].Load(), "%s: %s", name, counted)
		}
	}
}
