// The tests of docs/credentials.md: several secrets of an application, their rotation and last use.

package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// PostgreSQL and Go agree on what is a hash.
func TestHashFormInPostgreSQL(t *testing.T) {
	t.Parallel()
	pool, err := sqlx.Open("postgres", dbtest.New(t))
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	form := regexp.MustCompile(secret.HashForm)
	var texts []string
	for _, hash := range djangoHashes {
		for i := range hash {
			for _, changed := range []string{"", hash[i:i+1] + hash[i:i+1], "\n", "B", "$", "0", "é", ".", "="} {
				texts = append(texts, hash[:i]+changed+hash[i+1:])
			}
		}
		texts = append(texts, hash, hash+"\n", " "+hash)
	}
	var matched []bool
	require.NoError(t, pool.Select(&matched, `select text ~ $1 from unnest(cast($2 as text[])) with ordinality as t (text, n) order by n`,
		secret.HashForm, pq.StringArray(texts)))
	counted := map[bool]int{}
	for i, text := range texts {
		require.Equal(t, form.MatchString(text), matched[i], "%q", text)
		counted[matched[i]]++
	}
	require.Greater(t, counted[true], 100)
	require.Greater(t, counted[false], 100)
}

func (s *instance) setHash(c *credentials, hash, secret string) {
	s.t.Helper()
	s.sql(`update meet_application set client_secret = $1 where client_id = $2`, hash, c.ID)
	c.Secret = secret
}

// A secret that was right and has ended uses up nothing of what the application may ask for.
func TestEndedSecretsAndRequests(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "3"})
	s.user("user@example.com")
	ended := s.application()
	require.Equal(t, 200, s.tokenStatus(ended))
	rotated := s.rotate(ended)
	for range 5 { // the first of them is still remembered
		require.Equal(t, 401, s.tokenStatus(ended))
	}
	require.Equal(t, []int{200, 429}, []int{s.tokenStatus(rotated), s.tokenStatus(rotated)})
}

// slowDjangoHash is of djangoSecret, with 12,000 rounds: few for a slow hash.
const slowDjangoHash = "pbkdf2_sha256$12000$fveIWRFo6uumjZHIbawXEW$W/+6l8K7TnAkLbuSfBzFbdL5lCnduPYFFtQsARyc5ck="

// rotate gives an application another secret, beside the ones that it has or instead of them.
func (s *instance) rotate(c credentials, flags ...string) credentials {
	s.t.Helper()
	var rotated credentials
	printed := s.cli(append([]string{"application", "rotate-secret", c.ID, "--json"}, flags...)...)
	require.NoError(s.t, json.Unmarshal([]byte(printed), &rotated))
	return rotated
}

// secrets are what `application show` knows of them.
func (s *instance) secrets(c credentials) []db.Secret {
	s.t.Helper()
	var view printedApplication
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
	require.Contains(t, done.stderr, "The application has 5 valid secrets already")
	require.Len(t, s.secrets(first), 5)
	require.Equal(t, 200, s.tokenStatus(first), "and nothing has changed")
	last := s.rotate(first)
	require.Equal(t, []int{401, 200}, []int{s.tokenStatus(first), s.tokenStatus(last)})
	require.Len(t, s.secrets(first), 1)
}

// What operators write for a time.
func TestOverlaps(t *testing.T) {
	t.Parallel()
	s := start(t)
	for text, overlap := range map[string]time.Duration{
		"90m": 90 * time.Minute, "24h": 24 * time.Hour, "1d": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "1d12h": 36 * time.Hour,
		"1h30m": 90 * time.Minute, "365d": 365 * 24 * time.Hour, "8760h": 365 * 24 * time.Hour,
	} {
		application := s.application()
		s.rotate(application, "--overlap="+text)
		require.WithinDuration(t, time.Now().Add(overlap), *s.secrets(application)[1].ExpiresAt, time.Minute, text)
	}
	application := s.application()
	for _, none := range []string{"0", "0d"} {
		s.rotate(application, "--overlap="+none)
		require.Len(t, s.secrets(application), 1, none)
	}
}

// endSecret ends one secret of an application.
func (s *instance) endSecret(c credentials, secretID string) outcome {
	return command(s.env, "application", "end-secret", c.ID, secretID)
}

