package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// rotate gives an application another secret, beside the ones that it has or instead of them.
func (s *instance) rotate(c credentials, flags ...string) credentials {
	s.t.Helper()
	var rotated credentials
	printed := s.cli(append([]string{"application", "rotate-secret", c.ID, "--json"}, flags...)...)
	require.NoError(s.t, json.Unmarshal([]byte(printed), &rotated))
	return rotated
}

func (s *instance) tokenStatus(c credentials) int {
	s.t.Helper()
	return s.post(tokenPath, tokenRequest(c, nil)).status
}

// secrets are what `application show` knows of them.
func (s *instance) secrets(c credentials) []secretView {
	s.t.Helper()
	var view applicationView
	require.NoError(s.t, json.Unmarshal([]byte(s.cli("application", "show", c.ID, "--json")), &view))
	return view.Secrets
}

func TestRotatedSecrets(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	first := s.application()
	token := s.token(first, "user@example.com")
	second := s.rotate(first, "--overlap=24h")
	third := s.rotate(first, "--overlap=1h")
	for name, c := range map[string]credentials{"first": first, "second": second, "third": third} {
		require.Equal(t, 200, s.tokenStatus(c), name)
	}
	known := s.secrets(first)
	require.Len(t, known, 3)
	require.Nil(t, known[0].ExpiresAt, "the newest one stays")
	require.True(t, known[0].CreatedAt.After(*known[1].CreatedAt) && known[1].CreatedAt.After(*known[2].CreatedAt), "the newest first")
	for _, old := range known[1:] {
		require.WithinDuration(t, time.Now().Add(time.Hour), *old.ExpiresAt, time.Minute, "no overlap outlives a shorter one")
		require.NotNil(t, old.CreatedAt)
	}
	var column string
	require.NoError(t, s.pool().Get(&column, `select client_secret from meet_application`))
	s.sql(`update external_api.secret set expires_at = now() - interval '1 second' where expires_at is not null`)
	require.Equal(t, []int{401, 401, 200}, []int{s.tokenStatus(first), s.tokenStatus(second), s.tokenStatus(third)}, "they end by themselves")
	require.Len(t, s.secrets(first), 1)

	fourth := s.rotate(first)
	require.Equal(t, []int{401, 200}, []int{s.tokenStatus(third), s.tokenStatus(fourth)}, "without an overlap the others end at once")
	var next string
	require.NoError(t, s.pool().Get(&next, `select client_secret from meet_application`))
	require.NotEqual(t, column, next, "Meet's column holds the newest one")
	require.Equal(t, 200, s.get(roomsPath, bearer(token)).status, "tokens stay good")
}

func TestFiveSecretsAtMost(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	first := s.application()
	for range 4 {
		s.rotate(first, "--overlap=1h")
	}
	done := command(s.env, "application", "rotate-secret", first.ID, "--overlap=1h")
	require.Equal(t, 1, done.code)
	require.Contains(t, done.stderr, "the application has 5 valid secrets already")
	require.Len(t, s.secrets(first), 5)
	require.Equal(t, 200, s.tokenStatus(first), "and nothing has changed")
	last := s.rotate(first)
	require.Equal(t, []int{401, 200}, []int{s.tokenStatus(first), s.tokenStatus(last)})
	require.Len(t, s.secrets(first), 1)
}

// Rotations at once count each other's secrets.
func TestRotationsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	application := s.application()
	codes := make(chan int, 10)
	for range cap(codes) {
		go func() { codes <- command(s.env, "application", "rotate-secret", application.ID, "--overlap=1h").code }()
	}
	counted := map[int]int{}
	for range cap(codes) {
		counted[<-codes]++
	}
	require.Equal(t, map[int]int{0: 4, 1: 6}, counted)
	require.Len(t, s.secrets(application), 5)
}

// What Meet's admin writes counts at once, and what it replaced does not.
func TestSecretsThatMeetMakes(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	ours := s.application()
	meets := credentials{ID: ours.ID, Secret: djangoSecret}
	for _, hash := range djangoHashes {
		s.sql(`update meet_application set client_secret = $1`, hash)
		require.Equal(t, []int{401, 200}, []int{s.tokenStatus(ours), s.tokenStatus(meets)})
	}
	s.sql(`update meet_application set client_secret = $1`, djangoHashes["scrypt"])
	known := s.secrets(ours)
	require.Len(t, known, 1)
	require.Nil(t, known[0].CreatedAt, "nobody knows when Meet made it")

	next := s.rotate(ours, "--overlap=1h")
	require.Equal(t, []int{401, 200, 200}, []int{s.tokenStatus(ours), s.tokenStatus(meets), s.tokenStatus(next)})
	require.Len(t, s.secrets(ours), 2)
}

// A use of the old secret that is being written meanwhile does not end it.
func TestRotationWhileAUseIsWritten(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	meets := s.application()
	s.sql(`delete from external_api.secret`)
	s.setHash(&meets, djangoHashes["pbkdf2_sha256"], djangoSecret)
	use, err := s.pool().Begin()
	require.NoError(t, err)
	_, err = use.Exec(`insert into external_api.secret (application_id, hash, last_used_at) select id, client_secret, now() from meet_application`)
	require.NoError(t, err)
	rotated := make(chan credentials, 1)
	go func() { rotated <- s.rotate(meets, "--overlap=1h") }()
	require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
	require.NoError(t, use.Commit())
	require.Equal(t, []int{200, 200}, []int{s.tokenStatus(<-rotated), s.tokenStatus(meets)})
	require.NotNil(t, s.secrets(meets)[1].ExpiresAt)
}

// What stands in Meet's column and is no hash takes the place of no secret.
func TestRotationOfAnUnusableSecret(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	for _, unusable := range []string{"!", "plain", "md5$a$b", ""} {
		s.sql(`delete from external_api.secret`)
		s.sql(`update meet_application set client_secret = $1`, unusable)
		next := s.rotate(application, "--overlap=1h")
		require.Equal(t, 200, s.tokenStatus(next))
		require.Len(t, s.secrets(application), 1, unusable)
	}
}

// When a secret was used is written without keeping a request waiting, at the latest when the server ends.
func TestLastUseOfSecrets(t *testing.T) {
	t.Parallel()
	dsn := start(t).dsn
	s := &instance{t: t, dsn: dsn, env: map[string]string{"DATABASE_URL": dsn}}
	s.user("user@example.com")
	first, typed := s.application(), s.application()
	s.sql(`update meet_application set client_secret = $1 where client_id = $2`, djangoHashes["pbkdf2_sha256"], typed.ID)
	typed.Secret = djangoSecret
	second := s.rotate(first, "--overlap=1h")
	third := s.rotate(first, "--overlap=1h")
	t.Run("a server that ends", func(t *testing.T) {
		served := startUnready(t, dsn)
		served.log.wait(t, "ready")
		require.Equal(t, []int{200, 200, 200}, []int{served.tokenStatus(third), served.tokenStatus(first), served.tokenStatus(typed)})
		require.Equal(t, 401, served.tokenStatus(credentials{ID: second.ID, Secret: "wrong"}))
	})
	uses := map[bool]int{}
	for _, one := range s.secrets(first) {
		uses[one.LastUsedAt != nil]++
		if one.LastUsedAt != nil {
			require.WithinDuration(t, time.Now(), *one.LastUsedAt, time.Minute)
		}
	}
	require.Equal(t, map[bool]int{true: 2, false: 1}, uses)
	require.NotNil(t, s.secrets(typed)[0].LastUsedAt)
	require.Nil(t, s.secrets(typed)[0].CreatedAt)
}
