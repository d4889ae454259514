// The tests of docs/contract.md, "POST /rooms/{id}/grant-access/ — give another user a role".

package main

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGrantAccess(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	s.user("Bob@example.com")
	id := s.seed(user, "owner", "Board")
	path := "/rooms/" + id + "/grant-access/"
	granted := func(role string, created bool) map[string]any {
		return map[string]any{"email": "bOB@example.com", "role": role, "created": created, "provisional_user_created": false}
	}
	ask := func(body map[string]any) answer {
		body["email"] = "bOB@example.com"
		return s.post(path, body, bearer(token))
	}
	for _, step := range []struct {
		body   map[string]any
		status int
		want   map[string]any
	}{
		{map[string]any{}, 201, granted("administrator", true)},
		{map[string]any{}, 200, granted("administrator", false)},
		{map[string]any{"role": "member"}, 200, granted("member", false)},
		{map[string]any{"role": "administrator", "other": 1}, 200, granted("administrator", false)},
	} {
		a := ask(step.body)
		require.Equal(t, step.status, a.status)
		require.Equal(t, step.want, a.body)
	}
	owner := s.post(path, map[string]any{"email": "user@example.com", "role": "member"}, bearer(token))
	require.Equal(t, 200, owner.status)
	require.Equal(t, map[string]any{
		"email": "user@example.com", "role": "owner", "created": false, "provisional_user_created": false,
		"detail": "Delegate is already owner of this room.",
	}, owner.body)
	var roles string
	require.NoError(t, s.pool().Get(&roles, `select string_agg(role, ' ' order by role) from meet_resource_access`))
	require.Equal(t, "administrator owner", roles)

	for body, c := range map[string]struct {
		status int
		want   string
	}{
		`{}`:               {400, `{"email": ["This field is required."]}`},
		`{"email": ""}`:    {400, `{"email": ["This field may not be blank."]}`},
		`{"email": null}`:  {400, `{"email": ["This field may not be null."]}`},
		`{"email": "bob"}`: {400, `{"email": ["Enter a valid email address."]}`},
		`{"email": "bob@example.com", "role": "owner"}`: {400, `{"role": ["\"owner\" is not a valid choice."]}`},
		`{"email": "nobody@example.com"}`:               {404, `{"detail": "Delegate user not found and provisional user creation is disabled."}`},
		`{"email": "` + strings.Repeat("a", 255) + `"}`: {400, `{"email": ["Ensure this field has no more than 254 characters."]}`},
	} {
		a := s.post(path, body, bearer(token))
		require.Equal(t, c.status, a.status, "%s", a.raw)
		require.JSONEq(t, c.want, string(a.raw))
	}
}

func TestGrantAccessToProvisionalUsers(t *testing.T) {
	t.Parallel()
	s := start(t, creation)
	application := s.application(append([]string{"--domain=example.com"}, allScopes...)...)
	token := s.token(application, "user@example.com")
	path := "/rooms/" + s.post(roomsPath, "{}", bearer(token)).body["id"].(string) + "/grant-access/"

	a := s.post(path, map[string]any{"email": "new@example.com", "role": "member"}, bearer(token))
	require.Equal(t, 201, a.status, "%s", a.raw)
	require.Equal(t, true, a.body["provisional_user_created"])
	a = s.post(path, map[string]any{"email": "new@example.com", "role": "member"}, bearer(token))
	require.Equal(t, 200, a.status)
	require.Equal(t, false, a.body["provisional_user_created"])

	a = s.post(path, map[string]any{"email": "new@example.org"}, bearer(token))
	require.Equal(t, 403, a.status)
	require.Equal(t, "This application is not authorized for this email domain.", a.detail())
	s.user("old@example.org")
	require.Equal(t, 201, s.post(path, map[string]any{"email": "old@example.org"}, bearer(token)).status, "who is there may be named")

	s.sql(`update meet_user set is_active = false where email = 'old@example.org'`)
	require.Equal(t, 404, s.post(path, map[string]any{"email": "old@example.org"}, bearer(token)).status)
	s.cli("user", "create", "--email=new@example.com", "--sub=second")
	a = s.post(path, map[string]any{"email": "new@example.com"}, bearer(token))
	require.Equal(t, 400, a.status)
	require.Equal(t, "Multiple user accounts share a common email.", a.detail())

	s.sql(`create function refuse() returns trigger language plpgsql as 'begin return null; end'`)
	s.sql(`create trigger refuse before insert on meet_user for each row execute function refuse()`)
	require.Equal(t, 409, s.post(path, map[string]any{"email": "third@example.com"}, bearer(token)).status)
}

// Two grants at once for one user end with one access.
func TestGrantsAtOnce(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	s.user("bob@example.com")
	path := "/rooms/" + s.seed(user, "owner", "Board") + "/grant-access/"
	var group sync.WaitGroup
	statuses := make([]int, 20)
	for i := range statuses {
		group.Go(func() { statuses[i] = s.post(path, `{"email": "bob@example.com"}`, bearer(token)).status })
	}
	group.Wait()
	created := 0
	for _, status := range statuses {
		require.Contains(t, []int{200, 201}, status)
		created += status - 200
	}
	require.Equal(t, 1, created)
}
