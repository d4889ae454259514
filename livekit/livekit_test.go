package livekit

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const room = "6c2f5a0e-1111-4222-8333-444455556666"

type received struct{ method, authorization, body string }

// rooms plays LiveKit's RoomService for rooms by name.
type rooms struct {
	before func(method string) // what happens before an answer

	mu       sync.Mutex
	metadata map[string]string
	calls    []received
	now, max int // calls at a time
}

func (s *rooms) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	method := r.Method + " " + r.URL.Path
	s.count(1, received{method, r.Header.Get("Authorization"), string(body)})
	defer s.count(-1)
	if s.before != nil {
		s.before(method)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var request struct {
		Names    []string
		Room     string
		Metadata string
	}
	if json.Unmarshal(body, &request) != nil || r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, `{"code":"malformed","msg":"not JSON"}`, http.StatusBadRequest)
		return
	}
	switch method {
	case listRooms:
		listed := []map[string]string{{"name": "another room", "metadata": "none of ours"}}
		for _, name := range request.Names {
			if metadata, ok := s.metadata[name]; ok {
				listed = append(listed, map[string]string{"name": name, "metadata": metadata})
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"rooms": listed})
	case updateRoomMetadata:
		if _, ok := s.metadata[request.Room]; !ok {
			http.Error(w, `{"code":"not_found","msg":"requested room does not exist"}`, http.StatusNotFound)
			return
		}
		s.metadata[request.Room] = request.Metadata
		_, _ = io.WriteString(w, `{"name":"room"}`)
	case deleteRoom:
		if _, ok := s.metadata[request.Room]; !ok {
			http.Error(w, `{"code":"not_found","msg":"requested room does not exist"}`, http.StatusNotFound)
			return
		}
		delete(s.metadata, request.Room)
		_, _ = io.WriteString(w, `{}`)
	default:
		http.Error(w, `{"code":"bad_route","msg":"no handler"}`, http.StatusNotFound)
	}
}

const (
	listRooms          = "POST /twirp/livekit.RoomService/ListRooms"
	updateRoomMetadata = "POST /twirp/livekit.RoomService/UpdateRoomMetadata"
	deleteRoom         = "POST /twirp/livekit.RoomService/DeleteRoom"
)

func (s *rooms) count(more int, calls ...received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now += more
	s.max = max(s.max, s.now)
	s.calls = append(s.calls, calls...)
}

func (s *rooms) methods() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var methods []string
	for _, call := range s.calls {
		methods = append(methods, call.method)
	}
	return methods
}

func (s *rooms) holds(room string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.metadata[room]
}

func (s *rooms) atATime() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.max
}

func newClient(t *testing.T, handler http.Handler, change func(*Options)) (*Client, *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	var written bytes.Buffer // read after Close
	o := Options{URL: server.URL, Key: "the-key", Secret: "the-secret", Log: slog.New(slog.NewTextHandler(&written, nil))}
	if change != nil {
		change(&o)
	}
	client, err := New(o)
	require.NoError(t, err)
	require.Equal(t, 2*time.Second, client.timeout)
	client.timeout = time.Minute // a slow machine is not what is tested
	t.Cleanup(client.Close)
	return client, &written
}

