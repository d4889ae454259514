//go:build !race

package timing

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

const (
	// rounds are made of attempts of each kind, each from an address of its own, so that no limit counts them together.
	rounds = 4
	// dearestPassword has 400,000 rounds, and cheapPassword 20.
	dearestPassword = "pbkdf2_sha256$400000$fveIWRFo6uumjZHIbawXEW$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	cheapPassword   = fastHash
)

// Whatever is wrong with an address and a password of an operator, finding out is as much work: the time of the processor that the server
// takes tells. What else runs on the machine can lengthen it and not shorten it, so that the shortest of some rounds is compared.
func TestFailuresToSignInAreTheSameWork(t *testing.T) {
	s := newServer(t, "EXTERNAL_API_OPERATIONS_LISTEN=127.0.0.1:0", "EXTERNAL_API_TRUSTED_PROXIES=127.0.0.1")
	s.cli("migrate")
	pool, err := sqlx.Open("postgres", s.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	for address, user := range map[string]struct{ password, flags string }{
		"dearest@example.com":      {dearestPassword, "true, true, true"},
		"cheap@example.com":        {cheapPassword, "true, true, true"},
		"unusable@example.com":     {"!" + strings.Repeat("x", 40), "true, true, true"},
		"malformed@example.com":    {strings.TrimSuffix(dearestPassword, "="), "true, true, true"},
		"no-superuser@example.com": {dearestPassword, "false, true, true"},
		"not-staff@example.com":    {dearestPassword, "true, false, true"},
		"not-active@example.com":   {dearestPassword, "true, true, false"},
	} {
		_, err = pool.Exec(`insert into meet_user (id, password, admin_email, is_superuser, is_staff, is_active, created_at, updated_at, language,
			timezone, is_device, default_room_configuration) values ($1, $2, $3, `+user.flags+`, now(), now(), 'en-us', 'UTC', false, '{}')`,
			uuid.NewString(), user.password, address)
		require.NoError(t, err)
	}
	process := s.serve()
	work := map[string]time.Duration{}
	for round := range rounds {
		for i, address := range []string{
			"dearest@example.com", "cheap@example.com", "unusable@example.com", "malformed@example.com", "no-superuser@example.com",
			"not-staff@example.com", "not-active@example.com", "nobody@example.com", "not an address",
		} {
			before := processorTime(t, process.Pid)
			s.failToSignIn(address, fmt.Sprintf("192.0.%d.%d", i, round))
			took := processorTime(t, process.Pid) - before
			if least, known := work[address]; !known || took < least {
				work[address] = took
			}
		}
	}
	for address, took := range work {
		require.InEpsilon(t, work["dearest@example.com"], took, 0.25, "%s: %v", address, work)
	}
	require.Greater(t, work["dearest@example.com"], 20*time.Millisecond, "it is enough to be measured")
}

func (s *server) failToSignIn(address, from string) {
	s.t.Helper()
	form := url.Values{"address": {address}, "password": {"not this one"}}
	request, err := http.NewRequest(http.MethodPost, s.operations+"/console/sign-in/", strings.NewReader(form.Encode()))
	require.NoError(s.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Forwarded-For", from)
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	require.NoError(s.t, response.Body.Close())
	require.Equal(s.t, http.StatusForbidden, response.StatusCode)
}

// processorTime is how long a process has kept processors at work: its CPU clock, whose identifier Linux makes of that of the process.
func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	var clock unix.Timespec
	require.NoError(t, unix.ClockGettime(int32(^pid<<3|2), &clock))
	return time.Duration(clock.Nano())
}
