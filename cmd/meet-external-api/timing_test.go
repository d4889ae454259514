package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

const (
	// samples are taken of each path and round; of rounds there are as many as it takes for the noise to even out, until
	// there have been too many to blame it.
	samples   = 15
	maxRounds = 30
	// alike is how far medians may be apart.
	alike = 0.10
)

// No way to fail is told from another by the time it takes: what differs stays different however often it is measured, and
// noise does not. The requests take turns, so that a noisy machine is noisy for all of them. Not in parallel, for the same
// reason.
func TestFailuresAreAlikeInTime(t *testing.T) {
	for name, stored := range map[string]string{
		"with a slow hash among the applications": slowDjangoHash,
		"with fast ones alone":                    djangoHashes["pbkdf2_sha256"],
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0", "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0"})
			s.user("user@example.com")
			ours, meets, inactive, unusable, several := s.application(), s.application(), s.application(), s.application(), s.application()
			s.rotate(several, "--overlap=1h")
			s.cli("application", "disable", inactive.ID)
			s.sql(`update meet_application set client_secret = $1 where client_id = $2`, stored, meets.ID)
			s.sql(`update meet_application set client_secret = '!' where client_id = $1`, unusable.ID)
			requireAlike(t, s, map[string]credentials{
				"unknown client":          {ID: "unknown-client-that-is-as-long-as-another", Secret: "wrong"},
				"wrong secret":            {ID: ours.ID, Secret: "wrong"},
				"wrong secret of Meet's":  {ID: meets.ID, Secret: "wrong"},
				"wrong secret, inactive":  {ID: inactive.ID, Secret: "wrong"},
				"unusable hash":           {ID: unusable.ID, Secret: "wrong"},
				"wrong secret of several": {ID: several.ID, Secret: "wrong"},
			}, 401)
			requireAlike(t, s, map[string]credentials{
				"empty secret":                   {ID: ours.ID},
				"empty secret of Meet's":         {ID: meets.ID},
				"empty secret of an unknown one": {ID: "unknown-client-that-is-as-long-as-another"},
			}, 400)
		})
	}
}

// requireAlike asks for tokens with each of the credentials in turns until the medians are alike.
func requireAlike(t *testing.T, s *instance, paths map[string]credentials, status int) {
	t.Helper()
	taken := map[string][]time.Duration{}
	apart := 0.0
	for range maxRounds {
		for i := range samples {
			for name, c := range paths {
				// A secret of its own for each, so that no two requests are the same one.
				if c.Secret != "" {
					c.Secret = fmt.Sprint(c.Secret, i)
				}
				taken[name] = append(taken[name], timed(t, s, c, status))
			}
		}
		least, most := time.Hour, time.Duration(0)
		for _, durations := range taken {
			slices.Sort(durations)
			middle := durations[len(durations)/2]
			least, most = min(least, middle), max(most, middle)
		}
		if apart = float64(most-least) / float64(least); apart <= alike {
			return
		}
	}
	for name, durations := range taken {
		t.Logf("%s: %s", name, durations[len(durations)/2])
	}
	t.Errorf("medians are %.0f %% apart", apart*100)
}

func timed(t *testing.T, s *instance, c credentials, status int) time.Duration {
	t.Helper()
	body, err := json.Marshal(tokenRequest(c, nil))
	require.NoError(t, err)
	begin := time.Now()
	response, err := http.Post(s.url+handlers.BasePath+tokenPath, "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, response.Body)
	took := time.Since(begin)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, status, response.StatusCode)
	return took
}
