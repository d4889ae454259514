// The tests of docs/settings.md: which settings are at fault, and what says so.

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// faultsOf are the texts of the faults of settings.
func faultsOf(env map[string]string) (texts []string) {
	_, err := readSettings(env)
	for _, fault := range findingsOf(err) {
		texts = append(texts, fault.Text)
	}
	return texts
}

func TestUnknownSettings(t *testing.T) {
	t.Parallel()
	for name, near := range map[string]string{
		"EXTERNAL_API_LISTN": "EXTERNAL_API_LISTEN", "EXTERNAL_API_TRUSTED_PROXY": "EXTERNAL_API_TRUSTED_PROXIES",
		"EXTERNAL_API_OIDC_ALLOWED_AUDIENCE": "EXTERNAL_API_OIDC_ALLOWED_AUDIENCES", "EXTERNAL_API_PORT": "", "EXTERNAL_API_SOMETHING_ELSE": "",
		"EXTERNAL_API_JWT_VERIFICATION_KEY_FILE": "EXTERNAL_API_JWT_VERIFICATION_KEYS_FILE",
		"EXTERNAL_API_":                          "",
	} {
		said := name + ": there is no such setting"
		if near != "" {
			said += "; is it " + near + "?"
		}
		require.Equal(t, []string{said}, faultsOf(map[string]string{name: "8080"}))
	}
	require.Equal(t, []string{"EXTERNAL_API_LISTEN_FILE: there is no such setting, as only secrets come from files: set EXTERNAL_API_LISTEN"},
		faultsOf(map[string]string{"EXTERNAL_API_LISTEN_FILE": "/x"}))
	require.Empty(t, faultsOf(map[string]string{
		"EXTERNAL_API_SERVICE_HOST": "10.0.0.1", "EXTERNAL_API_SERVICE_PORT": "80", "EXTERNAL_API_SERVICE_PORT_HTTP": "80",
		"EXTERNAL_API_PORT": "tcp://10.0.0.1:80", "EXTERNAL_API_PORT_80_TCP": "tcp://10.0.0.1:80", "EXTERNAL_API_PORT_80_TCP_PROTO": "tcp",
		"EXTERNAL_API_PORT_80_TCP_PORT": "80", "EXTERNAL_API_PORT_80_TCP_ADDR": "10.0.0.1", "EXTERNAL_API_CANARY_PORT": "tcp://10.0.0.2:80",
		"EXTERNALAPI": "x", "APPLICATION_JWT_AUDIENCES": "x",
	}), "what Kubernetes sets for a service, and what may be Meet's")
}

