// The tests of docs/contract.md, "Beside the API": readiness, while the server runs.

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// becomes waits until readiness is answered with that status.
func (s *instance) becomes(t *testing.T, status int) {
	t.Helper()
	require.Eventually(t, func() bool {
		a, _ := s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
		return a.status == status
	}, eventually, tick)
}

// readyAgain counts how often the log says so.
func (s *instance) readyAgain() int { return strings.Count(s.log.String(), `"msg":"ready again"`) }

// While the server runs, it is not ready as soon as the database cannot be served from any more, says so once, and is ready again by itself.
func TestReadinessFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	role, address := documentedRole(t, dsn, 2)
	s := startUnready(t, address)
	s.log.wait(t, "ready")
	operator := &instance{t: t, dsn: dsn}
	alterDatabase := func(change string) string {
		return `do $$ begin execute format('alter database %I ` + change + `', current_database()); end $$`
	}
	for i, c := range []struct{ change, back, said string }{
		{`alter table meet_room rename column pin_code to pin`, `alter table meet_room rename column pin to pin_code`, "database: meet_room.pin_code is missing"},
		{`revoke insert on meet_room from ` + role, `grant insert on meet_room to ` + role, "lacks insert on meet_room: grant insert on meet_room to " + role},
		{`alter schema external_api rename to elsewhere`, `alter schema elsewhere rename to external_api`, "migrations are pending"},
		{alterDatabase("set default_transaction_read_only = on"), alterDatabase("reset default_transaction_read_only"), "only read: switch default_transaction_read_only off"},
		{`alter role ` + role + ` nologin`, `alter role ` + role + ` login`, "is not permitted to log in"},
	} {
		operator.sql(c.change)
		s.becomes(t, 503)
		require.Contains(t, s.log.String(), c.said)
		live, _ := s.sendAnywhere(http.MethodGet, "/__lbheartbeat__", nil)
		require.Equal(t, 200, live.status)
		// Where new connections only read, so does the one that is to change it.
		operator.sql(`begin read write; ` + c.back + `; commit`)
		s.becomes(t, 200)
		require.Equal(t, i+1, s.readyAgain(), c.change)
		require.Equal(t, i+1, strings.Count(s.log.String(), `"msg":"not ready"`), "said once: %s", c.change)
	}
}

// What the database does not take any more is an outage, also for the requests of that moment.
func TestRequestsThatTheDatabaseNoLongerTakes(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	role, address := documentedRole(t, dsn, 2)
	s := startUnready(t, address)
	s.log.wait(t, "ready")
	operator := (&instance{t: t, dsn: dsn}).replica(nil)
	operator.user("user@example.com")
	token := operator.token(operator.application(), "user@example.com")
	for change, back := range map[string]string{
		`revoke insert on meet_room from ` + role: `grant insert on meet_room to ` + role,
		`alter table meet_room add column theme text not null default 'x'; alter table meet_room alter column theme drop default`: `alter table meet_room drop column theme`,
	} {
		operator.sql(change)
		require.Equal(t, 503, s.post(roomsPath, "", bearer(token)).status, change)
		require.Equal(t, 200, s.get(roomsPath, bearer(token)).status, change)
		operator.sql(back)
		require.Equal(t, 201, s.post(roomsPath, "", bearer(token)).status, change)
	}
}

// What the operator can mend is waited for at the start too, and named.
func TestAStartWithoutRights(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	role, address := documentedRole(t, dsn, 2)
	operator := &instance{t: t, dsn: dsn}
	operator.sql("revoke select on meet_room from " + role)
	s := startUnready(t, address)
	said := s.log.wait(t, "not ready, trying again")
	require.Equal(t, "database: the role "+role+" lacks select on meet_room: grant select on meet_room to "+role, said["error"])
	s.becomes(t, 503)
	operator.sql("grant select on meet_room to " + role)
	s.log.wait(t, "ready")
	s.becomes(t, 200)
}

// newStandby makes a PostgreSQL with this release's tables that follows another one, which never says anything.
func newStandby(t *testing.T) (dsn string) {
	t.Helper()
	cluster := dbtest.NewCluster(t)
	cluster.Kill()
	cluster.BeStandby()
	cluster.Start()
	return cluster.DSN
}

// A standby can be read, and is not ready until it is promoted; so is a server that a failover leads to a standby.
func TestReadinessOnAStandby(t *testing.T) {
	t.Parallel()
	first, second := newStandby(t), newStandby(t)
	promote := func(dsn string) { (&instance{t: t, dsn: dsn}).sql(`select pg_promote()`) }
	const said = "database: it is a standby, which only reads: name the primary"
	g, address := newGate(t, first, true)
	s := startUnready(t, address)
	require.Equal(t, said, s.log.wait(t, "not ready, trying again")["error"])
	s.becomes(t, 503)
	require.Equal(t, []string{said}, faults(t, s.env))
	promote(first)
	s.log.wait(t, "ready")
	s.becomes(t, 200)

	g.lead(second)
	s.becomes(t, 503)
	require.NotNil(t, s.log.waitFor(t, "not ready", map[string]any{"error": said}))
	promote(second)
	s.becomes(t, 200)
	require.Equal(t, 1, s.readyAgain())
}
