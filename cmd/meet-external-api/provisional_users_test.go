// The tests of docs/contract.md, "Provisional users".

package main

import (
	"maps"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProvisionalUsers(t *testing.T) {
	t.Parallel()
	t.Run("are created when all three settings say so", func(t *testing.T) {
		t.Parallel()
		s := start(t, creation)
		first := s.token(s.application(), "New.User@example.com")
		var user struct {
			Email    string
			Sub      *string
			Password string
			Language string
			Timezone string
			Active   bool   `db:"is_active"`
			Staff    bool   `db:"is_staff"`
			Super    bool   `db:"is_superuser"`
			Settings string `db:"default_room_configuration"`
		}
		require.NoError(t, s.pool().Get(&user, `select email, sub, password, language, timezone, is_active, is_staff, is_superuser,
			default_room_configuration from meet_user`))
		require.Regexp(t, `^![A-Za-z0-9]{40}$`, user.Password)
		user.Password = ""
		require.Equal(t, "New.User@example.com", user.Email)
		require.Nil(t, user.Sub)
		require.Equal(t, "en-us UTC {}", user.Language+" "+user.Timezone+" "+user.Settings)
		require.True(t, user.Active && !user.Staff && !user.Super)
		require.Equal(t, 200, s.get("/rooms/", bearer(first)).status)
	})
	for name := range creation {
		t.Run("are not created without "+name, func(t *testing.T) {
			t.Parallel()
			settings := maps.Clone(creation)
			settings[name] = ""
			s := start(t, settings)
			a := s.post(tokenPath, tokenRequest(s.application(), nil))
			requireOAuthError(t, a, 404, "invalid_scope", "User not found.")
		})
	}
	t.Run("many first tokens at once make one user", func(t *testing.T) {
		t.Parallel()
		s := start(t, creation)
		application := s.application()
		var group sync.WaitGroup
		statuses := make([]int, 20)
		for i := range statuses {
			group.Go(func() { statuses[i] = s.post(tokenPath, tokenRequest(application, nil)).status })
		}
		group.Wait()
		for _, status := range statuses {
			require.Equal(t, 200, status)
		}
		var users int
		require.NoError(t, s.pool().Get(&users, `select count(*) from meet_user`))
		require.Equal(t, 1, users)
	})
	t.Run("that can be neither created nor found", func(t *testing.T) {
		t.Parallel()
		s := start(t, creation)
		s.sql(`create function refuse() returns trigger language plpgsql as 'begin return null; end'`)
		s.user("owner@example.com")
		application := s.application()
		token := s.token(application, "owner@example.com")
		room := s.post(roomsPath, "", bearer(token)).body["id"].(string)
		s.sql(`create trigger refuse before insert on meet_user for each row execute function refuse()`)
		a := s.post(tokenPath, tokenRequest(application, nil))
		requireOAuthError(t, a, 409, "invalid_scope", "Failed to create or retrieve provisional user.")
		a = s.post(roomsPath+room+"/grant-access/", `{"email": "guest@example.com"}`, bearer(token))
		require.Equal(t, 409, a.status)
		require.Equal(t, "Failed to create or retrieve delegate user.", a.detail())
	})
	t.Run("do not replace one who is switched off", func(t *testing.T) {
		t.Parallel()
		s := start(t, creation)
		s.user("user@example.com")
		s.sql(`update meet_user set is_active = false`)
		requireOAuthError(t, s.post(tokenPath, tokenRequest(s.application(), nil)), 404, "invalid_scope", "User not found.")
	})
}
