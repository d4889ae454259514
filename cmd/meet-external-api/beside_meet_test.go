// The tests of docs/beside-meet.md: the program and Meet on one database.

package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db/dbtest"
)

// besideMeet is a server on a database of Meet's, with one application, one user and a token for them.
func besideMeet(t *testing.T, settings ...map[string]string) (s *instance, user, token string) {
	t.Helper()
	s = startUnready(t, dbtest.NewBesideMeet(t), settings...)
	s.log.wait(t, "ready")
	user = s.user("user@example.com")
	return s, user, s.token(s.application(), "user@example.com")
}

// What Django sends for one call on a model. ROOM, USER and BOB stand for ids.
var (
	saveRoom = []string{
		`update meet_resource set created_at = created_at, updated_at = now() where id = ROOM`,
		`update meet_room set name = 'Renamed', slug = slug, configuration = configuration, access_level = access_level,
			pin_code = pin_code where resource_id = ROOM`,
	}
	lockRoom = `select r.id, r.created_at, r.updated_at, m.name, m.resource_id, m.slug, m.configuration, m.access_level, m.pin_code
		from meet_room m inner join meet_resource r on m.resource_id = r.id where m.resource_id = ROOM limit 21 for update`
	grantBob = `insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		values (gen_random_uuid(), now(), now(), 'member', ROOM, BOB)`
	takeFromBob = `delete from meet_resource_access where resource_id = ROOM and user_id = BOB`
	deleteRoom  = []string{
		`delete from meet_resource_access where resource_id in (ROOM)`,
		`delete from meet_recording where room_id in (ROOM)`,
		`delete from meet_room where resource_id in (ROOM)`,
		`delete from meet_resource where id in (ROOM)`,
	}
	saveUser = []string{
		`select id, password, sub, email from meet_user where id = USER limit 21 for update`,
		`update meet_user set password = password, last_login = now(), sub = sub, email = email, admin_email = admin_email,
			language = language, timezone = timezone, is_active = is_active, full_name = 'User', updated_at = now() where id = USER`,
	}
)

// waits reports whether somebody waits for a lock.
func (s *instance) waits(t *testing.T) (somebody bool) {
	t.Helper()
	require.NoError(t, s.pool().Get(&somebody, `select exists (select from pg_stat_activity
		where datname = current_database() and wait_event_type = 'Lock')`))
	return somebody
}