// What one setting needs, and beside which one it makes sense.
func TestHalfSetSettings(t *testing.T) {
	t.Parallel()
	alone := func(name, beside string) string {
		return name + ": it makes sense only with " + beside + ", which is missing"
	}
	for name, c := range map[string]struct {
		env  map[string]string
		said []string
	}{
		"a provider's issuer alone":   {map[string]string{"OIDC_OP_URL": "https://o"}, []string{"OIDC_OP_INTROSPECTION_ENDPOINT: OIDC_OP_URL needs it", "OIDC_RS_CLIENT_SECRET: OIDC_OP_URL needs it"}},
		"a provider's endpoint alone": {map[string]string{"OIDC_OP_INTROSPECTION_ENDPOINT": "https://o/i"}, []string{alone("OIDC_OP_INTROSPECTION_ENDPOINT", "OIDC_OP_URL")}},
		"our secret there alone":      {map[string]string{"OIDC_RS_CLIENT_SECRET": "s"}, []string{alone("OIDC_RS_CLIENT_SECRET", "OIDC_OP_URL")}},
		"audiences of no provider":    {map[string]string{"EXTERNAL_API_OIDC_ALLOWED_AUDIENCES": "a"}, []string{alone("EXTERNAL_API_OIDC_ALLOWED_AUDIENCES", "OIDC_OP_URL")}},
		"a provider switched off":     {map[string]string{"OIDC_OP_URL": "", "OIDC_OP_INTROSPECTION_ENDPOINT": "https://o/i", "OIDC_RS_CLIENT_SECRET": "s"}, nil},
		"LiveKit's key alone":         {map[string]string{"LIVEKIT_API_KEY": "k"}, []string{alone("LIVEKIT_API_KEY", "LIVEKIT_API_URL")}},
		"LiveKit's secret alone":      {map[string]string{"LIVEKIT_API_SECRET": "s"}, []string{alone("LIVEKIT_API_SECRET", "LIVEKIT_API_URL")}},
		"LiveKit without its secret":  {map[string]string{"LIVEKIT_API_URL": "https://l", "LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": ""}, []string{"LIVEKIT_API_SECRET: LIVEKIT_API_URL needs it"}},
		"LiveKit switched off":        {map[string]string{"LIVEKIT_API_URL": "", "LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s"}, nil},
		"add-ons without a key":       {map[string]string{"ADDONS_ENABLED": "true"}, []string{"ADDONS_TOKEN_SECRET_KEY: ADDONS_ENABLED needs it"}},
		"add-ons that are off":        {map[string]string{"ADDONS_ENABLED": "false", "ADDONS_TOKEN_ISSUER": "x", "ADDONS_TOKEN_SECRET_KEY": "k"}, nil},
		"a host alone":                {map[string]string{"DB_HOST": "db"}, []string{"DB_NAME: DB_HOST needs it", "DB_USER: DB_HOST needs it"}},
		"no host":                     {map[string]string{"DB_NAME": "meet", "DB_USER": "meet"}, []string{alone("DB_NAME", "DB_HOST"), alone("DB_USER", "DB_HOST")}},
		"a password alone":            {map[string]string{"DB_PASSWORD": "p"}, []string{alone("DB_PASSWORD", "DB_HOST")}},
		"telephony without a number":  {map[string]string{"ROOM_TELEPHONY_ENABLED": "true"}, nil},
		"a number without telephony":  {map[string]string{"ROOM_TELEPHONY_PHONE_NUMBER": "+33"}, nil},
		"what Meet logs in with":      {map[string]string{"OIDC_OP_JWKS_ENDPOINT": "https://o/certs", "OIDC_RP_CLIENT_ID": "meet", "OIDC_RP_CLIENT_SECRET": "s"}, nil},
		"what Meet has as defaults":   {map[string]string{"OIDC_RS_CLIENT_ID": "meet", "OIDC_RS_SCOPES": "lasuite_meet", "OIDC_RS_SIGNING_ALGO": "ES256", "OIDC_CREATE_USER": "true"}, nil},
	} {
		require.Equal(t, c.said, faultsOf(c.env), name)
	}
}

