//go:build go1.25

// The tests use the client as a stranger would, by what it exports, against the server of tools/sdks.sh, a sandbox that makes the faults
// that Sandbox-Fault asks for. Where they wait, they do in a bubble of testing/synctest: its clock goes on when all have stopped, and a
// minute takes no time.
package meet_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

var (
	url, clientID, clientSecret = variable("MEET_URL"), variable("CLIENT_ID"), variable("CLIENT_SECRET")
	email, colleague            = variable("USER_EMAIL"), variable("COLLEAGUE_EMAIL")
)

func variable(name string) string {
	value := os.Getenv(name)
	if value == "" {
		panic(name + " is not set: tools/sdks.sh go runs these tests")
	}
	return value
}

// wire is what a client of a test sends its requests by: it adds headers, and keeps what was sent.
type wire struct {
	header    http.Header
	transport http.Transport

	mu   sync.Mutex
	sent []*http.Request
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	for name, values := range w.header {
		r.Header[name] = values
	}
	w.mu.Lock()
	w.sent = append(w.sent, r)
	w.mu.Unlock()
	return w.transport.RoundTrip(r)
}

// requests are those that were sent to a path, such as POST /rooms/, or all for an empty one.
func (w *wire) requests(to string) []*http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []*http.Request
	for _, r := range w.sent {
		if _, path, _ := strings.Cut(r.URL.Path, "/v1.0"); to == "" || to == r.Method+" "+path {
			found = append(found, r)
		}
	}
	return found
}

// connect makes a client of the demo application. With faults, such as 503;on=createRoom, its requests take them one after the other.
func connect(t *testing.T, faults ...string) (*meet.Client, *wire) {
	header := http.Header{}
	if len(faults) > 0 {
		header.Set("Sandbox-Fault", strings.Join(faults, ", "))
		header.Set("Sandbox-Run", rand.Text())
	}
	return connectWith(t, header, clientID, clientSecret, 0)
}

// always is as connect, but each request that fits takes the fault.
func always(t *testing.T, fault string) (*meet.Client, *wire) {
	return connectWith(t, http.Header{"Sandbox-Fault": {fault}}, clientID, clientSecret, 0)
}

func connectWith(t *testing.T, header http.Header, id, secret string, timeout time.Duration) (*meet.Client, *wire) {
	// No connection stays open that a bubble would wait for.
	w := &wire{header: header, transport: http.Transport{DisableKeepAlives: true}}
	client, err := meet.NewClient(url, id, secret, &meet.Options{HTTPClient: &http.Client{Transport: w}, Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	return client, w
}

// book makes a room of the user, which is deleted in the end.
func book(t *testing.T, room api.RoomCreate) *api.Room {
	client, _ := connect(t)
	user := client.ForUser(email)
	made := must(user.CreateRoom(t.Context(), room))(t)
	t.Cleanup(func() {
		err := user.DeleteRoom(context.WithoutCancel(t.Context()), made.ID)
		if gone := (*meet.RoomNotFound)(nil); err != nil && !errors.As(err, &gone) {
			t.Error(err)
		}
	})
	return made
}

// must is a result without an error.
func must[Result any](result Result, err error) func(*testing.T) Result {
	return func(t *testing.T) Result {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
}

// as is an error as one of its types. It fails the test where it is none.
func as[Type error](t *testing.T, err error) Type {
	t.Helper()
	var found Type
	if !errors.As(err, &found) {
		t.Fatalf("got %T %v, want %T", err, err, found)
	}
	return found
}

// is fails the test where an error is not of a type.
func is[Type error](t *testing.T, err error) {
	t.Helper()
	_ = as[Type](t, err)
}

func equal[Value comparable](t *testing.T, got, want Value) {
	t.Helper()
	if got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
}
