// The tests of `operator create`.

package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// An operator who is made on the command line signs in with the password that is printed, which is found nowhere afterwards.
func TestOperatorCreate(t *testing.T) {
	t.Parallel()
	s := start(t)
	var made struct{ Email, Password string }
	require.NoError(t, json.Unmarshal([]byte(s.cli("operator", "create", "--json", "--email="+operatorAddress)), &made))
	require.Equal(t, operatorAddress, made.Email)
	require.Regexp(t, `^[A-Za-z0-9]{24}$`, made.Password)
	require.Equal(t, 303, s.visitor(t).signIn(operatorAddress, made.Password).status)
	require.Equal(t, 403, s.visitor(t).signIn(operatorAddress, made.Password+"x").status)
	require.Equal(t, 1, s.count(`select count(*) from meet_user where admin_email = $1 and is_staff and is_superuser and is_active
		and not is_device and email is null and sub is null and password like 'pbkdf2_sha256$%'`, operatorAddress))
	require.Equal(t, 0, s.count(`select count(*) from meet_user u where cast(u as text) like '%' || $1 || '%'`, made.Password))
	require.Equal(t, 0, s.count(`select count(*) from external_api.audit_event e where cast(e as text) like '%' || $1 || '%'`, made.Password))
	require.NotContains(t, s.log.String(), made.Password)
	require.Contains(t, s.cli("operator", "create", "--email=another@example.com"), "another@example.com")

	again := command(s.env, "operator", "create", "--email="+operatorAddress)
	require.Equal(t, 1, again.code)
	require.Contains(t, again.stderr, "Another user has this address for signing in already.")
	require.Empty(t, again.stdout)
	wrong := command(s.env, "operator", "create", "--email=nonsense")
	require.Equal(t, 2, wrong.code)
	require.Contains(t, wrong.stderr, "--email: ")
	s.requireEvents("operator.create", [3]string{"success", "", accountName()}, [3]string{"success", "", accountName()},
		[3]string{"failure", "operator_exists", accountName()}, [3]string{"failure", "invalid_fields", accountName()})
}