// A file that cannot be read, and one without content, are one fault each: nothing is said of what would have been in it.
func TestFilesAtFault(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	empty, blank, none := filepath.Join(directory, "empty"), filepath.Join(directory, "blank"), filepath.Join(directory, "none")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	require.NoError(t, os.WriteFile(blank, []byte("\n"), 0o600))
	dsn := dbtest.New(t)
	usual := map[string]string{"DATABASE_URL": dsn, "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0"}
	for name, c := range map[string]struct {
		env  map[string]string
		said []string
	}{
		"the key": {map[string]string{"APPLICATION_JWT_SECRET_KEY_FILE": none, "EXTERNAL_API_JWT_VERIFICATION_KEYS": "short"},
			[]string{"APPLICATION_JWT_SECRET_KEY_FILE: open " + none + ": no such file or directory"}},
		"an empty key": {map[string]string{"APPLICATION_JWT_SECRET_KEY_FILE": empty}, []string{"APPLICATION_JWT_SECRET_KEY_FILE: the file " + empty + " is empty"}},
		"a directory":  {map[string]string{"APPLICATION_JWT_SECRET_KEY_FILE": directory}, []string{"APPLICATION_JWT_SECRET_KEY_FILE: read " + directory + ": is a directory"}},
		"the database": {map[string]string{"DATABASE_URL": "", "DATABASE_URL_FILE": blank}, []string{"DATABASE_URL_FILE: the file " + blank + " is empty"}},
		"beside DB_":   {map[string]string{"DATABASE_URL_FILE": none, "DB_HOST": "db"}, []string{"DATABASE_URL_FILE: open " + none + ": no such file or directory"}},
		"a password":   {map[string]string{"DATABASE_URL": "", "DB_HOST": "127.0.0.1", "DB_NAME": "n", "DB_USER": "u", "DB_PASSWORD_FILE": empty}, []string{"DB_PASSWORD_FILE: the file " + empty + " is empty"}},
		"Redis":        {map[string]string{"REDIS_URL_FILE": none}, []string{"REDIS_URL_FILE: open " + none + ": no such file or directory"}},
		"a mode of Redis": {map[string]string{"REDIS_URL": "redis://127.0.0.1:1", "EXTERNAL_API_REDIS_MODE": "failover"},
			[]string{"EXTERNAL_API_REDIS_MODE: give one of single, cluster, sentinel"}},
		"no name of a master": {map[string]string{"REDIS_URL": "redis://127.0.0.1:1", "EXTERNAL_API_REDIS_MODE": "sentinel"},
			[]string{"REDIS_URL: give the URL of Sentinels and the name of the master, like redis://one:26379/0?addr=two:26379&master_name=mymaster"}},
		"a mode alone": {map[string]string{"EXTERNAL_API_REDIS_MODE": "cluster"},
			[]string{"EXTERNAL_API_REDIS_MODE: it makes sense only with REDIS_URL, which is missing"}},
		"LiveKit's key": {map[string]string{"LIVEKIT_API_URL": "http://127.0.0.1:1", "LIVEKIT_API_KEY_FILE": none, "LIVEKIT_API_SECRET": "s"}, []string{"LIVEKIT_API_KEY_FILE: open " + none + ": no such file or directory"}},
		"the provider's": {map[string]string{"OIDC_OP_URL": "http://127.0.0.1:1", "OIDC_OP_INTROSPECTION_ENDPOINT": "http://127.0.0.1:1", "OIDC_RS_CLIENT_SECRET_FILE": empty},
			[]string{"OIDC_RS_CLIENT_SECRET_FILE: the file " + empty + " is empty"}},
		"add-ons":    {map[string]string{"ADDONS_ENABLED": "true", "ADDONS_TOKEN_SECRET_KEY_FILE": none}, []string{"ADDONS_TOKEN_SECRET_KEY_FILE: open " + none + ": no such file or directory"}},
		"bad values": {map[string]string{"APPLICATION_JWT_ALG": "none", "APPLICATION_JWT_SECRET_KEY": "short"}, []string{"APPLICATION_JWT_ALG: give one of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA"}},
		"no key":     {map[string]string{"APPLICATION_JWT_SECRET_KEY": ""}, []string{"APPLICATION_JWT_SECRET_KEY: APPLICATION_ENABLED, which is true unless it is set, needs it"}},
	} {
		require.Equal(t, c.said, faults(t, together(usual, c.env)), name)
		serving := command(together(usual, c.env), "serve")
		require.Equal(t, outcome{1, "", "meet-external-api: " + c.said[0] + "\n"}, serving, name)
	}
}

// Whatever reads settings says what is wrong with them before it does anything, in one line.
func TestEveryCommandNamesFaults(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewEmpty(t)
	for _, args := range [][]string{
		{"serve"}, {"migrate"}, {"application", "list"}, {"application", "create", "--name=x", "--any-domain"}, {"application", "show", "x"},
		{"application", "rotate-secret", "x"}, {"user", "list"}, {"user", "create", "--email=user@example.com"},
	} {
		done := command(map[string]string{
			"DATABASE_URL": dsn, "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTN": "x", "OIDC_OP_URL": "https://o", "EXTERNAL_API_LISTEN": "127.0.0.1:0",
		}, args...)
		require.Equal(t, outcome{1, "", "meet-external-api: OIDC_OP_INTROSPECTION_ENDPOINT: OIDC_OP_URL needs it; " +
			"OIDC_RS_CLIENT_SECRET: OIDC_OP_URL needs it; EXTERNAL_API_LISTN: there is no such setting; is it EXTERNAL_API_LISTEN?\n"}, done, args)
	}
	var made bool
	require.NoError(t, (&instance{t: t, dsn: dsn}).pool().Get(&made, `select exists (select from pg_class where relname like 'meet\_%')`))
	require.False(t, made)
}

