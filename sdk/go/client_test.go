//go:build go1.25

package meet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// No text of a client has its secret, and none of a token the token, whatever prints it.
func TestSecretsAreHidden(t *testing.T) {
	t.Parallel()
	client, _ := connect(t)
	token := must(client.GenerateToken(t.Context(), email))(t)
	user := client.ForUser(email)
	must(user.ListRooms(t.Context(), api.ListRoomsParams{}))(t)
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("seen", "client", client, "user", user, "token", token, "value", *token,
			"request", api.TokenRequest{ClientSecret: clientSecret}, "reference", api.TokenReference{ClientSecret: clientSecret})
	}
	shown := log.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		shown += fmt.Sprintf(strings.Repeat(verb, 6), client, user, token, *token, api.TokenRequest{ClientSecret: clientSecret},
			&api.TokenReference{ClientSecret: clientSecret, Token: token.AccessToken})
	}
	for _, secret := range []string{clientSecret, token.AccessToken, fmt.Sprintf("%x", clientSecret), "eyJ"} {
		equal(t, strings.Contains(shown, secret), false)
	}
	equal(t, strings.Contains(shown, clientID), true)
}

// An address has to be one of a server, and an identifier one of a room.
func TestWhatIsNoAddressAndNoIdentifier(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "meet.example.org", "/external-api/v1.0", "ftp://meet.example.org", "http://%"} {
		if _, err := meet.NewClient(address, clientID, clientSecret, nil); err == nil {
			t.Error(address)
		}
	}
	client, sent := connect(t)
	for _, id := range []string{"", ".", ".."} {
		if err := client.ForUser(email).RemoveAccess(t.Context(), "a-room", id); err == nil {
			t.Error(id)
		}
	}
	for _, key := range []string{"r\u00e9union", "two\nlines"} {
		if _, err := client.ForUser(email).CreateRoom(t.Context(), api.RoomCreate{}, meet.IdempotencyKey(key)); err == nil {
			t.Error(key)
		}
	}
	equal(t, len(sent.requests("")), 0)
}

// Credentials are not sent to where a redirection leads, and what is not JSON is an error.
func TestOtherServers(t *testing.T) {
	t.Parallel()
	for status, body := range map[int]string{http.StatusTemporaryRedirect: "", http.StatusOK: "<html>", http.StatusTeapot: "<html>"} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		defer server.Close()
		client := must(meet.NewClient(server.URL, clientID, clientSecret, nil))(t)
		_, err := client.GenerateToken(t.Context(), email)
		equal(t, as[*meet.MeetError](t, err).Status, status)
		equal(t, asked, 1)
	}
}

// Where answers, or the rest of them, do not come in time, the context of the caller has not ended.
func TestAnswersThatDoNotComeInTime(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"", "{"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if start != "" {
				_, _ = w.Write([]byte(start))
				_ = http.NewResponseController(w).Flush()
			}
			<-r.Context().Done()
		}))
		defer server.Close()
		client := must(meet.NewClient(server.URL, clientID, clientSecret, &meet.Options{Timeout: 50 * time.Millisecond}))(t)
		_, err := client.ReadKeys(t.Context())
		is[*meet.NoAnswer](t, err)
		equal(t, errors.Is(err, context.DeadlineExceeded), false)
	}
}

// What README.md shows is in example_test.go, which compiles.
func TestREADME(t *testing.T) {
	t.Parallel()
	readme, examples := must(os.ReadFile("README.md"))(t), must(os.ReadFile("example_test.go"))(t)
	plain := strings.NewReplacer("\t", "").Replace
	blocks := strings.Split(string(readme), "```go\n")[1:]
	equal(t, len(blocks), 3)
	for _, block := range blocks {
		code, _, _ := strings.Cut(block, "```")
		equal(t, strings.Contains(plain(string(examples)), plain(code)), true)
	}
}
