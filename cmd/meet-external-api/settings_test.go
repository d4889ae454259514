// The tests of docs/settings.md.

package main

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
	"meet-external-api/livekit"
)

func TestDatabaseSettings(t *testing.T) {
	t.Parallel()
	s, err := readSettings(map[string]string{
		"DB_HOST": "db", "DB_PORT": "5433", "DB_NAME": "meet", "DB_USER": "o'neil", "DB_PASSWORD": `a b\c`,
	})
	require.NoError(t, err)
	for _, part := range []string{"host='db'", "port=5433", "dbname='meet'", `user='o\'neil'`, `password='a b\\c'`} {
		require.Contains(t, s.databaseURL, part)
	}
	_, err = readSettings(map[string]string{"DB_HOST": "db"})
	require.ErrorContains(t, err, "DB_NAME: DB_HOST needs it")
	require.ErrorContains(t, err, "DB_USER: DB_HOST needs it")
	s, err = readSettings(map[string]string{"DATABASE_URL": "host=other", "DB_HOST": "db", "DB_PORT": "none"})
	require.NoError(t, err, "DATABASE_URL stands for all of them")
	require.Equal(t, "host=other", s.databaseURL)
	s, err = readSettings(nil)
	require.NoError(t, err)
	require.Empty(t, s.databaseURL)
}

func TestKeySettings(t *testing.T) {
	t.Parallel()
	env := onDatabase(t)
	env["APPLICATION_JWT_SECRET_KEY"] = testKey
	for name, c := range map[string]struct{ setting, value, said string }{
		"a weak verification key":       {"EXTERNAL_API_JWT_VERIFICATION_KEYS", "weak-secret", "EXTERNAL_API_JWT_VERIFICATION_KEYS: HS256 needs a key of at least 32 bytes, this one has 11"},
		"a key for another algorithm":   {"APPLICATION_JWT_SECRET_KEY", signingKey(t, "ES256"), "the key does not fit HS256"},
		"a secret where a PEM is due":   {"APPLICATION_JWT_ALG", "ES256", "APPLICATION_JWT_SECRET_KEY: give a JWK, a JWK Set or PEM blocks"},
		"a Redis that is none":          {"REDIS_URL", "http://:weak-secret@redis", "REDIS_URL: give the URL of a Redis"},
		"the length of secrets too big": {"APPLICATION_CLIENT_SECRET_LENGTH", "1001", "APPLICATION_CLIENT_SECRET_LENGTH: give a whole number of characters from 43 to 1000"},
	} {
		changed := map[string]string{c.setting: c.value}
		for key, value := range env {
			if changed[key] == "" {
				changed[key] = value
			}
		}
		done := command(changed, "check")
		require.Equal(t, 1, done.code, name)
		require.Contains(t, done.stdout, c.said, name)
		require.NotContains(t, done.stdout, "weak-secret", name)
	}
}

// What cannot be kept of a setting stops the start, and is not dropped in silence.
func TestPublicURLIsSchemeAndHost(t *testing.T) {
	t.Parallel()
	for given, host := range map[string]string{
		"https://meet.example.org": "meet.example.org", "https://meet.example.org/": "meet.example.org", "HTTPS://meet.example.org:8443": "meet.example.org:8443",
		"http://[2001:db8::1]": "[2001:db8::1]",
	} {
		s, err := readSettings(map[string]string{"EXTERNAL_API_PUBLIC_URL": given})
		require.NoError(t, err, given)
		require.Equal(t, host, s.publicURL.Host)
	}
	for _, given := range []string{
		"https://meet.example.org/visio", "https://meet.example.org//", "https://meet.example.org?x=1", "https://meet.example.org?", "https://meet.example.org/#x",
		"https://user@meet.example.org", "https://user:the-password@meet.example.org",
	} {
		_, err := readSettings(map[string]string{"EXTERNAL_API_PUBLIC_URL": given})
		require.EqualError(t, err, "EXTERNAL_API_PUBLIC_URL: give scheme and host alone, like https://meet.example.org", given)
	}
	for _, given := range []string{"meet.example.org", "ftp://meet.example.org", "https:///visio"} {
		_, err := readSettings(map[string]string{"EXTERNAL_API_PUBLIC_URL": given})
		require.EqualError(t, err, "EXTERNAL_API_PUBLIC_URL: give an absolute http or https URL", given)
	}
}

