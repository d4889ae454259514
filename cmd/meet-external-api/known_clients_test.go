// The tests of docs/contract.md, "What known clients do with it".

package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"meet-external-api/handlers"
)

// The usual OAuth libraries get tokens with nothing but their settings, and rooms with those.
func TestOAuthLibraries(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	_, ed25519Key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	s.cli("application", "update", application.ID, "--public-keys", keysFile(t, p256, ed25519Key))
	tools, err := filepath.Abs("../../tools")
	require.NoError(t, err)
	for _, c := range [][]string{
		{"node", "openid_client.mjs", "basic"}, {"node", "openid_client.mjs", "post"}, {"node", "openid_client.mjs", "p256"}, {"node", "openid_client.mjs", "ed25519"},
		{"python3", "authlib_client.py", "basic"}, {"python3", "authlib_client.py", "post"},
		{"python3", "requests_oauthlib_client.py", "basic"}, {"python3", "requests_oauthlib_client.py", "post"},
	} {
		t.Run(c[1]+" "+c[2], func(t *testing.T) {
			t.Parallel()
			client := exec.Command(c[0], filepath.Join(tools, "clients", c[1]), c[2])
			client.Env = append(os.Environ(), "SERVER="+s.url, "SCOPE=user@example.com",
				"CLIENT_ID="+application.ID, "CLIENT_SECRET="+application.Secret, "P256_JWK="+p256JWK(t, p256), "ED25519_JWK="+ed25519JWK(t, ed25519Key),
				"PYTHONPATH="+filepath.Join(tools, ".python"),
				// The server of the test is on this machine, without TLS, which the Python libraries refuse otherwise.
				"OAUTHLIB_INSECURE_TRANSPORT=1", "AUTHLIB_INSECURE_TRANSPORT=1")
			var stderr strings.Builder
			client.Stderr = &stderr
			printed, err := client.Output()
			require.NoError(t, err, "%s (`make test` installs the libraries)", &stderr)
			require.NoError(t, uuid.Validate(strings.TrimSpace(string(printed))))
		})
	}
	for name, style := range map[string]oauth2.AuthStyle{
		"found out": oauth2.AuthStyleAutoDetect, "basic": oauth2.AuthStyleInHeader, "post": oauth2.AuthStyleInParams,
	} {
		t.Run("golang.org/x/oauth2 "+name, func(t *testing.T) {
			t.Parallel()
			base := s.url + handlers.BasePath
			config := clientcredentials.Config{
				ClientID: application.ID, ClientSecret: application.Secret, TokenURL: base + "/application/token/",
				Scopes: []string{"user@example.com", "rooms:create"}, AuthStyle: style,
			}
			token, err := config.Token(context.Background())
			require.NoError(t, err)
			require.Equal(t, "rooms:create", token.Extra("scope"))
			created, err := config.Client(context.Background()).Post(base+"/rooms/", "application/json", http.NoBody)
			require.NoError(t, err)
			require.NoError(t, created.Body.Close())
			require.Equal(t, 201, created.StatusCode)
		})
	}
	t.Run("golang.org/x/oauth2 reads what is wrong", func(t *testing.T) {
		t.Parallel()
		config := clientcredentials.Config{
			ClientID: application.ID, ClientSecret: "wrong", TokenURL: s.url + handlers.BasePath + "/application/token/",
			EndpointParams: url.Values{"scope": {"user@example.com"}},
		}
		_, err := config.Token(context.Background())
		var refused *oauth2.RetrieveError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, "invalid_client", refused.ErrorCode)
		require.Equal(t, "Invalid credentials", refused.ErrorDescription)
	})
}

func p256JWK(t testing.TB, key *ecdsa.PrivateKey) string {
	t.Helper()
	private, err := key.Bytes()
	require.NoError(t, err)
	point, err := key.PublicKey.Bytes() // 4, x, y
	require.NoError(t, err)
	return jsonWebKey(t, map[string][]byte{"x": point[1:33], "y": point[33:], "d": private}, "EC", "P-256")
}

func ed25519JWK(t testing.TB, key ed25519.PrivateKey) string {
	t.Helper()
	return jsonWebKey(t, map[string][]byte{"x": key.Public().(ed25519.PublicKey), "d": key.Seed()}, "OKP", "Ed25519")
}

func jsonWebKey(t testing.TB, numbers map[string][]byte, kind, curve string) string {
	t.Helper()
	members := map[string]string{"kty": kind, "crv": curve}
	for name, number := range numbers {
		members[name] = base64.RawURLEncoding.EncodeToString(number)
	}
	encoded, err := json.Marshal(members)
	require.NoError(t, err)
	return string(encoded)
}
