// The tests of docs/beside-meet.md, "2. A role in the database".

package main

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// documentedRole makes the role of the document on a database of Meet's, with the rights of as many of its blocks, and returns its
// name, and the database's address for it. In its place stands one of its own for each test, as roles are those of the whole cluster.
func documentedRole(t *testing.T, dsn string, blocks int) (role, address string) {
	t.Helper()
	meet := &instance{t: t, dsn: dsn}
	page, err := os.ReadFile("../../docs/beside-meet.md")
	require.NoError(t, err)
	_, section, _ := strings.Cut(string(page), "## 2. ")
	section, _, _ = strings.Cut(section, "\n## ")
	found := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(section, -1)
	require.Len(t, found, 2)
	role = "role_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	for _, block := range found[:blocks] {
		meet.sql(strings.NewReplacer("role external_api", "role "+role, "to external_api", "to "+role, "authorization external_api",
			"authorization "+role).Replace(block[1]))
	}
	meet.sql(`revoke all on schema public from public`)
	t.Cleanup(func() {
		meet.sql("drop owned by " + role + " cascade")
		meet.sql("drop role " + role)
	})
	return role, dsn + " user=" + role
}

// The whole API, and every command, with exactly the rights that the document gives.
func TestTheRightsOfTheDocument(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]string{
		"this release of Meet": `select`, "the next one": `alter table meet_application add column client_secret_sha256 varchar(255)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			meet := &instance{t: t, dsn: dbtest.NewBesideMeet(t)}
			meet.sql(next)
			_, address := documentedRole(t, meet.dsn, 2)
			s := startUnready(t, address, creation)
			s.log.wait(t, "ready")
			s.user("user@example.com")
			application := s.application()
			s.requireWholeAPI(application)
			s.requireHousekeeping()
			for _, arguments := range [][]string{
				{"application", "list"}, {"application", "show", application.ID}, {"application", "disable", application.ID},
				{"application", "enable", application.ID}, {"application", "rotate-secret", application.ID},
				{"application", "rotate-secret", application.ID, "--overlap=1h"}, {"application", "revoke-tokens", application.ID},
				{"application", "update", application.ID, "--name=Renamed", "--scope=rooms:list", "--scope=rooms:grant-access", "--domain=example.com"},
				{"application", "update", application.ID, "--any-domain"}, {"user", "list"}, {"user", "revoke-tokens", "user@example.com"},
				{"migrate"}, {"check"}, {"application", "delete", "--yes", application.ID},
			} {
				s.cli(arguments...)
			}
			s.requireHousekeeping()
		})
	}
}

// A role of an earlier release could not delete rooms.
func TestTheRightsToDeleteRooms(t *testing.T) {
	t.Parallel()
	meet := &instance{t: t, dsn: dbtest.NewBesideMeet(t)}
	meet.sql(`alter table meet_room add column deleted_at timestamptz`)
	role, address := documentedRole(t, meet.dsn, 2)
	env := map[string]string{"DATABASE_URL": address, "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0"}
	meet.sql(`revoke update on meet_room from ` + role)
	meet.sql(`grant update (access_level, configuration) on meet_room to ` + role)
	require.Contains(t, command(env, "check").stdout, "lacks update on meet_room: ", "a soft deletion needs more")
	for _, table := range []string{"meet_room", "meet_resource", "meet_resource_access"} {
		meet.sql(`revoke delete on ` + table + ` from ` + role)
		require.Contains(t, command(env, "check").stdout, "lacks delete on "+table+": grant delete on "+table+" to "+role)
	}
}

// Without the rights on applications the API is whole, and so is what does not change a row of Meet's: above all, tokens are revoked.
func TestTheRightsOfTheDocumentWithoutManagingApplications(t *testing.T) {
	t.Parallel()
	meet := &instance{t: t, dsn: dbtest.NewBesideMeet(t)}
	meet.sql(`alter table meet_application add column client_secret_sha256 varchar(255)`)
	_, address := documentedRole(t, meet.dsn, 1)
	s := startUnready(t, address, creation)
	s.log.wait(t, "ready")
	superuser := meet.replica(creation)
	application := superuser.application()
	superuser.user("user@example.com")
	meet.sql(`update meet_application set client_secret_sha256 = null`)
	s.requireWholeAPI(application)
	_, public := clientKey(t)
	for _, arguments := range [][]string{
		{"application", "list"}, {"application", "show", application.ID}, {"application", "revoke-tokens", application.ID},
		{"application", "update", application.ID, "--visibility=own"}, {"application", "update", application.ID, "--public-keys=" + public},
		{"user", "list"}, {"user", "create", "--email=bob@example.com"}, {"user", "revoke-tokens", "bob@example.com"}, {"migrate"},
	} {
		s.cli(arguments...)
	}
	require.Contains(t, command(s.env, "application", "disable", application.ID).stderr, "permission denied for table meet_application")
	s.requireHousekeeping()
}

// requireWholeAPI asks for everything that the API can do.
func (s *instance) requireWholeAPI(application credentials) {
	s.t.Helper()
	token := s.token(application, "user@example.com")
	s.token(application, "newcomer@example.com")
	room := s.post(roomsPath, "{}", bearer(token))
	require.Equal(s.t, 201, room.status, "%s", room.raw)
	path := "/rooms/" + room.body["id"].(string) + "/"
	require.Equal(s.t, 200, s.get(roomsPath, bearer(token)).status)
	require.Equal(s.t, 200, s.get(path, bearer(token)).status)
	require.Equal(s.t, 200, s.patch(path, `{"access_level": "restricted"}`, bearer(token)).status)
	require.Equal(s.t, 201, s.post(path+"grant-access/", `{"email": "guest@example.com"}`, bearer(token)).status)
	require.Equal(s.t, 200, s.patch(path, attending("attendee@example.com"), bearer(token)).status)
	require.Equal(s.t, 201, s.post(roomsPath, attending("attendee@example.com", "another@example.com"), bearer(token)).status)
	accesses := s.get(path+"accesses/", bearer(token)).body["results"].([]any)
	require.Len(s.t, accesses, 3)
	require.Equal(s.t, 204, s.remove(path+"accesses/"+accesses[2].(map[string]any)["id"].(string)+"/", bearer(token)).status)
	require.Equal(s.t, 204, s.remove(path, bearer(token)).status)
	asked := map[string]any{"client_id": application.ID, "client_secret": application.Secret, "token": token}
	require.Equal(s.t, true, s.post(introspectPath, asked).body["active"])
	another := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	require.Equal(s.t, 204, s.send("DELETE", "/rooms/"+another+"/", nil, bearer(token)).status)
	s.expire(s.post(roomsPath, "{}", bearer(token)).body["id"].(string))
	require.Equal(s.t, 200, s.post(revokePath, asked).status)
	require.Equal(s.t, "Token revoked.", s.get(roomsPath, bearer(token)).detail())
	require.Eventually(s.t, func() bool {
		ready, _ := s.sendAnywhere("GET", "/__heartbeat__", nil)
		return ready.status == 200
	}, eventually, tick, "soon, where it has just seen a database without tables")
}

// requireHousekeeping does what the server does in the background, as its role.
func (s *instance) requireHousekeeping() {
	s.t.Helper()
	ctx := context.Background()
	store, err := db.Open(s.dsn)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = store.Close() })
	require.NoError(s.t, store.Prepare(ctx))
	require.NoError(s.t, store.Applications(ctx, db.ApplicationPage{}, func(application db.Application) error {
		client, err := store.ClientAndUsers(ctx, db.ClientQuery{ClientID: application.ClientID})
		use := db.SecretUse{ApplicationID: application.ID, Hash: application.SecretHashes[0]}
		if client.UnmovedHash != "" {
			use.SHA256 = "moved"
		}
		store.NoteSecretUse(use)
		return err
	}))
	for id := "a room"; id != ""; {
		id, err = store.DeleteExpiredRoom(ctx, true)
		require.NoError(s.t, err, id)
	}
	_, err = store.RoomsToClose(ctx, 1)
	require.NoError(s.t, err)
	require.NoError(s.t, store.RoomsClosed(ctx, nil))
	_, err = store.Lags(ctx)
	require.NoError(s.t, err)
	for _, task := range store.Tasks() {
		for more := true; more; {
			more, err = task.Step(ctx)
			require.NoError(s.t, err, task.Name)
		}
	}
}