func TestOriginsHaveNoWildcards(t *testing.T) {
	t.Parallel()
	for _, given := range []string{
		"https://*.example.org", "https://addon.example.org, https://*", "*", "https://addon.example.org/", "https://addon.example.org?", "addon.example.org", "https://user@addon.example.org",
	} {
		_, err := readSettings(map[string]string{"EXTERNAL_API_CORS_ORIGINS": given})
		require.EqualError(t, err, "EXTERNAL_API_CORS_ORIGINS: give origins like https://example.org, without wildcards, separated by commas", given)
	}
	s, err := readSettings(map[string]string{"EXTERNAL_API_CORS_ORIGINS": "https://addon.example.org, http://localhost:3000"})
	require.NoError(t, err)
	require.Equal(t, []string{"https://addon.example.org", "http://localhost:3000"}, s.corsOrigins)
}

// What a reader of the file did not fill in is no value; of a secret it may be.
func TestSettingsWithPlaceholders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"APPLICATION_JWT_AUDIENCE", "OIDC_RS_CLIENT_ID", "APPLICATION_BASE_URL", "DB_NAME"} {
		_, err := readSettings(map[string]string{name: "https://${MEET_HOST}"})
		require.ErrorContains(t, err, name+": it has ${…} in it", name)
	}
	s, err := readSettings(map[string]string{"APPLICATION_JWT_SECRET_KEY": "as-typed-${by}-somebody-who-has-time"})
	require.NoError(t, err)
	require.Equal(t, "as-typed-${by}-somebody-who-has-time", string(s.token.Key))
}

// The slug of a room is added to it.
func TestBaseURL(t *testing.T) {
	t.Parallel()
	for given, good := range map[string]bool{
		"https://meet.example.org": true, "https://example.org/meet/": true,
		"https://meet.example.org/?x=1": false, "https://meet.example.org/#x": false, "https://user:secret@meet.example.org": false,
	} {
		_, err := readSettings(map[string]string{"APPLICATION_BASE_URL": given})
		require.Equal(t, good, err == nil, given)
		if err != nil {
			require.EqualError(t, err, "APPLICATION_BASE_URL: give a URL without user, query and fragment, like https://meet.example.org")
		}
	}
}

func TestLiveKitVerifySSL(t *testing.T) {
	t.Parallel()
	for verify, trusted := range map[string]bool{"false": true, "true": false, "": false} {
		t.Run(verify, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.WriteHeader(http.StatusInternalServerError)
			}))
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.StartTLS()
			t.Cleanup(server.Close)
			s, _, user, token := roomServer(t, map[string]string{
				"LIVEKIT_API_URL": server.URL, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit", "LIVEKIT_VERIFY_SSL": verify,
			})
			path := "/rooms/" + s.seed(user, "owner", "Board") + "/"
			require.Equal(t, 200, s.patch(path, `{"access_level": "restricted"}`, bearer(token)).status)
			s.log.wait(t, "LiveKit's room was not updated")
			require.Equal(t, trusted, calls.Load() == 1)
		})
	}
}