func TestEndingOneSecret(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	first := s.application()
	second := s.rotate(first, "--overlap=1h")
	third := s.rotate(first, "--overlap=1h")
	statuses := func() []int { return []int{s.tokenStatus(first), s.tokenStatus(second), s.tokenStatus(third)} }
	require.Equal(t, []int{200, 200, 200}, statuses(), "all are remembered by the server from now on")
	known := s.secrets(first)
	require.Contains(t, s.cli("application", "show", first.ID), known[1].ID+": made ")

	require.Zero(t, s.endSecret(first, strings.ToUpper(known[1].ID)).code)
	require.Equal(t, []int{200, 401, 200}, statuses(), "the one in the middle")
	require.Equal(t, []db.Secret{known[0], known[2]}, s.secrets(first), "and nothing of the others")
	require.Equal(t, outcome{1, "", "meet-external-api: The application has no valid secret with this id.\n"},
		s.endSecret(first, known[1].ID))
	require.Equal(t, 1, s.endSecret(s.application(), known[0].ID).code, "of another application")
	require.Equal(t, "meet-external-api: No application has this client_id or UUID.\n", s.endSecret(credentials{ID: "x"}, known[0].ID).stderr)

	require.Zero(t, s.endSecret(first, known[0].ID).code)
	require.Equal(t, []int{200, 401, 401}, statuses(), "the one in Meet's column, which Meet does not take any more either")
	require.Equal(t, []db.Secret{known[2]}, s.secrets(first), "the old one expires nonetheless")
	var column string
	require.NoError(t, s.pool().Get(&column, `select client_secret from meet_application where client_id = $1`, first.ID))
	require.Equal(t, secret.NoHash, column)

	require.Contains(t, s.endSecret(first, known[2].ID).stderr, "It is the only secret")
	require.Equal(t, 200, s.tokenStatus(first))
	fourth := s.rotate(first, "--overlap=1h")
	require.Equal(t, []int{200, 200}, []int{s.tokenStatus(first), s.tokenStatus(fourth)})
	require.Len(t, s.secrets(first), 2, "what stands for no secret is none")
}

// Beside Meet a secret that was typed into its admin can be ended; the last one where the application has keys.
func TestEndingASecretOfMeets(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	typed, key := s.keyedApplication()
	s.sql(`delete from external_api.secret`)
	s.setHash(&typed, djangoHashes["argon2"], djangoSecret)
	require.Equal(t, 200, s.tokenStatus(typed))
	require.Zero(t, s.endSecret(typed, s.secrets(typed)[0].ID).code)
	require.Equal(t, 401, s.tokenStatus(typed))
	require.Equal(t, 401, s.tokenStatus(credentials{ID: typed.ID, Secret: secret.NoHash}))
	require.Empty(t, s.secrets(typed))
	endpoint := s.url + "/external-api/v1.0/application/token/"
	require.Equal(t, 200, s.post(tokenPath, asserted(newAssertion(t, key, typed.ID, endpoint, nil), nil)).status)
}

// Two that end each other's secret at once leave one.
func TestEndingSecretsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	application := s.application()
	s.rotate(application, "--overlap=1h")
	codes := make(chan int, 2)
	for _, one := range s.secrets(application) {
		go func() { codes <- s.endSecret(application, one.ID).code }()
	}
	require.Equal(t, 1, <-codes+<-codes)
	require.Len(t, s.secrets(application), 1)
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

const djangoSecret = "correct horse battery"

// djangoHashes are of djangoSecret, written by Django 5.2's hashers at a low cost, and in the form of Meet's column client_secret_sha256.
var djangoHashes = map[string]string{
	"pbkdf2_sha256": "pbkdf2_sha256$20$fveIWRFo6uumjZHIbawXEW$he/5Ty/AJPtU6MnBsC/StYOAlYpBrbc8Ph1hvZvm1JE=",
	"pbkdf2_sha1":   "pbkdf2_sha1$20$8les4Eew9u4v2LS5yjRgz2$hA2slXtJT12+HVB2oYMVcf7hkds=",
	"argon2":        "argon2$argon2id$v=19$m=64,t=1,p=2$VEhFa0dBc0RTR3dvVU5Pc29VUDFXNQ$guz+HzD+HgZ0UuiN0uPaPnzeHcBw4Ff8wAfXJqxlThU",
	"bcrypt_sha256": "bcrypt_sha256$$2b$04$082.KURyBE./HOA.0UxGgekS3Oc.zX0Hk1vM4fcyf.UPnyuoSAiSu",
	"scrypt":        "scrypt$16$R0d2bq6YzJ5hAB8d0tgZE0$8$1$UCZAAXiIwWeVzcGSEinbheQm3PFsLGIMa6/woaEQEHbG06Su/M6fDNOLdCA6iJAkClKm7t05l1ll3wk16Pr0qQ==",
	"sha256":        "sha256$bGq2vT8mWn4RkYc0ZsLh6d$32b58fb8fb0bfe77d6bba9e36ba52adc66d9fecdf2abc5627ff38c6bcf08b2fc",
}
