// The tests of docs/beside-meet.md, "4. Check, migrate, start": what Meet's next releases bring.

package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth/secret"
	"meet-external-api/db/dbtest"
)

const (
	addSHA256  = `alter table meet_application add column client_secret_sha256 varchar(255) null`
	dropSecret = `alter table meet_application drop column client_secret cascade`
)

// hashesOf are what Meet's two columns hold of an application's secret.
func (s *instance) hashesOf(c credentials) (hashes struct {
	Old string `db:"client_secret"`
	New string `db:"client_secret_sha256"`
}) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&hashes, `select coalesce(to_jsonb(a) ->> 'client_secret', '') as client_secret,
		coalesce(to_jsonb(a) ->> 'client_secret_sha256', '') as client_secret_sha256 from meet_application a where client_id = $1`, c.ID))
	return hashes
}

// Either of Meet's columns for secrets verifies, from the moment when it is there to that when it is gone.
func TestSecretsInBothOfMeetsColumns(t *testing.T) {
	t.Parallel()
	s, _, _ := besideMeet(t, creation)
	first := s.application()
	meets := credentials{ID: first.ID, Secret: djangoSecret}
	s.sql(addSHA256)
	require.Equal(t, []int{200, 401}, []int{s.tokenStatus(first), s.tokenStatus(meets)})
	s.sql(`update meet_application set client_secret_sha256 = $1 where client_id = $2`, djangoHashes["sha256"], first.ID)
	require.Equal(t, []int{200, 200}, []int{s.tokenStatus(first), s.tokenStatus(meets)})
	require.Equal(t, 401, s.tokenStatus(credentials{ID: first.ID, Secret: "wrong"}))

	second := s.rotate(first)
	require.Equal(t, []int{401, 401, 200}, []int{s.tokenStatus(first), s.tokenStatus(meets), s.tokenStatus(second)})
	made := s.application()
	for _, c := range []credentials{second, made} {
		hashes := s.hashesOf(c)
		require.Regexp(t, `^pbkdf2_sha256\$`, hashes.Old)
		require.Regexp(t, `^sha256\$[A-Za-z0-9]{22}\$[0-9a-f]{64}$`, hashes.New)
		require.Len(t, s.secrets(c), 1)
	}

	s.sql(dropSecret)
	require.Equal(t, []int{200, 200}, []int{s.tokenStatus(second), s.tokenStatus(made)})
	third := s.rotate(second, "--overlap=1h")
	require.Equal(t, []int{200, 200, 200}, []int{s.tokenStatus(second), s.tokenStatus(third), s.tokenStatus(s.application())})
	require.Contains(t, s.cli("check"), "no faults")
	require.Equal(t, 200, s.replica().tokenStatus(third), "it starts without the old column")
	s.requireWholeAPI(third)
}

// A secret that is used is moved to the new column without keeping a request waiting, at the latest when the server ends; in both stands
// the same secret then.
func TestUsedSecretsAreMoved(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	s := &instance{t: t, dsn: dsn, env: map[string]string{"DATABASE_URL": dsn}}
	s.user("user@example.com")
	used, typed, unused := s.application(), s.application(), s.application()
	s.setHash(&typed, djangoHashes["scrypt"], djangoSecret)
	s.sql(addSHA256)
	before := s.hashesOf(used).Old
	t.Run("a server that ends", func(t *testing.T) {
		served := startUnready(t, dsn)
		served.log.wait(t, "ready")
		require.Equal(t, []int{200, 200, 200}, []int{served.tokenStatus(used), served.tokenStatus(used), served.tokenStatus(typed)})
		require.Equal(t, 401, served.tokenStatus(credentials{ID: unused.ID, Secret: "wrong"}))
	})
	require.Equal(t, before, s.hashesOf(used).Old)
	require.Empty(t, s.hashesOf(unused).New)
	for _, c := range []credentials{used, typed} {
		moved := s.hashesOf(c).New
		checker := secret.NewChecker(secret.CheckerOptions{SlowHashes: 1, Now: time.Now})
		_, err := checker.Verify(t.Context(), secret.Attempt{ClientID: c.ID, Secret: c.Secret, Hashes: []string{moved}})
		require.NoError(t, err)
		require.Len(t, s.secrets(c), 1)
	}
	s.sql(dropSecret)
	after := s.replica()
	require.Equal(t, []int{200, 200, 401}, []int{after.tokenStatus(used), after.tokenStatus(typed), after.tokenStatus(unused)})
}

// The addresses of a domain count whatever wrote it, in capitals or not.
func TestDomainsThatMeetWroteInCapitals(t *testing.T) {
	t.Parallel()
	s, _, _ := besideMeet(t, creation)
	application := s.application("--domain=other.example", "--scope=rooms:create", "--scope=rooms:grant-access")
	require.Equal(t, 403, s.tokenStatus(application))
	s.sql(`insert into meet_application_domain select gen_random_uuid(), now(), now(), 'EXAMPLE.com', id from meet_application where client_id = $1`,
		application.ID)
	require.Equal(t, 200, s.tokenStatus(application))
	token := s.token(application, "USER@Example.COM")
	room := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	for email, status := range map[string]int{"new@example.com": 201, "new@Other.Example": 201, "new@sub.example.com": 403} {
		require.Equal(t, status, s.post("/rooms/"+room+"/grant-access/", map[string]any{"email": email}, bearer(token)).status, email)
	}
	a := s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "user@notexample.com"}))
	requireOAuthError(t, a, 403, "invalid_scope", "This application is not authorized for this email domain.")
}