func TestLiveKitSettingsThatCannotBe(t *testing.T) {
	t.Parallel()
	const address = "LIVEKIT_API_URL: the URL of LiveKit must be http, https, ws or wss with a host, and hold no user, query or fragment"
	whole := func(url string) map[string]string {
		return map[string]string{"LIVEKIT_API_URL": url, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit"}
	}
	for name, c := range map[string]struct {
		settings map[string]string
		said     []string
	}{
		"no scheme":      {whole("livekit.example.org"), []string{address}},
		"another scheme": {whole("ftp://livekit.example.org"), []string{address}},
		"no host":        {whole("https:///twirp"), []string{address}},
		"no URL":         {whole("https://[livekit"), []string{"LIVEKIT_API_URL: the URL of LiveKit cannot be read"}},
		"a password":     {whole("https://me:the-password@livekit.example.org"), []string{address}},
		"no secret": {
			map[string]string{"LIVEKIT_API_URL": "wss://livekit.example.org", "LIVEKIT_API_KEY": "the-key"},
			[]string{"LIVEKIT_API_SECRET: LIVEKIT_API_URL needs it"},
		},
		"nothing right": {
			map[string]string{"LIVEKIT_API_URL": "livekit"},
			[]string{"LIVEKIT_API_KEY: LIVEKIT_API_URL needs it", "LIVEKIT_API_SECRET: LIVEKIT_API_URL needs it", address},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			env := together(c.settings, map[string]string{
				"APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0", "EXTERNAL_API_DATA": data,
				"EXTERNAL_API_POSTGRES_BIN": os.Getenv("EXTERNAL_API_POSTGRES_BIN"),
			})
			checked, serving := command(env, "check"), command(env, "serve")
			require.Equal(t, 1, checked.code)
			require.Equal(t, 1, serving.code)
			for _, fault := range c.said {
				require.Contains(t, checked.stdout, fault+"\n")
				require.Contains(t, serving.stderr, fault)
			}
			require.Len(t, strings.Split(strings.TrimSpace(checked.stdout), "\n"), len(c.said), checked.stdout)
			require.NotContains(t, checked.stdout+serving.stderr, "the-")
			require.NoDirExists(t, data, "no database was brought up")
		})
	}
}

// Meet needs the key and the secret also where this server is to tell LiveKit nothing: then its address is there, and empty.
func TestLiveKitSettingsThatCanBe(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "wss://livekit.example.org", "http://livekit:7880/x/"} {
		s, err := readSettings(map[string]string{
			"LIVEKIT_API_URL": address, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit", "APPLICATION_JWT_SECRET_KEY": testKey,
		})
		require.NoError(t, err)
		d, err := newDependencies(s, slog.New(slog.DiscardHandler))
		t.Cleanup(d.close)
		require.NoError(t, err)
		require.Equal(t, address != "", d.livekitClient != nil)
	}
}

// meetEnvironment is an environment file of Meet, with the names that Meet has.
var meetEnvironment = map[string]string{
	"DJANGO_CONFIGURATION": "Production", "DJANGO_SECRET_KEY": "x", "DJANGO_ALLOWED_HOSTS": "meet.example.org",
	"DB_PORT": "5432", "DB_PASSWORD": "the password",
	"EXTERNAL_API_ENABLED": "True", "EXTERNAL_API_ALLOW_PUBLIC_ACCESS": "False", "EXTERNAL_API_DEFAULT_ACCESS_LEVEL": "trusted",
	"APPLICATION_ENABLED": "True", "APPLICATION_CLIENT_ID_LENGTH": "40", "APPLICATION_CLIENT_SECRET_LENGTH": "128",
	"APPLICATION_JWT_SECRET_KEY": testKey, "APPLICATION_JWT_ALG": "HS256", "APPLICATION_JWT_ISSUER": "lasuite-meet", "APPLICATION_JWT_AUDIENCE": "external-api",
	"APPLICATION_JWT_EXPIRATION_SECONDS": "3600", "APPLICATION_JWT_TOKEN_TYPE": "Bearer", "APPLICATION_BASE_URL": "https://meet.example.org",
	"APPLICATION_ALLOW_USER_CREATION": "True", "OIDC_FALLBACK_TO_EMAIL_FOR_IDENTIFICATION": "True", "OIDC_USER_SUB_FIELD_IMMUTABLE": "False",
	"ADDONS_ENABLED": "True", "ADDONS_TOKEN_SECRET_KEY": addonKey, "ADDONS_TOKEN_ALG": "HS256", "ADDONS_TOKEN_ISSUER": "lasuite-meet", "ADDONS_TOKEN_AUDIENCE": "addons",
	"OIDC_OP_URL": "https://auth.example.org", "OIDC_OP_INTROSPECTION_ENDPOINT": "https://auth.example.org/introspect",
	"OIDC_OP_JWKS_ENDPOINT": "https://auth.example.org/jwks", "OIDC_RS_CLIENT_ID": "meet", "OIDC_RS_CLIENT_SECRET": "the-secret-of-meet",
	"OIDC_RS_AUDIENCE_CLAIM": "client_id", "OIDC_RS_SCOPES": "lasuite_meet", "OIDC_RS_SCOPES_PREFIX": "lasuite_meet", "OIDC_RS_SIGNING_ALGO": "ES256",
	"OIDC_RS_ENCRYPTION_ALGO": "RSA-OAEP", "OIDC_RS_ENCRYPTION_ENCODING": "A256GCM", "OIDC_RS_PRIVATE_KEY_STR": "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----",
	"OIDC_CREATE_USER": "True", "OIDC_VERIFY_SSL": "True", "OIDC_TIMEOUT": "5", "OIDC_PROXY": "http://proxy.example.org:3128",
	"ROOM_TELEPHONY_ENABLED": "True", "ROOM_TELEPHONY_PHONE_NUMBER": "+33123456789", "ROOM_TELEPHONY_DEFAULT_COUNTRY": "FR",
	"ROOM_TELEPHONY_PIN_LENGTH": "10", "ROOM_TELEPHONY_PIN_MAX_RETRIES": "5", "ROOMKIT_ENABLED": "False",
	"LIVEKIT_API_URL": "https://livekit.example.org", "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit", "LIVEKIT_VERIFY_SSL": "True",
	"REDIS_URL": "redis://redis:6379/1",
}

