// The tests of docs/beside-meet.md, "2. A role in the database" and "4. Check, migrate, start": what Meet's `manage.py`, its admin and its
// ORM send does no harm here, nor does this program to them.

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// meetTables are those of dbtest.Meet, Django's record of its migrations aside, in the order in which they can be dropped.
var meetTables = []string{
	"meet_recording", "meet_application_domain", "meet_application", "meet_resource_access", "meet_room", "meet_resource", "meet_user",
}

// used is a server on a database of Meet's that has stored something in every table of ours.
func used(t *testing.T) (s *instance, application credentials, token string) {
	t.Helper()
	s = startUnready(t, dbtest.NewBesideMeet(t), creation)
	s.log.wait(t, "ready")
	s.user("user@example.com")
	application = s.application()
	s.requireWholeAPI(application)
	s.cli("application", "rotate-secret", s.application().ID, "--overlap=1h")
	s.cli("user", "revoke-tokens", "guest@example.com")
	s.requireHousekeeping()
	return s, application, s.token(application, "user@example.com")
}

// stored is what is in the tables of ours that hold something beside rows of Meet's.
func (s *instance) stored() string {
	s.t.Helper()
	var rows string
	require.NoError(s.t, s.pool().Get(&rows, `select concat_ws(E'\n', (select string_agg(cast(to_jsonb(r) as text), ' ' order by r) from external_api.room r),
		(select string_agg(cast(to_jsonb(a) as text), ' ' order by a) from external_api.application a),
		(select string_agg(cast(to_jsonb(x) - 'last_used_at' as text), ' ' order by x) from external_api.secret x),
		(select string_agg(cast(to_jsonb(u) as text), ' ' order by u) from external_api.user u),
		(select string_agg(id, ' ' order by id) from external_api.revoked_token))`))
	return rows
}

// requireAnew makes all anew and asks for everything.
func (s *instance) requireAnew() {
	s.t.Helper()
	s.user("user@example.com")
	s.requireWholeAPI(s.application())
	s.requireHousekeeping()
	var orphans int
	require.NoError(s.t, s.pool().Get(&orphans, `
		select (select count(*) from external_api.room o where not exists (select from meet_room r where r.resource_id = o.room_id))
			+ (select count(*) from external_api.secret o where not exists (select from meet_application a where a.id = o.application_id))
			+ (select count(*) from external_api.application o where not exists (select from meet_application a where a.id = o.application_id))
			+ (select count(*) from external_api.user o where not exists (select from meet_user u where u.id = o.user_id))`))
	require.Zero(s.t, orphans)
}

func TestFlush(t *testing.T) {
	t.Parallel()
	s, application, token := used(t)
	s.sql(`TRUNCATE "` + strings.Join(meetTables, `", "`) + `" RESTART IDENTITY`)
	require.Equal(t, "Application not found.", s.get(roomsPath, bearer(token)).detail())
	require.Equal(t, "Application not found.", s.post(roomsPath, "{}", bearer(token)).detail())
	requireOAuthError(t, s.post(tokenPath, tokenRequest(application, nil)), 401, "invalid_client", "Invalid credentials")
	s.requireAnew()
}

func TestMigrateZeroAndAgain(t *testing.T) {
	t.Parallel()
	s, _, token := used(t)
	before := s.stored()
	s.sql(`DROP INDEX IF EXISTS "unique_email_when_sub_is_null"`)
	for _, table := range meetTables {
		s.sql(`DROP TABLE "` + table + `" CASCADE`)
	}
	require.Equal(t, 503, s.get(roomsPath, bearer(token)).status)
	require.Equal(t, before, s.stored())
	require.Contains(t, command(s.env, "application", "list").stderr, "the tables of Meet are not in this database")
	s.sql(`drop table django_migrations`)
	s.sql(dbtest.Meet)
	require.Equal(t, 401, s.get(roomsPath, bearer(token)).status)
	s.requireAnew()
}

// A migration of Meet's goes through tables that fit no release: 503 meanwhile, and no fault of ours.
func TestTablesBetweenTwoMigrations(t *testing.T) {
	t.Parallel()
	s, application, token := used(t)
	for change, back := range map[string]string{
		`alter table meet_application rename is_active to active`: `alter table meet_application rename active to is_active`,
		`alter table meet_user rename is_active to active`:        `alter table meet_user rename active to is_active`,
		`alter table meet_room rename to meet_meeting`:            `alter table meet_meeting rename to meet_room`,
	} {
		s.sql(change)
		require.Equal(t, 503, s.get(roomsPath, bearer(token)).status, change)
		require.Equal(t, 503, s.post(roomsPath, "", bearer(token)).status, change)
		s.sql(back)
		require.Equal(t, 200, s.get(roomsPath, bearer(token)).status, change)
		require.Equal(t, 200, s.tokenStatus(application), change)
	}
}