// The files that Meet is developed and installed with, as a shell reads them: what is not this program's is left alone.
func TestMeetsOwnEnvironmentFiles(t *testing.T) {
	t.Parallel()
	login := map[string]string{
		"DJANGO_SETTINGS_MODULE": "meet.settings", "DJANGO_CONFIGURATION": "Production", "DJANGO_EMAIL_BRAND_NAME": "La Suite Numérique", "PYTHONPATH": "/app",
		"MEET_BASE_URL": "https://meet.domain.tld", "OIDC_OP_JWKS_ENDPOINT": "https://id.domain.tld/certs", "OIDC_OP_AUTHORIZATION_ENDPOINT": "https://id.domain.tld/auth",
		"OIDC_OP_TOKEN_ENDPOINT": "https://id.domain.tld/token", "OIDC_OP_USER_ENDPOINT": "https://id.domain.tld/userinfo", "OIDC_OP_LOGOUT_ENDPOINT": "https://id.domain.tld/logout",
		"OIDC_RP_CLIENT_ID": "meet", "OIDC_RP_CLIENT_SECRET": "s", "OIDC_RP_SIGN_ALGO": "RS256", "OIDC_RP_SCOPES": "openid email",
		"OIDC_REDIRECT_ALLOWED_HOSTS": `["https://meet.domain.tld"]`, "LIVEKIT_API_SECRET": "secret", "LIVEKIT_API_KEY": "meet", "LIVEKIT_API_URL": "https://livekit.domain.tld",
		"ALLOW_UNREGISTERED_ROOMS": "False", "DB_HOST": "postgresql", "DB_NAME": "meet", "DB_USER": "meet", "DB_PASSWORD": "pass", "DB_PORT": "5432",
		"POSTGRES_DB": "meet", "POSTGRES_USER": "meet", "POSTGRES_PASSWORD": "pass", "REALM_NAME": "meet",
	}
	helm := together(login, map[string]string{
		"REDIS_URL": "redis://default:pass@redis-master:6379/1", "SSL_CERT_FILE": "/app/cacert.pem", "LIVEKIT_FORCE_WSS_PROTOCOL": "True",
		"LIVEKIT_WEBHOOK_EVENTS_FILTER_REGEX": "[0-9a-f]{8}", "ROOM_TELEPHONY_ENABLED": "True", "ROOM_TELEPHONY_DEFAULT_COUNTRY": "FR",
		"ROOM_TELEPHONY_PHONE_NUMBER": "+33901020304", "EXTERNAL_API_ENABLED": "True", "APPLICATION_JWT_AUDIENCE": "https://meet.domain.tld/external-api/v1.0/",
		"APPLICATION_BASE_URL": "https://meet.domain.tld", "ADDONS_ENABLED": "True", "ADDONS_CSRF_SECRET": "x", "ADDONS_TOKEN_SECRET_KEY": "x", "ADDONS_TOKEN_TTL": "60",
		"DJANGO_CSRF_TRUSTED_ORIGINS": "https://meet.domain.tld", "LOGGING_LEVEL_LOGGERS_ROOT": "DEBUG", "LOGGING_LEVEL_LOGGERS_APP": "DEBUG",
	})
	development := together(helm, map[string]string{
		"OIDC_OP_INTROSPECTION_ENDPOINT": "http://nginx:8083/introspect", "OIDC_OP_URL": "http://localhost:8083/realms/meet",
		"OIDC_RS_CLIENT_ID": "meet", "OIDC_RS_CLIENT_SECRET": "s", "LIVEKIT_INTERNAL_URL": "http://livekit:7880", "LIVEKIT_VERIFY_SSL": "False",
		"OIDC_AUTH_REQUEST_EXTRA_PARAMS": `{"acr_values": "eidas1"}`, "APPLICATION_JWT_SECRET_KEY": "devKey", "RECORDING_ENABLE": "True",
		// The only thing that has to be added: the key is a short one.
		"APPLICATION_JWT_ALLOW_WEAK_KEY": "true",
	})
	for name, env := range map[string]map[string]string{"installed": login, "in a cluster": helm, "developed": development} {
		s, err := readSettings(together(map[string]string{"APPLICATION_JWT_SECRET_KEY": testKey}, env))
		require.NoError(t, err, name)
		require.Contains(t, s.databaseURL, "host='postgresql'")
		_, err = newDependencies(s, newLogger(s, os.Stderr))
		require.NoError(t, err, name)
		require.Equal(t, name == "developed", s.asksProvider())
	}
}

