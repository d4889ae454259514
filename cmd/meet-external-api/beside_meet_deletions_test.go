// The tests of docs/contract.md, "Small print": an application or a user that vanishes during a request.

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db/dbtest"
)

// vanishing is an application, a user, a room of theirs, and a token.
type vanishing struct {
	*instance
	application       credentials
	user, token, path string
}

func newVanishing(s *instance) vanishing {
	address := uuid.NewString() + "@example.com"
	v := vanishing{instance: s, application: s.application(), user: s.user(address)}
	v.token = s.token(v.application, address)
	v.path = "/rooms/" + s.seed(v.user, "owner", "Board") + "/"
	return v
}

// What Meet's admin sends to delete them. USER and APPLICATION stand for ids.
var (
	deleteUser = []string{
		`delete from meet_resource_access where user_id in (USER)`,
		`delete from meet_user where id in (USER)`,
	}
	deleteApplication = []string{
		`delete from meet_application_domain where application_id in (APPLICATION)`,
		`delete from meet_application where id in (APPLICATION)`,
	}
)

func (v vanishing) fill(statements []string) string {
	return strings.NewReplacer("USER", "'"+v.user+"'", "APPLICATION", "'"+v.application.UUID+"'").Replace(strings.Join(statements, ";"))
}

var bearerRequests = map[string]func(v vanishing) answer{
	"list":               func(v vanishing) answer { return v.get(roomsPath, bearer(v.token)) },
	"retrieve":           func(v vanishing) answer { return v.get(v.path, bearer(v.token)) },
	"create":             func(v vanishing) answer { return v.post(roomsPath, "{}", bearer(v.token)) },
	"patch":              func(v vanishing) answer { return v.patch(v.path, `{"access_level": "restricted"}`, bearer(v.token)) },
	"patch with nothing": func(v vanishing) answer { return v.patch(v.path, `{}`, bearer(v.token)) },
	"create with attendees": func(v vanishing) answer {
		return v.post(roomsPath, attending("bob@example.com", "guest@"+v.user+".example.com"), bearer(v.token))
	},
	"patch with attendees": func(v vanishing) answer {
		return v.patch(v.path, attending("bob@example.com", "guest@"+v.user+".example.com"), bearer(v.token))
	},
	"accesses": func(v vanishing) answer { return v.get(v.path+"accesses/", bearer(v.token)) },
	"grant-access": func(v vanishing) answer {
		return v.post(v.path+"grant-access/", `{"email": "bob@example.com"}`, bearer(v.token))
	},
	"grant-access to a newcomer": func(v vanishing) answer {
		return v.post(v.path+"grant-access/", `{"email": "guest@`+v.user+`.example.com"}`, bearer(v.token))
	},
}

// A deletion that is there before the statement of a request is seen, also where the statement has to wait for it.
func TestDeletionsThatARequestWaitsFor(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewBesideMeet(t), creation)
	s.log.wait(t, "ready")
	s.user("bob@example.com")
	for name, request := range bearerRequests {
		for detail, deletion := range map[string][]string{"User not found.": deleteUser, "Application not found.": deleteApplication} {
			t.Run(name+", "+detail, func(t *testing.T) {
				v := newVanishing(s)
				tx, err := s.pool().Begin()
				require.NoError(t, err)
				defer func() { _ = tx.Rollback() }()
				_, err = tx.Exec(`lock table meet_user, meet_application; ` + v.fill(deletion))
				require.NoError(t, err)
				answered := make(chan answer, 1)
				go func() { answered <- request(v) }()
				require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
				require.NoError(t, tx.Commit())
				a := <-answered
				require.Equal(t, 401, a.status, "%s", a.raw)
				require.Equal(t, detail, a.detail())
			})
		}
	}
}

// An application is gone when the domains are read for which it may invite newcomers.
func TestDeletionBetweenTwoStatements(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewBesideMeet(t), creation)
	s.log.wait(t, "ready")
	v := newVanishing(s)
	tx, err := s.pool().Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`lock table meet_application_domain; ` + v.fill(deleteApplication))
	require.NoError(t, err)
	answered := make(chan answer, 1)
	go func() { answered <- bearerRequests["grant-access to a newcomer"](v) }()
	require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
	require.NoError(t, tx.Commit())
	a := <-answered
	require.Equal(t, 401, a.status, "%s", a.raw)
	require.Equal(t, "Application not found.", a.detail())
}