// A restoration drops Meet's tables without what depends on them, and fills them with the same rows again: what was stored beside them
// counts as before.
func TestRestoreClean(t *testing.T) {
	t.Parallel()
	s, application, token := used(t)
	require.Equal(t, 200, s.post(revokePath, map[string]any{"client_id": application.ID, "client_secret": application.Secret, "token": token}).status)
	before := s.stored()
	var constraints []string
	require.NoError(t, s.pool().Select(&constraints, `select format('alter table only %s drop constraint %I', cast(conrelid as regclass), conname)
		from pg_constraint where connamespace = cast('public' as regnamespace) and contype = 'f'`))
	for _, table := range meetTables {
		s.sql(`create table kept_` + table + ` as table ` + table)
	}
	for _, statement := range constraints {
		s.sql(statement)
	}
	for _, table := range meetTables {
		s.sql(`drop table ` + table)
	}
	s.sql(`drop table django_migrations`)
	s.sql(dbtest.Meet)
	s.sql(`truncate ` + strings.Join(meetTables, ", "))
	s.requireHousekeeping() // in the midst of it
	for i := range meetTables {
		table := meetTables[len(meetTables)-1-i]
		var columns string
		require.NoError(t, s.pool().Get(&columns, `select string_agg(quote_ident(column_name), ', ') from information_schema.columns where table_name = $1`, table))
		s.sql(fmt.Sprintf(`insert into %[1]s (%[2]s) select %[2]s from kept_%[1]s`, table, columns))
	}
	s.requireHousekeeping()
	require.Equal(t, before, s.stored())
	require.Equal(t, "Token revoked.", s.get(roomsPath, bearer(token)).detail())
	require.Equal(t, 200, s.get(roomsPath, bearer(s.token(application, "user@example.com"))).status)
}

// saveApplication reads an application as Meet's ORM does, and writes all of it back. Scopes that Meet does not know it refuses.
func (s *instance) saveApplication(id string) error {
	return django{pool: s.pool()}.atomic(func(tx *sqlx.Tx) error {
		var a struct {
			ID, Name string
			IsActive bool           `db:"is_active"`
			ClientID string         `db:"client_id"`
			Secret   string         `db:"client_secret"`
			Scopes   pq.StringArray `db:"scopes"`
		}
		err := tx.Get(&a, `select id, name, is_active, client_id, client_secret, scopes from meet_application where client_id = $1`, id)
		if err != nil {
			return err
		}
		for _, scope := range a.Scopes {
			if scope == "rooms:grant-access" {
				return fmt.Errorf("value %q is not a valid choice", scope)
			}
		}
		_, err = tx.NamedExec(`update meet_application set updated_at = now(), name = :name, is_active = :is_active, client_id = :client_id,
			client_secret = :client_secret, scopes = :scopes where id = :id`, a)
		return err
	})
}

// Meet cannot save an application with a scope that it does not know, and its admin drops it: it is stored where neither sees it, and
// counts from either place.
func TestGrantAccessIsStoredBesideMeet(t *testing.T) {
	t.Parallel()
	s, user, _ := besideMeet(t)
	s.user("bob@example.com")
	room := s.seed(user, "owner", "Board")
	grants := func(c credentials) int {
		t.Helper()
		token := s.token(c, "user@example.com")
		return s.post("/rooms/"+room+"/grant-access/", `{"email": "bob@example.com"}`, bearer(token)).status
	}
	listed := func(c credentials) []any { return show(t, s.env, c.ID)["scopes"].([]any) }
	application := s.application("--any-domain", "--scope=rooms:list", "--scope=rooms:grant-access")
	require.NoError(t, s.saveApplication(application.ID))
	require.Equal(t, 201, grants(application))
	require.Equal(t, []any{"rooms:list", "rooms:grant-access"}, listed(application))
	require.Contains(t, s.cli("application", "list"), "rooms:list rooms:grant-access")

	s.cli("application", "update", application.ID, "--scope=rooms:list")
	require.Equal(t, 403, grants(application))
	s.cli("application", "update", application.ID, "--name=Renamed", "--visibility=user")
	require.Equal(t, 403, grants(application))
	s.sql(`update meet_application set scopes = array_append(scopes, 'rooms:grant-access') where client_id = $1`, application.ID)
	require.Equal(t, 200, grants(application), "as earlier releases stored it")
	require.Error(t, s.saveApplication(application.ID))
	s.cli("application", "update", application.ID, "--scope=rooms:grant-access", "--scope=rooms:create")
	require.NoError(t, s.saveApplication(application.ID))
	require.Equal(t, 200, grants(application))
	require.Equal(t, []any{"rooms:create", "rooms:grant-access"}, listed(application))
	s.cli("application", "update", application.ID, "--name=Renamed again")
	require.Equal(t, []any{"rooms:create", "rooms:grant-access"}, listed(application), "what is not given stays as it is")
}