func TestUpdateRoom(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ held, want string }{
		"no metadata":     {``, `{"access_level":"trusted","configuration":{"a": "<b>"}}`},
		"an empty object": {` {} `, `{"access_level":"trusted","configuration":{"a": "<b>"}}`},
		"both are replaced": {
			`{"access_level":"public","configuration":{"old":true}}`,
			`{"access_level":"trusted","configuration":{"a": "<b>"}}`,
		},
		"other keys stay byte for byte": {
			`{"z": {"n": 1.0e2,  "s":"\u003c<"}, "a&\"": 12345678901234567890}`,
			`{"a\u0026\"":12345678901234567890,"access_level":"trusted","configuration":{"a": "<b>"},"z":{"n": 1.0e2,  "s":"\u003c<"}}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &rooms{metadata: map[string]string{room: test.held}}
			client, written := newClient(t, server, nil)
			configuration := json.RawMessage(`{"a": "<b>"}`)
			client.UpdateRoom(room, "trusted", configuration)
			clear(configuration) // it is the caller's
			client.Close()
			require.Equal(t, test.want, server.holds(room))
			require.Equal(t, []string{listRooms, updateRoomMetadata}, server.methods())
			require.JSONEq(t, `{"names":["`+room+`"]}`, server.calls[0].body)
			for _, call := range server.calls {
				requireToken(t, call.authorization, map[string]any{"roomAdmin": true, "roomList": true, "room": room})
			}
			require.Zero(t, client.failures.Load())
			require.Empty(t, written.String())
		})
	}
}

// requireToken checks an access token as LiveKit does: it is for this alone, and for a short while.
func requireToken(t *testing.T, authorization string, video map[string]any) {
	t.Helper()
	token, isBearer := strings.CutPrefix(authorization, "Bearer ")
	require.True(t, isBearer)
	parts := strings.Split(token, ".")
	require.Len(t, parts, 3)
	mac := hmac.New(sha256.New, []byte("the-secret"))
	mac.Write([]byte(parts[0] + "." + parts[1]))
	require.Equal(t, base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), parts[2])
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"alg":"HS256","typ":"JWT"}`, string(header))
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims struct {
		Issuer    string         `json:"iss"`
		NotBefore int64          `json:"nbf"`
		Expires   int64          `json:"exp"`
		Video     map[string]any `json:"video"`
	}
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&claims))
	require.Equal(t, "the-key", claims.Issuer)
	require.Equal(t, video, claims.Video)
	require.EqualValues(t, 70, claims.Expires-claims.NotBefore)
	require.LessOrEqual(t, claims.NotBefore, time.Now().Add(-10*time.Second).Unix())
	require.Greater(t, claims.Expires, time.Now().Unix())
}

func TestUpdateRoomThatIsNotThere(t *testing.T) {
	t.Parallel()
	server := &rooms{}
	client, written := newClient(t, server, nil)
	client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
	client.Close()
	require.Equal(t, []string{listRooms}, server.methods())
	require.Zero(t, client.failures.Load())
	require.Empty(t, written.String())
}

func TestUpdateRoomThatIsLeftMeanwhile(t *testing.T) {
	t.Parallel()
	server := &rooms{metadata: map[string]string{room: ""}}
	server.before = func(method string) {
		if method == updateRoomMetadata {
			server.mu.Lock()
			defer server.mu.Unlock()
			delete(server.metadata, room)
		}
	}
	client, written := newClient(t, server, nil)
	client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
	client.Close()
	require.Equal(t, []string{listRooms, updateRoomMetadata}, server.methods())
	require.Zero(t, client.failures.Load())
	require.Empty(t, written.String())
}

func TestUpdateRoomLeavesWhatItCannotMerge(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ held, configuration, want string }{
		"text":               {`hello`, `{}`, "the metadata is not a JSON object"},
		"null":               {`null`, `{}`, "the metadata is not a JSON object"},
		"an array":           {`[{}]`, `{}`, "the metadata is not a JSON object"},
		"two objects":        {`{}{}`, `{}`, "the metadata is not a JSON object"},
		"half an object":     {`{"a":`, `{}`, "the metadata is not a JSON object"},
		"no configuration":   {`{}`, ``, "the configuration is not JSON"},
		"half configuration": {`{}`, `{"a":1},"b":{`, "the configuration is not JSON"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &rooms{metadata: map[string]string{room: test.held}}
			client, written := newClient(t, server, nil)
			client.UpdateRoom(room, "trusted", json.RawMessage(test.configuration))
			client.Close()
			require.Equal(t, []string{listRooms}, server.methods())
			requireFailure(t, client, written, test.want)
		})
	}
}

func requireFailure(t *testing.T, client *Client, written *bytes.Buffer, want string) {
	t.Helper()
	require.Equal(t, int64(1), client.failures.Load())
	require.Equal(t, 1, strings.Count(written.String(), "\n"))
	require.Contains(t, written.String(), room)
	require.Contains(t, written.String(), want)
	require.NotContains(t, written.String(), "eyJ", "no token")
	require.NotContains(t, written.String(), "the-secret")
}

func TestUpdateRoomRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		want   string
	}{
		"token repeated": {
			401, `{"code":"unauthenticated","msg":"invalid token: TOKEN, error: expired"}`,
			`calling ListRooms: status 401, unauthenticated: invalid token: [token], error: expired"`,
		},
		"long":             {500, `{"code":"internal","msg":"` + strings.Repeat("é", 1000) + `"}`, "internal: " + strings.Repeat("é", 150) + `"`},
		"token as a code":  {401, `{"code":"TOKEN","msg":""}`, `status 401, [token]: `},
		"not of Twirp":     {502, `<html>TOKEN`, `calling ListRooms: status 502"`},
		"not found":        {404, `{"code":"not_found","msg":"where is it"}`, "not_found: where is it"},
		"success, no JSON": {200, `<html>`, "decoding the answer to ListRooms"},
		"too large":        {200, strings.Repeat(" ", 1<<20) + `{}`, "too large"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, written := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(test.status)
				token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
				_, _ = io.WriteString(w, strings.ReplaceAll(test.body, "TOKEN", token))
			}), nil)
			client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
			client.Close()
			requireFailure(t, client, written, test.want)
		})
	}
}

func TestLargestAnswer(t *testing.T) {
	t.Parallel()
	client, written := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat(" ", 1<<20-2)+`{}`)
	}), nil)
	client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
	client.Close()
	require.Empty(t, written.String())
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			elsewhere := &rooms{}
			other := httptest.NewServer(elsewhere)
			t.Cleanup(other.Close)
			client, written := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, other.URL+r.URL.Path, status)
			}), nil)
			client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
			client.Close()
			require.Empty(t, elsewhere.methods())
			requireFailure(t, client, written, fmt.Sprintf("status %d", status))
		})
	}
}

// The secret is taken as it is, whatever it looks like.
func TestSecretsOfAnyForm(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"short", "{\"kty\":\"oct\"}", "-----BEGIN PUBLIC KEY-----", " \xff\x00"} {
		client, _ := newClient(t, http.NotFoundHandler(), func(o *Options) { o.Secret = secret })
		token, err := client.newToken(changeRoom(room))
		require.NoError(t, err)
		signed, signature := token[:strings.LastIndexByte(token, '.')], token[strings.LastIndexByte(token, '.')+1:]
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(signed))
		require.Equal(t, base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), signature)
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	for _, insecure := range []bool{true, false} {
		t.Run(fmt.Sprintf("insecure %t", insecure), func(t *testing.T) {
			t.Parallel()
			server := &rooms{metadata: map[string]string{room: ""}}
			secure := httptest.NewUnstartedServer(server)
			secure.Config.ErrorLog = log.New(io.Discard, "", 0)
			secure.StartTLS()
			t.Cleanup(secure.Close)
			client, written := newClient(t, http.NotFoundHandler(), func(o *Options) {
				o.URL = strings.Replace(secure.URL, "https", "wss", 1) + "/"
				o.InsecureTLS = insecure
			})
			client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
			client.Close()
			if insecure {
				require.Equal(t, `{"access_level":"trusted","configuration":{}}`, server.holds(room))
				require.Zero(t, client.failures.Load())
				return
			}
			require.Empty(t, server.methods())
			requireFailure(t, client, written, "certificate")
		})
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ url, want string }{
		"http":      {"http://livekit:7880", "http://livekit:7880/twirp/livekit.RoomService"},
		"https":     {"https://livekit", "https://livekit/twirp/livekit.RoomService"},
		"ws":        {"ws://livekit:7880/", "http://livekit:7880/twirp/livekit.RoomService"},
		"wss, path": {"WSS://livekit/a/b", "https://livekit/a/b/twirp/livekit.RoomService"},
		"empty":     {"", ""},
		"no scheme": {"livekit:7880", ""},
		"ftp":       {"ftp://livekit", ""},
		"no host":   {"http://:7880", ""},
		"user":      {"http://user:hidden@livekit", ""},
		"query":     {"http://livekit?hidden", ""},
		"fragment":  {"http://livekit#hidden", ""},
		"broken":    {"http://user:hidden@livekit:port", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := New(Options{URL: test.url, Key: "the-key", Secret: "the-secret", Log: slog.New(slog.DiscardHandler)})
			if test.want == "" {
				require.ErrorContains(t, err, "the URL of LiveKit")
				require.NotContains(t, err.Error(), "hidden")
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, client.service.String())
		})
	}
}