// A transaction of Meet's that is in its midst when a request comes never ends because of it, wherever it is, and the
// request is answered as if it had come before or after. Meet's side looks for a deadlock sooner than PostgreSQL does by
// itself, so that it would be the one to be ended: at once where there must never be one.
func TestRequestsInTheMidstOfATransactionOfMeets(t *testing.T) {
	t.Parallel()
	s, user, token := besideMeet(t)
	bob := s.user("bob@example.com")
	patch := func(path string) answer { return s.patch(path, `{"access_level": "restricted"}`, bearer(token)) }
	grant := func(path string) answer {
		return s.post(path+"grant-access/", `{"email": "bob@example.com"}`, bearer(token))
	}
	create := func(string) answer { return s.post(roomsPath, "{}", bearer(token)) }
	remove := func(path string) answer { return s.remove(path, bearer(token)) }
	ours := []string{`insert into external_api.room (room_id, application_id) select ROOM, id from meet_application where name = 'Test'`}
	lockAndSaveRoom := append([]string{lockRoom}, saveRoom...)
	for name, c := range map[string]struct {
		request  func(path string) answer
		deadlock string
		before   []string
		meet     []string
		// statuses are those after each statement of Meet's.
		statuses []int
	}{
		"PATCH, the room is saved":                   {patch, "10ms", nil, saveRoom, []int{200, 200}},
		"PATCH, the room is locked and saved":        {patch, "10ms", nil, lockAndSaveRoom, []int{200, 200, 200}},
		"PATCH, the room is deleted":                 {patch, "10ms", nil, deleteRoom, []int{200, 200, 404, 404}},
		"a new room, its owner is locked and saved":  {create, "10ms", nil, saveUser, []int{201, 201}},
		"a first role, the room is saved":            {grant, "500ms", nil, saveRoom, []int{201, 201}},
		"a first role, the room is locked and saved": {grant, "500ms", nil, lockAndSaveRoom, []int{201, 201, 201}},
		"a first role, given under a lock":           {grant, "500ms", nil, []string{lockRoom, grantBob}, []int{200, 200}},
		"a first role, the room is deleted":          {grant, "500ms", nil, deleteRoom, []int{404, 404, 404, 404}},
		"another role, the room is deleted":          {grant, "500ms", []string{grantBob}, deleteRoom, []int{404, 404, 404, 404}},
		"DELETE, the room is saved":                  {remove, "500ms", ours, saveRoom, []int{204, 204}},
		"DELETE, the room is locked and saved":       {remove, "500ms", ours, lockAndSaveRoom, []int{204, 204, 204}},
		"DELETE, the room is deleted":                {remove, "500ms", ours, deleteRoom, []int{404, 404, 404, 404}},
		"DELETE, a role is given under a lock":       {remove, "500ms", ours, []string{lockRoom, grantBob}, []int{204, 204}},
		"another role, taken away and given":         {grant, "500ms", []string{grantBob}, []string{takeFromBob, lockRoom, grantBob}, []int{200, 200, 200}},
	} {
		t.Run(name, func(t *testing.T) {
			for i, status := range c.statuses {
				done := i + 1
				room := s.seed(user, "owner", "Board")
				filled := strings.NewReplacer("ROOM", "'"+room+"'", "USER", "'"+user+"'", "BOB", "'"+bob+"'")
				for _, statement := range c.before {
					s.sql(filled.Replace(statement))
				}
				tx, err := s.pool().Begin()
				require.NoError(t, err)
				defer func() { _ = tx.Rollback() }()
				meet := func(statements ...string) {
					for _, statement := range statements {
						_, err := tx.Exec(filled.Replace(statement))
						require.NoError(t, err, "after %d statements: %s", done, statement)
					}
				}
				meet(`set local deadlock_timeout = '` + c.deadlock + `'`)
				meet(c.meet[:done]...)

				answered := make(chan answer, 1)
				go func() { answered <- c.request("/rooms/" + room + "/") }()
				require.Eventually(t, func() bool { return len(answered) > 0 || s.waits(t) }, 20*time.Second, time.Millisecond)
				meet(c.meet[done:]...)
				require.NoError(t, tx.Commit())

				require.Equal(t, status, (<-answered).status, "after %d statements", done)
			}
		})
	}
}

// django is Meet's side of a database.
type django struct {
	pool *sqlx.DB
	// ids fills in what stands for ids in statements.
	ids *strings.Replacer
}