// What a request has written is as if it had come before a deletion that comes between its statement and its COMMIT, unless it needs
// what is deleted; then it is as if it had come after it.
func TestDeletionsBeforeTheCommit(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewBesideMeet(t), creation)
	s.log.wait(t, "ready")
	bob := s.user("bob@example.com")
	// Each COMMIT waits until the gate is open.
	s.sql(`create table gate (open boolean not null)`)
	s.sql(`insert into gate values (true)`)
	s.sql(`create function wait_at_gate() returns trigger language plpgsql as $$
		begin
			while not (select open from gate) loop perform pg_sleep(0.005); end loop;
			return null;
		end $$`)
	s.sql(`create constraint trigger gate after insert on external_api.write deferrable initially deferred
		for each row execute function wait_at_gate()`)
	deleteBob := []string{strings.ReplaceAll(strings.Join(deleteUser, ";"), "USER", "'"+bob+"'")}
	for _, c := range []struct {
		request  string
		deletion []string
		status   int
		detail   string
	}{
		{"create", deleteUser, 401, "User not found."},
		{"create", deleteApplication, 201, ""},
		{"patch", deleteUser, 200, ""},
		{"patch", deleteApplication, 200, ""},
		{"grant-access", deleteApplication, 201, ""},
		{"grant-access", deleteBob, 404, "Delegate user not found and provisional user creation is disabled."},
	} {
		t.Run(c.request+c.detail, func(t *testing.T) {
			v := newVanishing(s)
			s.sql(`update gate set open = false`)
			answered := make(chan answer, 1)
			go func() { answered <- bearerRequests[c.request](v) }()
			require.Eventually(t, func() bool {
				var waiting bool
				require.NoError(t, s.pool().Get(&waiting, `select exists (select from pg_stat_activity where datname = current_database()
					and wait_event = 'PgSleep')`))
				return waiting
			}, eventually, tick)
			s.sql(v.fill(c.deletion))
			s.sql(`update gate set open = true`)
			a := <-answered
			require.Equal(t, c.status, a.status, "%s", a.raw)
			require.Equal(t, c.detail, a.detail())
		})
	}
}

// Whenever the deletion comes, a request has come before or after it.
func TestDeletionsAtTheSameTime(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewBesideMeet(t), creation)
	s.log.wait(t, "ready")
	s.user("bob@example.com")
	for name, request := range bearerRequests {
		for i := range 4 {
			v := newVanishing(s)
			deletion := deleteApplication
			if i%2 == 0 {
				deletion = deleteUser
			}
			var group errgroup.Group
			group.Go(func() error {
				// A room that came after the accesses were deleted keeps its owner, in Meet too.
				_, err := s.pool().Exec(v.fill(deletion))
				if err != nil && strings.Contains(err.Error(), "meet_resource_access_user_id") {
					return nil
				}
				return err
			})
			for range 3 {
				group.Go(func() error {
					if a := request(v); a.status != 200 && a.status != 201 && a.status != 401 {
						return fmt.Errorf("%d: %s", a.status, a.raw)
					}
					return nil
				})
			}
			require.NoError(t, group.Wait(), name)
		}
	}
}

// The same for clients, which are told of at the token endpoint as of unknown ones.
func TestDeletionsThatAClientWaitsFor(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewBesideMeet(t))
	s.log.wait(t, "ready")
	v := newVanishing(s)
	tx, err := s.pool().Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`lock table meet_user, meet_application; ` + v.fill(deleteApplication))
	require.NoError(t, err)
	answered := make(chan answer, 3)
	for _, path := range []string{tokenPath, introspectPath, revokePath} {
		go func() { answered <- s.post(path, tokenRequest(v.application, map[string]any{"token": v.token})) }()
	}
	require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
	require.NoError(t, tx.Commit())
	for range 3 {
		requireOAuthError(t, <-answered, 401, "invalid_client", "Invalid credentials")
	}
}
