package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// manyUsers are rows of Meet's whose addresses an index would find.
const manyUsers = `
	insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone, is_device, is_staff,
		is_active, default_room_configuration)
	select gen_random_uuid(), '!', false, now(), now(), n, 'user' || n || '@example.com', 'en-us', 'UTC', false, false, true, '{}'
	from generate_series(1, 10000) as n`

// Beside Meet the start says what each token costs for want of the index, and `check` and `migrate` do; with the index none of them does.
func TestTheCostOfAMissingIndex(t *testing.T) {
	t.Parallel()
	const message = "users are found by address without an index: each token reads all of them"
	s, _, _ := besideMeet(t)
	s.sql(manyUsers)
	var users float64
	require.NoError(t, s.pool().Get(&users, `select count(*) from meet_user`))

	warned := s.replica()
	line := warned.log.waitFor(t, message, map[string]any{"level": "WARN", "users": users, "mended_by": mendIndex})
	require.Greater(t, line["lookup_ms"], 0.1)
	require.Less(t, line["lookup_ms"], 2000.0)
	for _, command := range []string{"check", "migrate"} {
		require.Regexp(t, `each token reads all of them, which takes \d+\.\d ms here \(10\d+ users\): .meet-external-api migrate --with-indexes. makes it`, s.cli(command))
	}

	s.cli("migrate", "--with-indexes")
	content := s.replica()
	require.Nil(t, content.log.find(message, nil))
	require.NotContains(t, s.cli("check"), "index")
}

// A table that is locked, or too large, keeps no start waiting.
func TestTheCostOfAMissingIndexKeepsNoStartWaiting(t *testing.T) {
	t.Parallel()
	s, _, _ := besideMeet(t)
	transaction, err := s.pool().Begin()
	require.NoError(t, err)
	defer func() { _ = transaction.Rollback() }()
	_, err = transaction.Exec(`lock meet_user`)
	require.NoError(t, err)

	another := startUnready(t, s.dsn)
	another.log.wait(t, "listening")
	line := another.log.waitFor(t, "users are found by address without an index: each token reads all of them", nil)
	require.EqualValues(t, 2000, line["lookup_ms"])
	another.log.wait(t, "ready")
}