// atomic runs do in a transaction.
func (d django) atomic(do func(tx *sqlx.Tx) error) error {
	tx, err := d.pool.Beginx()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// run runs statements in a transaction.
func (d django) run(statements ...string) error {
	return d.atomic(func(tx *sqlx.Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(d.ids.Replace(statement)); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
}

// getOrCreate looks for a row, makes it where there is none, and looks again where that failed: somebody else has made it.
func (d django) getOrCreate(get, create string) error {
	var there int
	get, create = d.ids.Replace(get), d.ids.Replace(create)
	if err := d.pool.Get(&there, get); !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err := d.pool.Exec(create)
	if err != nil && d.pool.Get(&there, get) == nil {
		return nil
	}
	return err
}

// rename reads a whole room, under a lock or not, and writes all of it back with another name.
func (d django) rename(lock string) error {
	return d.atomic(func(tx *sqlx.Tx) error {
		var room struct {
			ID            string
			Name          string
			Slug          *string
			Configuration string
			AccessLevel   string  `db:"access_level"`
			PinCode       *string `db:"pin_code"`
		}
		err := tx.Get(&room, d.ids.Replace(`select r.id, m.name, m.slug, m.configuration, m.access_level, m.pin_code
			from meet_room m inner join meet_resource r on m.resource_id = r.id where m.resource_id = ROOM limit 21 `+lock))
		if err != nil {
			return err
		}
		room.Name += "."
		if _, err = tx.Exec(d.ids.Replace(saveRoom[0])); err != nil {
			return err
		}
		_, err = tx.NamedExec(`update meet_room set name = :name, slug = :slug, configuration = :configuration,
			access_level = :access_level, pin_code = :pin_code where resource_id = :id`, room)
		return err
	})
}

// Meet, with Django's SQL, and this server write at the same time on the same rooms, users and accesses: nobody fails, and
// no change is lost, but for those that Meet itself overwrites with what it read without a lock.
func TestMeetWritesAtTheSameTime(t *testing.T) {
	t.Parallel()
	s, user, token := besideMeet(t, creation)
	bob := s.user("bob@example.com")
	shared, careless := s.seed(user, "owner", "shared"), s.seed(user, "owner", "careless")
	application := s.application()
	const rounds = 30
	// One change is of both fields, so that a half of it would be seen.
	change := func(round int) map[string]any {
		return map[string]any{
			"access_level": []string{"trusted", "restricted"}[round%2], "configuration": map[string]any{"everyone_can_mute": round%2 == 1},
		}
	}
	changeable := func(room map[string]any) map[string]any {
		return map[string]any{"access_level": room["access_level"], "configuration": room["configuration"]}
	}
	untouched := changeable(s.get("/rooms/"+careless+"/", bearer(token)).body)
	for round := range rounds {
		doomed := s.seed(user, "owner", "doomed")
		guest, newcomer := fmt.Sprintf("guest%d@example.com", round), fmt.Sprintf("newcomer%d@example.com", round)
		meet := func(room string) django {
			return django{pool: s.pool(), ids: strings.NewReplacer(
				"ROOM", "'"+room+"'", "USER", "'"+user+"'", "BOB", "'"+bob+"'", "NEWCOMER", "'"+newcomer+"'", "NEW", "'"+uuid.NewString()+"'")}
		}
		path := "/rooms/" + shared + "/"
		ours := func(do func() answer, statuses ...int) func() error {
			return func() error {
				if a := do(); !slices.Contains(statuses, a.status) {
					return fmt.Errorf("%d: %s", a.status, a.raw)
				}
				return nil
			}
		}
		grant := func(email string) func() error {
			return ours(func() answer { return s.post(path+"grant-access/", map[string]any{"email": email}, bearer(token)) }, 200, 201)
		}
		patch := func(room string, statuses ...int) func() error {
			return ours(func() answer { return s.patch("/rooms/"+room+"/", change(round), bearer(token)) }, statuses...)
		}
		bobsAccess := []func() error{
			func() error {
				return meet(shared).getOrCreate(`select 1 from meet_resource_access where resource_id = ROOM and user_id = BOB`, grantBob)
			},
			func() error {
				return meet(shared).run(`update meet_resource_access set created_at = created_at, updated_at = now(), role = 'member',
					resource_id = resource_id, user_id = user_id where resource_id = ROOM and user_id = BOB`)
			},
			func() error { return meet(shared).run(takeFromBob) },
		}[round%3]
		var group errgroup.Group
		for _, write := range []func() error{
			func() error { return meet(shared).rename("for update") }, patch(shared, 200),
			func() error { return meet(careless).rename("") }, patch(careless, 200),
			func() error { return meet(doomed).run(deleteRoom...) }, patch(doomed, 200, 404),
			bobsAccess, grant("bob@example.com"), grant(guest),
			func() error { return meet("").run(saveUser...) },
			func() error {
				return meet("").getOrCreate(`select 1 from meet_user where lower(email) = NEWCOMER and sub is null`,
					`insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone, is_device,
						is_staff, is_active, default_room_configuration)
					values (gen_random_uuid(), '!', false, now(), now(), null, NEWCOMER, 'en-us', 'UTC', false, false, true, '{}')`)
			},
			ours(func() answer {
				return s.post(tokenPath, tokenRequest(application, map[string]any{"scope": newcomer}))
			}, 200),
			func() error {
				return meet(shared).run(`insert into meet_resource (id, created_at, updated_at) values (NEW, now(), now())`,
					`insert into meet_room (resource_id, name, slug, configuration, access_level, pin_code) values (NEW, 'meet', NEW, '{}', 'public', null)`,
					`insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id) values (NEW, now(), now(), 'owner', NEW, USER)`,
					`insert into meet_recording (id, created_at, updated_at, status, room_id) values (NEW, now(), now(), 'saved', ROOM)`)
			},
			ours(func() answer { return s.post(roomsPath, "{}", bearer(token)) }, 201),
		} {
			group.Go(write)
		}
		require.NoError(t, group.Wait(), "round %d", round)

		now := s.get(path, bearer(token)).body
		require.Equal(t, "shared"+strings.Repeat(".", round+1), now["name"], "no change of Meet's is lost")
		require.Equal(t, change(round), changeable(now), "nor one of ours")
		now = s.get("/rooms/"+careless+"/", bearer(token)).body
		require.Equal(t, "careless"+strings.Repeat(".", round+1), now["name"], "nothing is written but what is changed")
		require.Contains(t, []any{untouched, change(0), change(1)}, changeable(now), "a change is whole, also where it is lost")
		require.Equal(t, 404, s.get("/rooms/"+doomed+"/", bearer(token)).status)
	}
	require.EqualValues(t, 2*rounds+2, s.get(roomsPath, bearer(token)).body["count"])
	require.Contains(t, []int{200, 201}, s.post("/rooms/"+shared+"/grant-access/", `{"email": "bob@example.com"}`, bearer(token)).status)
	for query, wanted := range map[string]int{
		`select count(*) from meet_user where email like 'newcomer%'`:                                                        rounds,
		`select count(*) from meet_resource_access where role = 'administrator'`:                                             rounds + 1,
		`select count(*) from meet_resource_access a join meet_user u on u.id = a.user_id where u.email = 'bob@example.com'`: 1,
	} {
		var count int
		require.NoError(t, s.pool().Get(&count, query))
		require.Equal(t, wanted, count, query)
	}
}

// Where Meet's tables are not as they need to be, every command that would use them says so by name, and stores nothing
// beside them.
func TestTablesThatDoNotFit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ change, said string }{
		"missing":                 {`alter table meet_room drop column pin_code`, "meet_room.pin_code is missing"},
		"another type":            {`alter table meet_room alter column configuration type text`, "meet_room.configuration is text and not jsonb"},
		"another type in a list":  {`alter table meet_application alter column scopes type int[] using '{}'`, "meet_application.scopes is int4[] and not varchar[]"},
		"another kind of deleted": {`alter table meet_room add column deleted_at boolean`, "meet_room.deleted_at is bool and not timestamptz"},
		"deleted from the start":  {`alter table meet_room add column deleted_at timestamptz not null default now()`, "meet_room.deleted_at has to be filled"},
		"to be filled": {`alter table meet_user add column theme text not null default 'dark'; alter table meet_user alter column theme drop default`,
			"meet_user.theme has to be filled, and this release does not know how"},
		"a PIN for each room": {`update meet_room set pin_code = '1'; alter table meet_room alter column pin_code set not null`,
			"meet_room.pin_code has to be filled, and this release leaves it empty at times"},
		"an address for each":     {`alter table meet_user alter column email set not null`, "meet_user.email has to be filled"},
		"a sub for each, or none": {`alter table meet_user alter column sub set default '', alter column sub set not null`, "meet_user.sub has to be filled"},
		"no rooms":                {`drop table meet_room cascade`, "meet_room is missing"},
		"no users":                {`alter table meet_user rename to meet_account`, "meet_user is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{
				"DATABASE_URL": dbtest.NewBesideMeet(t), "APPLICATION_JWT_SECRET_KEY": testKey,
				"EXTERNAL_API_LISTEN": "127.0.0.1:0", "EXTERNAL_API_DRAIN_SECONDS": "0",
			}
			s := &instance{t: t, dsn: env["DATABASE_URL"]}
			s.sql(c.change)
			for _, args := range [][]string{{"serve"}, {"migrate", "--with-indexes"}, {"application", "list"}} {
				done := command(env, args...)
				require.Equal(t, 1, done.code)
				require.Contains(t, done.stderr, "meet-external-api: the tables of Meet do not fit this release: "+c.said)
			}
			require.Contains(t, command(env, "check").stdout, c.said)
			env["EXTERNAL_API_MIGRATE"] = "false"
			require.Contains(t, command(env, "serve").stderr, c.said)
			var stored bool
			require.NoError(t, s.pool().Get(&stored, `select to_regnamespace('external_api') is not null`))
			require.False(t, stored)
		})
	}
	t.Run("what has a default, or may be null, does no harm", func(t *testing.T) {
		t.Parallel()
		dsn := dbtest.New(t)
		s := &instance{t: t, dsn: dsn}
		s.sql(`alter table meet_user add column theme text not null default 'dark', add column note text, alter column sub type text`)
		s.sql(`alter table meet_application alter column scopes type text[]`)
		started := startUnready(t, dsn)
		started.log.wait(t, "ready")
	})
}

