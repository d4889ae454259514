package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const (
	// floodApplications are registered beside those that are measured.
	floodApplications = 1000
	// calmClients are others at the address of a flood.
	calmClients = 2
	floodRounds = 3
	// firstTokens is how many applications whose hash is Meet's come for the first time.
	firstTokens = 10
)

// A flood is what somebody sends without end from one address.
type flood struct {
	name string
	// form is the body of the i-th request.
	form func(i int) url.Values
	// settings are those of the server beside the usual ones.
	settings []string
}

func wrongSecret(clientID, secret string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "scope": {"user0@example.com"}, "client_id": {clientID}, "client_secret": {secret}}
}

func wrongSecrets(i int) url.Values  { return wrongSecret(slowClient, fmt.Sprint("wrong", i)) }
func madeUpClients(i int) url.Values { return wrongSecret(fmt.Sprint("made-up-", i), "wrong") }

// madeUpAssertions have signatures of ES512, of the right length and with numbers that are not too great for its curve.
func madeUpAssertions(i int) url.Values {
	encode, clientID, signature := base64.RawURLEncoding.EncodeToString, fmt.Sprint("made-up-", i), make([]byte, 132)
	_, _ = rand.Read(signature)
	signature[0], signature[66] = 0, 0
	claims := fmt.Appendf(nil, `{"iss":%[1]q,"sub":%[1]q,"aud":"lasuite-meet","exp":%[2]d,"jti":%[3]q}`,
		clientID, time.Now().Unix()+60, uuid.NewString())
	return url.Values{
		"grant_type": {"client_credentials"}, "scope": {"user0@example.com"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {encode([]byte(`{"alg":"ES512"}`)) + "." + encode(claims) + "." + encode(signature)},
	}
}

// benchmarkFlood measures what others at the same address notice of a flood: the 99th percentiles of another application's tokens and
// lists of rooms, calm and flooded, medians of the rounds, and how many of them are refused.
func (d database) benchmarkFlood(b *testing.B) {
	d.copyApplication(b, quickClient, "other-", floodApplications)
	fmt.Print("\n| flood | tokens: p99 | lists: p99 | errors |\n| --- | --- | --- | --- |\n")
	for _, f := range []flood{
		{"wrong secrets for an application whose hash is Meet's", wrongSecrets, nil},
		{"made-up client ids", madeUpClients, nil},
		{"assertions of made-up clients (ES512)", madeUpAssertions, nil},
		{"wrong secrets, with the limits switched off", wrongSecrets,
			[]string{"EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE=0", "EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE=0"}},
	} {
		s := d.serve(b, f.settings...)
		token, list := tokenOperation("token", quickClient), listOperation(s.token(b, bystander))
		notice := func(o operation) measurement {
			var all []measurement
			for range floodRounds {
				all = append(all, measure(o, calmClients, s))
			}
			return medians(all)
		}
		calmToken, calmList := notice(token), notice(list)
		end := f.begin(b, s)
		floodedToken, floodedList := notice(token), notice(list)
		end()
		fmt.Printf("| %s | %.0f → %.0f ms | %.0f → %.0f ms | %d |\n", f.name, calmToken.p99, floodedToken.p99, calmList.p99, floodedList.p99,
			floodedToken.errors+floodedList.errors)
	}
}

// begin floods a server until the function that it returns is called. It waits until the first request has been refused for being
// one too many.
func (f flood) begin(b *testing.B, s server) (end func()) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	underWay := make(chan struct{})
	refused := sync.OnceFunc(func() { close(underWay) })
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		send(ctx, clients, func(i int) *http.Request {
			request := must(http.NewRequest(http.MethodPost, s.url+apiPath+"/application/token/", strings.NewReader(f.form(i).Encode())))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return request
		}, func(_, status int, _ time.Duration) {
			if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
				refused()
			}
		})
	}()
	select {
	case <-underWay:
	case <-time.After(time.Minute):
		b.Error("none of the flood is refused")
	}
	return func() { cancel(); <-ended }
}

// benchmarkFirstTokens measures the first tokens of applications whose hash is Meet's, which is computed for each of them: how many
// come, and how long they take, calm and while somebody at another address makes up client ids.
func (d database) benchmarkFirstTokens(b *testing.B) {
	d.copyApplication(b, slowClient, "first-", 2*firstTokens)
	s := d.serve(b, "EXTERNAL_API_TRUSTED_PROXIES=127.0.0.1/32")
	get := func(first int) (came int, slowest time.Duration) {
		for i := first; i < first+firstTokens; i++ {
			clientID := fmt.Sprint("first-", i)
			body := strings.Replace(tokenRequest(clientID, 0), secretOf(clientID), secretOf(slowClient), 1)
			request := must(http.NewRequest(http.MethodPost, s.url+apiPath+"/application/token/", strings.NewReader(body)))
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("X-Forwarded-For", "192.0.2.1")
			begin := time.Now()
			if statusOf(http.DefaultClient.Do(request)) == http.StatusOK {
				came++
			}
			slowest = max(slowest, time.Since(begin))
		}
		return came, slowest
	}
	came, slowest := get(0)
	require.Equal(b, firstTokens, came)
	end := flood{form: madeUpClients}.begin(b, s)
	floodedCame, floodedSlowest := get(firstTokens)
	end()
	fmt.Printf("\nFirst tokens of secrets that Meet hashed: the slowest of %d takes %.1f s; while somebody at another address makes up "+
		"client ids, %d of %d come, the slowest in %.1f s.\n", firstTokens, slowest.Seconds(), floodedCame, firstTokens, floodedSlowest.Seconds())
}
