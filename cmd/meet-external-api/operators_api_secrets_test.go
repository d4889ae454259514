// The tests of docs/contract.md, "Operators": secrets, keys and tokens of applications through the operators' API.

package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// registered is an application of the operators' API that may act for anybody.
func (s *instance) registered(authorized requestOption, members map[string]any) (path string, c credentials, a answer) {
	s.t.Helper()
	wanted := map[string]any{"name": "Calendar", "any_domain": true, "scopes": []string{"rooms:create", "rooms:list"}}
	for name, value := range members {
		wanted[name] = value
	}
	a = s.post(applicationsPath, wanted, authorized)
	require.Equal(s.t, 201, a.status, "%s", a.raw)
	text := func(name string) string { return a.body[name].(string) }
	return applicationsPath + text("id") + "/", credentials{UUID: text("id"), ID: text("client_id"), Secret: text("client_secret")}, a
}

// newestSecret is the id of the newest secret in an answer.
func newestSecret(a answer) string {
	return a.body["secrets"].([]any)[0].(map[string]any)["id"].(string)
}

func TestOperatorsRotateASecret(t *testing.T) {
	t.Parallel()
	public := start(t)
	s := public.operations()
	_, token := s.operatorToken("--write")
	authorized := bearer(token)
	public.user("user@example.com")
	path, first, made := s.registered(authorized, nil)
	require.Equal(t, 200, public.tokenStatus(first))

	rotation := map[string]any{"overlap_seconds": 3600, "replacing": newestSecret(made)}
	rotated := s.post(path+"rotate-secret/", rotation, authorized)
	require.Equal(t, 200, rotated.status, "%s", rotated.raw)
	require.Len(t, rotated.body["secrets"], 2)
	second := first
	second.Secret = rotated.body["client_secret"].(string)
	require.Equal(t, []int{200, 200}, []int{public.tokenStatus(first), public.tokenStatus(second)})
	again := s.post(path+"rotate-secret/", rotation, authorized)
	require.Equal(t, 409, again.status, "a request that is sent twice rotates once")
	require.Equal(t, "secret_rotated", s.reason(t, again))

	ended := s.delete(path+"secrets/"+newestSecret(made), authorized)
	require.Equal(t, 200, ended.status, "%s", ended.raw)
	require.Len(t, ended.body["secrets"], 1)
	require.NotContains(t, ended.body, "client_secret")
	require.Equal(t, []int{401, 200}, []int{public.tokenStatus(first), public.tokenStatus(second)})
	last := s.delete(path+"secrets/"+newestSecret(rotated), authorized)
	require.Equal(t, 409, last.status)
	require.Equal(t, "last_secret", s.reason(t, last))

	for range 4 {
		require.Equal(t, 200, s.post(path+"rotate-secret/", map[string]any{"overlap_seconds": 60}, authorized).status)
	}
	many := s.post(path+"rotate-secret/", map[string]any{"overlap_seconds": 60}, authorized)
	require.Equal(t, 409, many.status)
	require.Equal(t, "too_many_secrets", s.reason(t, many))
	leaked := s.send("POST", path+"rotate-secret/", nil, authorized)
	require.Equal(t, 200, leaked.status, "%s", leaked.raw)
	require.Len(t, leaked.body["secrets"], 1)
	require.Equal(t, 401, public.tokenStatus(second))
}

func TestOperatorsSetKeys(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	const pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
	path, _, made := s.registered(authorized, map[string]any{"public_keys_pem": pem})
	keys := made.body["public_keys"].(map[string]any)
	require.Len(t, keys["keys"], 1)
	require.NotEmpty(t, keys["keys"].([]any)[0].(map[string]any)["kid"])
	for _, c := range []struct {
		members map[string]any
		keys    any
	}{
		{map[string]any{"name": "Agenda"}, keys},
		{map[string]any{"public_keys": keys}, keys},
		{map[string]any{"public_keys": nil}, nil},
		{map[string]any{"public_keys": keys}, keys},
		{map[string]any{"public_keys_pem": ""}, nil},
		{map[string]any{"public_keys_pem": pem}, keys},
	} {
		changed := s.patch(path, c.members, authorized)
		require.Equal(t, 200, changed.status, "%s", changed.raw)
		require.Equal(t, c.keys, changed.body["public_keys"], c.members)
	}
	private := s.patch(path, map[string]any{"public_keys": map[string]any{"keys": []any{map[string]any{
		"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
	}}}}, authorized)
	require.Equal(t, 400, private.status)
	require.NotContains(t, string(private.raw), "nWGxne")
}

func TestOperatorsRevokeTokens(t *testing.T) {
	t.Parallel()
	public := start(t)
	s := public.operations()
	_, token := s.operatorToken("--write")
	authorized := bearer(token)
	user := public.user("user@example.com")
	path, application, _ := s.registered(authorized, nil)
	for _, revoke := range []string{path + "revoke-tokens/", "/users/" + user + "/revoke-tokens/"} {
		issued := public.token(application, "user@example.com")
		require.Equal(t, 200, public.get(roomsPath, bearer(issued)).status)
		revoked := s.send("POST", revoke, nil, authorized)
		require.Equal(t, 200, revoked.status, "%s", revoked.raw)
		refused := public.get(roomsPath, bearer(issued))
		require.Equal(t, []any{401, "Token revoked."}, []any{refused.status, refused.detail()})
		s.sql(`update external_api.application set tokens_from = null`)
	}
	found := s.get("/users/?search=USER@example", authorized)
	require.Equal(t, []any{map[string]any{"id": user, "email": "user@example.com", "sub": nil, "is_active": true}}, found.body["results"])
}

func TestOperatorsAskForWhomAnApplicationMayAct(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	user := s.user("user@example.com")
	path, _, _ := s.registered(authorized, map[string]any{"any_domain": false, "domains": []string{"example.com"}})
	for address, wanted := range map[string]map[string]any{
		"User@Example.com": {"allowed": true, "user_id": user},
		"user@example.org": {"allowed": false, "code": "domain_not_allowed"},
		"bob@example.com":  {"allowed": false, "code": "address_unknown"},
		"nobody":           {"allowed": false, "code": "address_not_valid"},
	} {
		verdict := s.get(path+"may-act-for/?email="+address, authorized)
		require.Equal(t, 200, verdict.status, "%s", verdict.raw)
		require.NotEmpty(t, verdict.body["text"])
		delete(verdict.body, "text")
		require.Equal(t, wanted, verdict.body, address)
	}
}