// meetSecrets are those of its settings that may be given in files.
var meetSecrets = []string{
	"DB_PASSWORD", "APPLICATION_JWT_SECRET_KEY", "ADDONS_TOKEN_SECRET_KEY", "OIDC_RS_CLIENT_SECRET", "OIDC_RS_PRIVATE_KEY_STR",
	"LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "REDIS_URL",
}

// meetOn returns the environment file of a Meet on that database. DATABASE_URL is empty in it.
func meetOn(dsn string) map[string]string {
	part := map[string]string{}
	for field := range strings.FieldsSeq(dsn) {
		name, value, _ := strings.Cut(field, "=")
		part[name] = value
	}
	return together(meetEnvironment, map[string]string{
		"DATABASE_URL": "", "DB_HOST": part["host"], "DB_PORT": part["port"], "DB_NAME": part["dbname"], "DB_USER": part["user"],
	})
}

// inFiles moves the secrets to files, each with a newline at its end.
func inFiles(t *testing.T, env map[string]string) map[string]string {
	t.Helper()
	moved, directory := together(env), t.TempDir()
	for _, name := range meetSecrets {
		require.NotEmpty(t, env[name])
		path := filepath.Join(directory, name)
		require.NoError(t, os.WriteFile(path, []byte(env[name]+"\n"), 0o600))
		moved[name], moved[name+"_FILE"] = "", path
	}
	return moved
}

func TestMeetsEnvironmentFileStartsTheServer(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*testing.T, map[string]string) map[string]string{
		"as it is":           func(_ *testing.T, env map[string]string) map[string]string { return env },
		"secrets from files": inFiles,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := dbtest.New(t)
			s := startUnready(t, dsn, change(t, meetOn(dsn)))
			s.log.wait(t, "ready")
			checked := checked(t, s.env)
			for _, fault := range checked.Faults { // of servers that are not there
				require.Contains(t, []string{codeRedis, codeLiveKit, codeProvider}, fault.Code, fault.Text)
			}

			token := s.token(s.application(), "new@example.org")
			a := s.post(roomsPath, "{}", bearer(token))

			require.Equal(t, 201, a.status)
			require.True(t, strings.HasPrefix(a.body["url"].(string), "https://meet.example.org/"))
			require.Equal(t, "+33123456789", a.body["telephony"].(map[string]any)["phone_number"])
			payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
			require.NoError(t, err)
			var claims map[string]any
			require.NoError(t, json.Unmarshal(payload, &claims))
			require.Equal(t, "external-api", claims["aud"])
			user := claims["user_id"].(string)
			meets := signed(t, testKey, meetHeader, meetClaims(credentials{ID: claims["client_id"].(string)}, user, map[string]any{"aud": "external-api"}))
			require.Equal(t, 200, s.get(roomsPath, bearer(meets)).status, "Meet's own tokens count")
			addon := signed(t, addonKey, meetHeader, meetClaims(credentials{}, user, map[string]any{"aud": "addons", "client_id": nil}))
			require.Equal(t, 200, s.get(roomsPath, bearer(addon)).status)
		})
	}
}