// Meet's names count where ours are not set.
func TestMeetsNamesForOurs(t *testing.T) {
	t.Parallel()
	for level, ours := range map[string]string{"DEBUG": "debug", "INFO": "info", "WARNING": "warn", "ERROR": "error", "CRITICAL": "error", "": "info"} {
		s, err := readSettings(map[string]string{"LOGGING_LEVEL_LOGGERS_ROOT": level})
		require.NoError(t, err)
		require.Equal(t, ours, s.logLevel)
		s, err = readSettings(map[string]string{"LOGGING_LEVEL_LOGGERS_ROOT": level, "EXTERNAL_API_LOG_LEVEL": "warn"})
		require.NoError(t, err)
		require.Equal(t, "warn", s.logLevel)
	}
	require.Equal(t, []string{"LOGGING_LEVEL_LOGGERS_ROOT: give one of DEBUG, INFO, WARNING, ERROR, CRITICAL"}, faultsOf(map[string]string{"LOGGING_LEVEL_LOGGERS_ROOT": "loud"}))
	require.Equal(t, []string{"DJANGO_CORS_ALLOWED_ORIGIN_REGEXES: give regular expressions (RE2), separated by commas"}, faultsOf(map[string]string{"DJANGO_CORS_ALLOWED_ORIGIN_REGEXES": "("}))

	const listed, fitting, other = "https://listed.example.org", "https://a.fitting.example.org", "https://evil.example.org"
	for name, c := range map[string]struct {
		env     map[string]string
		allowed string
	}{
		"nothing":  {nil, ""},
		"listed":   {map[string]string{"DJANGO_CORS_ALLOWED_ORIGINS": listed}, listed},
		"fitting":  {map[string]string{"DJANGO_CORS_ALLOWED_ORIGIN_REGEXES": `https://\w+\.fitting\.example\.org$`}, fitting},
		"all":      {map[string]string{"DJANGO_CORS_ALLOW_ALL_ORIGINS": "True"}, listed + " " + fitting + " " + other},
		"ours":     {map[string]string{"DJANGO_CORS_ALLOW_ALL_ORIGINS": "True", "DJANGO_CORS_ALLOWED_ORIGINS": other, "EXTERNAL_API_CORS_ORIGINS": listed}, listed},
		"together": {map[string]string{"DJANGO_CORS_ALLOWED_ORIGINS": listed, "DJANGO_CORS_ALLOWED_ORIGIN_REGEXES": `https://\w+\.fitting`}, listed + " " + fitting},
	} {
		s := start(t, c.env)
		for _, origin := range []string{listed, fitting, other} {
			got := s.get(roomsPath, header("Origin", origin)).header.Get("Access-Control-Allow-Origin")
			require.Equal(t, strings.Contains(c.allowed, origin), got == origin, "%s %s %q", name, origin, got)
		}
	}
}

// With the embedded database the variables of PostgreSQL's clients count for nothing, also for what is brought up for a command.
func TestVariablesOfPostgreSQLBesideTheEmbeddedDatabase(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"EXTERNAL_API_DATA": filepath.Join(t.TempDir(), "data"), "EXTERNAL_API_DRAIN_SECONDS": "0",
		"EXTERNAL_API_POSTGRES_BIN": os.Getenv("EXTERNAL_API_POSTGRES_BIN"),
		"PGHOST":                    "elsewhere.invalid", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGDATABASE": "other", "PGUSER": "other", "PGSERVICE": "none",
		"PGSYSCONFDIR": "/nonexistent", "PGOPTIONS": "-c default_transaction_read_only=on", "PGSSLMODE": "verify-full", "PGREQUIRESSL": "1",
		"PGKRBSRVNAME": "x", "PGTZ": "Asia/Tokyo", "PGDATA": "/nonexistent", "PGCONNECT_TIMEOUT": "x",
	}
	p := startProcess(t, env)
	p.log.wait(t, "ready")
	require.Equal(t, 200, statusOf(t, p.url(t)+"/__heartbeat__"))
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.Wait())
}

// With a database of one's own, a variable that the driver cannot follow ends every command at once, by name.
func TestVariablesOfPostgreSQLBesideADatabase(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]string{
		"PGREQUIRESSL": "a variable for PostgreSQL's clients: environment variable $PGREQUIRESSL is not supported",
		"PGSERVICE":    "a variable for PostgreSQL's clients: PGSERVICE is not followed here: unset it, and say in the address of the database what it says",
	} {
		p := startProcess(t, map[string]string{"DATABASE_URL": "postgres://user:the-password@127.0.0.1:1/meet", name: "1"})
		require.Error(t, p.Wait())
		require.Equal(t, "meet-external-api: "+said+"\n", p.log.String())
	}
}
