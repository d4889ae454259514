// The tests of docs/sandbox.md, "What it refuses", and of the demo data.

package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"meet-external-api/db/embedded"
)

func TestSandboxRefusesOtherDatabases(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"DATABASE_URL", "DATABASE_URL_FILE", "DB_HOST", "EXTERNAL_API_READ_DATABASE_URL", "EXTERNAL_API_READ_DATABASE_URL_FILE",
		"REDIS_URL", "REDIS_URL_FILE",
	} {
		data := filepath.Join(t.TempDir(), "data")
		done := command(map[string]string{name: "somewhere", "EXTERNAL_API_DATA": data}, "sandbox")
		require.Equal(t, 1, done.code, name)
		require.Equal(t, "meet-external-api: the sandbox has its own database: unset "+name+", or use serve\n", done.stderr)
		require.NoDirExists(t, data)
	}
}

func TestSandboxUsage(t *testing.T) {
	t.Parallel()
	done := command(map[string]string{"EXTERNAL_API_DATA": t.TempDir(), "EXTERNAL_API_LISTEN": "127.0.0.1:0"}, "sandbox", "--fault=503", "--fault=404")
	require.Equal(t, 2, done.code)
	require.Contains(t, done.stderr, "--fault: Enter faults of these: 401, ")
}

// A sandbox has the data that it has made, and those alone: also what release 1.1.0 has made, which left no mark.
func TestSandboxData(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	demo := filepath.Join(data, "demo")
	// It runs all the time, so that none of the servers has to start it.
	postgres, err := embedded.Start(context.Background(), embedded.Options{Data: data, Bin: os.Getenv("EXTERNAL_API_POSTGRES_BIN"), Fast: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, postgres.Stop()) })
	pool, err := sqlx.Open("postgres", postgres.DSN())
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	env := map[string]string{
		"EXTERNAL_API_DATA": data, "EXTERNAL_API_POSTGRES_BIN": os.Getenv("EXTERNAL_API_POSTGRES_BIN"), "APPLICATION_JWT_SECRET_KEY": "",
	}
	sandboxed := func(e environment) error { return run(e.ctx, []string{"sandbox"}, e.env, e.stdout, e.stderr) }
	unmark := func() {
		_, err := pool.Exec(`comment on database meet is null`)
		require.NoError(t, err)
	}

	s, first := launchSandbox(t, "", sandboxed, env)
	application := readApplication(t, demo)
	require.Contains(t, first, "-d client_id="+application.ID+" ")
	require.Contains(t, first, "Everything is kept in "+data+".\n")
	for _, name := range []string{"jwt.key", "application.json", "operator.json"} {
		info, err := os.Stat(filepath.Join(demo, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode(), name)
	}
	created := s.post(roomsPath, map[string]any{}, bearer(s.token(application, "user@example.com")))
	require.Equal(t, 201, created.status)
	require.Equal(t, "http://localhost:3000/"+created.body["slug"].(string), created.body["url"])
	s.token(application, "colleague@example.com")

	served := startUnready(t, "", env, map[string]string{"APPLICATION_JWT_SECRET_KEY": testKey})
	served.log.wait(t, "the data are those of a sandbox, and may be used as one again: set EXTERNAL_API_DATA to another directory")

	unmark()
	_, again := launchSandbox(t, "", sandboxed, env)
	require.Equal(t, application, readApplication(t, demo), "nothing was made anew")
	require.Contains(t, again, "-d client_id="+application.ID+" ")
	var marked bool
	require.NoError(t, pool.Get(&marked, `select shobj_description(oid, 'pg_database') is not null from pg_database where datname = 'meet'`))
	require.True(t, marked)

	unmark()
	for _, left := range []string{`{"client_id": "of another database"}`, ""} {
		if left == "" {
			require.NoError(t, os.Remove(filepath.Join(demo, "application.json")))
		} else {
			require.NoError(t, os.WriteFile(filepath.Join(demo, "application.json"), []byte(left), 0o600))
		}
		refused := command(map[string]string{"EXTERNAL_API_DATA": data, "EXTERNAL_API_LISTEN": "127.0.0.1:0"}, "sandbox")
		require.Equal(t, 1, refused.code, left)
		require.Contains(t, refused.stderr, "meet-external-api: the embedded database in "+data+" is not a sandbox's: it has users, applications or rooms "+
			"that are not those of a sandbox; set EXTERNAL_API_DATA to another directory\n")
	}
}