// What the admin deletes goes without us, and its rooms stay.
func TestTheAdminDeletes(t *testing.T) {
	t.Parallel()
	s, application, token := used(t)
	room := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	v := vanishing{instance: s, application: application}
	require.NoError(t, s.pool().Get(&v.user, `select user_id from meet_resource_access where resource_id = $1`, room))
	s.sql(v.fill(deleteApplication))
	s.requireHousekeeping()
	var origin string
	require.NoError(t, s.pool().Get(&origin, `select application_id from external_api.room where room_id = $1`, room))
	require.Equal(t, application.UUID, origin, "it tells where the room is from")
	require.Equal(t, 200, s.get("/rooms/"+room+"/", bearer(s.token(s.application(), "user@example.com"))).status)
	s.sql(v.fill(deleteUser))
	s.sql(strings.ReplaceAll(strings.Join(deleteRoom, ";"), "ROOM", "'"+room+"'"))
	s.requireHousekeeping()
	require.NotContains(t, s.stored(), room)
	require.NotContains(t, s.stored(), v.user)
}

// In a database without Meet's tables every command ends with a message and makes nothing; `serve` goes on when Meet has made them, which
// it does one after the other.
func TestADatabaseWithoutMeetsTables(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewEmpty(t)
	s := startUnready(t, dsn, creation)
	require.Contains(t, s.log.wait(t, "not ready, trying again")["error"], "the tables of Meet are not in this database")
	for _, arguments := range [][]string{
		{"application", "list"}, {"application", "create", "--name=x", "--any-domain"}, {"application", "show", "x"}, {"user", "list"},
		{"user", "create", "--email=user@example.com"}, {"migrate"}, {"migrate", "--with-indexes"}, {"check"},
	} {
		done := command(s.env, arguments...)
		require.Equal(t, 1, done.code, arguments)
		require.Equal(t, 1, strings.Count(done.stderr, "\n"), arguments)
		require.Contains(t, done.stderr+done.stdout, "the tables of Meet are not in this database: its name may be mistyped", arguments)
		require.Contains(t, done.stderr+done.stdout, "migrate --create-meet-tables", arguments)
	}
	var made int
	require.NoError(t, s.pool().Get(&made, `select (select count(*) from pg_class where relnamespace = cast('public' as regnamespace))
		+ (select count(*) from pg_namespace where nspname = 'external_api')`))
	require.Zero(t, made)
	live, _ := s.sendAnywhere("GET", "/__lbheartbeat__", nil)
	require.Equal(t, 200, live.status)
	ready, _ := s.sendAnywhere("GET", "/__heartbeat__", nil)
	require.Equal(t, 503, ready.status)

	s.sql(`create table meet_resource (id uuid primary key, created_at timestamptz not null, updated_at timestamptz not null)`)
	unfit := "the tables of Meet do not fit this release: meet_application is missing, or this role has no rights on it; " +
		"meet_application_domain is missing, or this role has no rights on it; meet_resource_access is missing, or this role has no rights on it; " +
		"meet_room is missing, or this role has no rights on it; meet_user is missing, or this role has no rights on it"
	s.log.waitFor(t, "not ready, trying again", map[string]any{"error": unfit})
	for _, arguments := range [][]string{{"serve"}, {"migrate", "--create-meet-tables"}, {"application", "list"}} {
		done := command(s.env, arguments...)
		require.Equal(t, 1, done.code, arguments)
		require.Contains(t, done.stderr, unfit, arguments)
	}
	s.sql(`drop table meet_resource`)
	s.sql(dbtest.Meet)
	s.log.wait(t, "ready")
	s.requireAnew()
}

// On its own, in a database that somebody else runs.
func TestCreateMeetTables(t *testing.T) {
	t.Parallel()
	env := map[string]string{"DATABASE_URL": dbtest.NewEmpty(t)}
	require.Equal(t, "7 migrations applied\n", command(env, "migrate", "--create-meet-tables").stdout)
	require.Equal(t, "0 migrations applied\n", command(env, "migrate", "--create-meet-tables").stdout)
	s := startUnready(t, env["DATABASE_URL"], creation)
	s.log.wait(t, "ready")
	s.requireAnew()
}