func TestSoftlyDeletedRoomsAreGone(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	(&instance{t: t, dsn: dsn}).sql(`alter table meet_room add column deleted_at timestamptz`)
	s := startUnready(t, dsn)
	s.log.wait(t, "ready")
	user := s.user("user@example.com")
	token := s.token(s.application(), "user@example.com")
	kept, gone := s.seed(user, "owner", "kept"), s.seed(user, "owner", "gone")
	s.sql(`update meet_room set deleted_at = now() where resource_id = $1`, gone)
	require.Equal(t, []string{"kept"}, names(s.get(roomsPath, bearer(token))))
	require.Equal(t, 200, s.get("/rooms/"+kept+"/", bearer(token)).status)
	for _, a := range []answer{
		s.get("/rooms/"+gone+"/", bearer(token)), s.patch("/rooms/"+gone+"/", `{"access_level": "trusted"}`, bearer(token)),
		s.post("/rooms/"+gone+"/grant-access/", `{"email": "user@example.com"}`, bearer(token)),
	} {
		require.Equal(t, 404, a.status)
		require.Equal(t, "No Room matches the given query.", a.detail())
	}
	require.EqualValues(t, 0, s.get(roomsPath+"?slug="+gone, bearer(token)).body["count"])
	require.Equal(t, 201, s.post(roomsPath, "{}", bearer(token)).status)
}

// The drop-in of systemd on the page has every secret, each from the credential that is loaded for it.
func TestBesideMeetSecretsInFiles(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/beside-meet.md")
	require.NoError(t, err)
	loaded := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^LoadCredential=(.+):/etc/meet-external-api/(.+)$`).FindAllStringSubmatch(string(page), -1) {
		require.Equal(t, m[1], m[2])
		loaded[m[1]] = true
	}
	var named, secrets []string
	for _, m := range regexp.MustCompile(`(?m)^Environment=(.+)_FILE=%d/(.+)$`).FindAllStringSubmatch(string(page), -1) {
		require.True(t, loaded[m[2]], m[2])
		named = append(named, m[1])
	}
	for _, group := range new(settings).table() {
		for _, row := range group.settings {
			if row.isSecret {
				secrets = append(secrets, row.name)
			}
		}
	}
	require.ElementsMatch(t, secrets, named)
}
