package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

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
			require.Equal(t, "no faults\n", s.cli("check"))

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
			addon := signed(t, addonKey, meetHeader, meetClaims(credentials{}, user, map[string]any{"aud": "addons"}))
			require.Equal(t, 200, s.get(roomsPath, bearer(addon)).status)
		})
	}
}

func TestMeetsSecretsAreTheSameFromFiles(t *testing.T) {
	t.Parallel()
	read := func(env map[string]string) settings {
		s, err := readSettings(getenv(env))
		require.NoError(t, err)
		require.NotNil(t, s.introspection)
		s.token.Now, s.addonToken.Now, s.introspection.Now = nil, nil, nil // functions cannot be compared
		return s
	}
	env := meetOn("host=db port=5433 dbname=meet user=meet")
	s := read(env)
	require.Equal(t, s, read(inFiles(t, env)))
	require.Equal(t, "host='db' port=5433 dbname='meet' user='meet' password='the password'", s.databaseURL)
	require.Equal(t, "http://proxy.example.org:3128", s.introspection.Proxy.String())
	require.Equal(t, "lasuite_meet", s.scopesPrefix)
	require.Equal(t, env["OIDC_RS_PRIVATE_KEY_STR"], string(s.introspection.PrivateKey))
	require.Equal(t, &livekitSettings{url: "https://livekit.example.org", key: "the-key", secret: "the-secret-of-livekit"}, s.livekit)
}