func TestMeetsSecretsAreTheSameFromFiles(t *testing.T) {
	t.Parallel()
	read := func(env map[string]string) settings {
		s, err := readSettings(env)
		require.NoError(t, err)
		require.True(t, s.asksProvider())
		return s
	}
	env := meetOn("host=db port=5433 dbname=meet user=meet")
	s := read(env)
	require.Equal(t, s, read(inFiles(t, env)))
	require.Equal(t, "host='db' port=5433 dbname='meet' user='meet' password='the password'", s.databaseURL)
	require.Equal(t, "http://proxy.example.org:3128", s.introspection.Proxy.String())
	require.Equal(t, "lasuite_meet", s.scopesPrefix)
	require.Equal(t, env["OIDC_RS_PRIVATE_KEY_STR"], string(s.introspection.PrivateKey))
	require.Equal(t, livekit.Options{URL: "https://livekit.example.org", Key: "the-key", Secret: "the-secret-of-livekit"}, s.livekit)
}

var update = flag.Bool("update", false, "write docs/settings.md")

// TestSettingsDocumented compares docs/settings.md with the table of settings; `make generate` writes it.
func TestSettingsDocumented(t *testing.T) {
	t.Parallel()
	const path = "../../docs/settings.md"
	made := settingsDocument()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(made), 0o600))
	}
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, made, string(written), "run `make generate`")
}

func TestSettingsHaveOneRowEach(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"": true}
	for _, group := range new(settings).table() {
		for _, row := range group.settings {
			require.False(t, seen[row.name], row.name)
			seen[row.name] = true
		}
	}
	for _, group := range new(settings).table() {
		for _, row := range group.settings {
			if row.byDefault != "" {
				require.NoError(t, row.set(row.byDefault), row.name)
			}
			for _, other := range append(row.needed, row.replaced, row.beside) {
				require.True(t, seen[other], "%s names %s", row.name, other)
			}
		}
	}
}

