package db_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
)

// small are tables that may be read from end to end: they have a row for each application, for its domains and secrets, for each token of
// an operator or for each migration, which administrators make, and no request does.
var small = map[string]bool{
	"meet_application": true, "meet_application_domain": true, "application": true, "secret": true, "migration": true, "operator_token": true,
}

// What a request, or a step of background work, costs does not grow with what is stored: no statement reads a table from end to end that
// grows, neither planned for its values nor, as after some executions of a prepared statement, for any.
func TestNoStatementReadsAllOfATableThatGrows(t *testing.T) {
	t.Parallel()
	var recorders []*db.Recorder
	t.Cleanup(func() { requireEveryStatement(t, recorders) })
	for name, next := range map[string]bool{"this Meet": false, "the next Meet": true} {
		g := newGrown(t, next)
		recorders = append(recorders, g.recorder)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, err := sql.Open("postgres", g.dsn)
			require.NoError(t, err)
			t.Cleanup(func() { _ = pool.Close() })
			for action, run := range actions {
				g.recorder.Statements()
				run(t, g)
				statements := g.recorder.Statements()
				require.NotEmpty(t, statements, action)
				found := map[string]bool{}
				for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
					for _, statement := range statements {
						if found[statement.Text] {
							continue
						}
						if scan := readWhole(explain(t, pool, mode, statement), node{}); scan != nil {
							found[statement.Text] = true
							t.Errorf("%s reads all of %s (%s, %+v):\n%s", action, scan.Table, mode, *scan, statement.Text)
						}
					}
				}
			}
		})
	}
}

// node is one of a plan (PostgreSQL, "EXPLAIN", format JSON).
type node struct {
	Type         string `json:"Node Type"`
	Relationship string `json:"Parent Relationship"`
	Table        string `json:"Relation Name"`
	Index        string `json:"Index Name"`
	IndexCond    string `json:"Index Cond"`
	Filter       string `json:"Filter"`
	// Hit and Read are the pages that it and what is below it have looked at, where it was run.
	Hit   int `json:"Shared Hit Blocks"`
	Read  int `json:"Shared Read Blocks"`
	Plans []node
}

// readWhole returns the part of a plan that reads a table from end to end, by itself or by an index; nil: there is none. Of what is not
// filtered, but for the few that are deleted, and asked for its first rows, no more is read.
func readWhole(n, parent node) *node {
	scans := n.Type == "Seq Scan" || strings.HasPrefix(n.Type, "Index") && n.Table != "" && n.IndexCond == ""
	first := (n.Filter == "" || n.Filter == "(deleted_at IS NULL)") && (n.Relationship == "InitPlan" || parent.Type == "Limit")
	if scans && !first && !small[n.Table] && !strings.HasPrefix(n.Table, "pg_") {
		return &n
	}
	for _, child := range n.Plans {
		if scan := readWhole(child, n); scan != nil {
			return scan
		}
	}
	return nil
}

// explain plans a statement as it was run.
func explain(t *testing.T, pool *sql.DB, mode string, s db.RecordedStatement, options ...string) node {
	t.Helper()
	ctx := context.Background()
	connection, err := pool.Conn(ctx)
	require.NoError(t, err)
	defer func() { _ = connection.Close() }()
	var values []string
	for _, arg := range s.Args {
		values = append(values, literal(arg.Value))
	}
	execute := "explain (" + strings.Join(append(options, "format json"), ", ") + ") execute explained"
	if len(values) > 0 {
		execute += "(" + strings.Join(values, ", ") + ")"
	}
	for _, statement := range []string{"set plan_cache_mode = " + mode, "prepare explained as " + s.Text} {
		_, err = connection.ExecContext(ctx, statement)
		require.NoError(t, err, statement)
	}
	var text []byte
	require.NoError(t, connection.QueryRowContext(ctx, execute).Scan(&text), s.Text)
	_, err = connection.ExecContext(ctx, "deallocate explained")
	require.NoError(t, err)
	var plans []struct{ Plan node }
	require.NoError(t, json.Unmarshal(text, &plans))
	return plans[0].Plan
}

// literal is a value of a parameter in SQL, of which PostgreSQL knows the type.
func literal(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case time.Time:
		value = v.Format(time.RFC3339Nano)
	case []byte:
		value = string(v)
	}
	return "'" + strings.ReplaceAll(fmt.Sprint(value), "'", "''") + "'"
}