// settingsDocument is docs/settings.md.
func settingsDocument() string {
	var page strings.Builder
	page.WriteString(`<!-- Made by make generate from cmd/meet-external-api/settings.go. -->

# Settings

Environment variables. Those that La Suite Meet has keep Meet's name, meaning and default, except where another default of
Meet's is named; variables that are not listed are ignored, so that one environment file serves both.

A secret, marked *, may be given as ` + "`NAME_FILE`" + ` instead: the path of a file that holds it. One newline at its end does not
count, and the file wins over the variable. Booleans are ` + "`true`, `1`, `yes`, `on` or `false`, `0`, `no`, `off`" + `, in any case.

A value that is unknown or out of range, a setting without another that it needs, a file that cannot be read or is empty, and a name
that begins with ` + "`EXTERNAL_API_`" + ` and is not on this page stop every command that reads settings, and all faults are named at once.
` + "`meet-external-api check`" + ` names them without starting. An empty variable counts as one that is not set; one that is set and empty also says
that what belongs to it is not meant to be used: with an empty ` + "`LIVEKIT_API_URL`" + `, the key of LiveKit is no fault. (What Kubernetes sets
for a service called ` + "`external-api`" + ` is left alone.)
`)
	for _, group := range new(settings).table() {
		page.WriteString("\n## " + group.title + "\n\n")
		if group.introduction != "" {
			page.WriteString(group.introduction + "\n\n")
		}
		page.WriteString("| name | default | takes | |\n| --- | --- | --- | --- |\n")
		for _, row := range group.settings {
			name, byDefault := "`"+row.name+"`", "none"
			if row.isSecret {
				name += "*"
			}
			if row.byDefault != "" {
				byDefault = "`" + row.byDefault + "`"
			}
			var notes []string
			if row.replaced != "" {
				notes = append(notes, "instead of `"+row.replaced+"`")
			}
			if row.needed != nil {
				notes = append(notes, "needs `"+strings.Join(row.needed, "` and `")+"`")
			}
			if row.beside != "" {
				notes = append(notes, "only with `"+row.beside+"`")
			}
			if row.doc != "" {
				notes = append(notes, row.doc)
			}
			page.WriteString("|")
			for _, cell := range []string{name, byDefault, row.takes, strings.Join(notes, "; ")} {
				page.WriteString(strings.TrimSuffix(" "+cell, " ") + " |")
			}
			page.WriteString("\n")
		}
	}
	page.WriteString(`
## What check says

` + "`meet-external-api check`" + ` prints a line for each fault and ends with 1, or ` + "`no faults`" + ` and ends with 0. Hints do not count: what they
name works. With ` + "`--json`" + ` it prints one object, ` + "`{\"faults\": [{\"code\", \"setting\"?, \"table\"?, \"text\"}, …], \"hints\": […]}`" + `. The text may
change, the code does not:

| code | |
| --- | --- |
`)
	for _, row := range findingCodes {
		page.WriteString("| `" + row.code + "` | " + row.doc + " |\n")
	}
	return page.String()
}

// findingCodes are what docs/settings.md says of each code.
var findingCodes = []struct{ code, doc string }{
	{codeInvalid, "a value that the setting does not take"},
	{codeMissing, "a setting without one that it needs, or beside which alone it makes sense"},
	{codeUnknown, "a name that begins with `EXTERNAL_API_`, and is none"},
	{codeFile, "a file of `NAME_FILE` that cannot be read, or is empty"},
	{codeIgnored, "hint: a setting that is not read, as another says the same"},
	{codeListen, "the address to listen on is taken, or is none of this machine"},
	{codeRunning, "hint: this program serves there already"},
	{codeEmbedded, "what keeps the embedded database from running"},
	{codeDatabase, "the database cannot be reached, or does not let the role in"},
	{string(db.OldVersion), "a PostgreSQL older than 13"},
	{string(db.ReadOnly), "a standby, or a role whose transactions only read"},
	{string(db.RightMissing), "a right that the role lacks, by table, with the statement that grants it"},
	{codeOptional, "hint: one that only the commands need which manage applications"},
	{string(db.TablesMissing), "none of Meet's tables is there: the name of the database may be mistyped"},
	{string(db.TableUnfit), "a table or a column of Meet's that does not fit this release"},
	{string(db.MigrationsPending), "migrations are to be applied, which `EXTERNAL_API_MIGRATE` leaves to you"},
	{codeReplica, "the read replica cannot be reached or read, is no standby of the database, or is far behind; `serve` starts without it"},
	{codeClock, "the clock of the database is not that of this machine"},
	{codePooler, "hint: a pooler such as PgBouncer is before the database"},
	{codeIndex, "hint: users are found by address without an index"},
	{codeSecret, "hint: an application that no secret can authenticate"},
	{codeLate, "hint: work that `serve` does in the background, such as the deletion of expired rooms, has been due for minutes"},
	{codeRedis, "Redis does not answer, or does not take the password; `serve` starts without it"},
	{codeLiveKit, "LiveKit does not answer; `serve` starts without it"},
	{codeLiveKitKey, "LiveKit refuses the key or its secret"},
	{codeProvider, "the introspection endpoint does not answer, or not as RFC 7662 says; `serve` starts without it"},
	{codeCredentials, "the provider refuses the client id or its secret"},
	{codeKeys, "the provider's JWK Set cannot be fetched or read"},
}
