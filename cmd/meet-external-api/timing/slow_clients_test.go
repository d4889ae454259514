//go:build !race

package timing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

const (
	slowClients = 2000
	// patience is how long a client waits that is not slow.
	patience = 300 * time.Millisecond
	// maxMemory is how much of the machine's memory the server takes, in bytes.
	maxMemory = 150 << 20
)

// Clients that are slow with whatever they can be slow with make nobody else wait, and take a bounded amount of memory.
func TestSlowClients(t *testing.T) {
	const host = " HTTP/1.1\r\nHost: localhost\r\n"
	long := strings.Repeat("x", 30_000)
	for name, request := range map[string]func(token string) string{
		"readers of lists": func(token string) string {
			return "GET /external-api/v1.0/rooms/?page_size=100" + host + "Authorization: Bearer " + token + "\r\n\r\n"
		},
		"readers of the specification": func(string) string {
			return strings.Repeat("GET /external-api/v1.0/openapi.json"+host+"\r\n", 8)
		},
		"headers": func(string) string { return "GET /external-api/v1.0/rooms/" + host + "X-Long: " + long },
		"bodies": func(string) string {
			return "POST /external-api/v1.0/application/token/" + host + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
		},
		"long bodies": func(string) string {
			return "POST /external-api/v1.0/application/token/" + host + "Content-Type: application/json\r\nContent-Length: 65000\r\n\r\n{" +
				`"x":"` + long + long + `"`
		},
		"long bodies with a token": func(token string) string {
			return "POST /external-api/v1.0/rooms/" + host + "Authorization: Bearer " + token +
				"\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n{" + `"x":"` + long + long + `"`
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			process := s.serve()
			base := strings.TrimSuffix(s.url, "/application/token/")
			address := strings.TrimPrefix(strings.TrimSuffix(base, handlers.BasePath), "http://")
			token := s.tokenWithRooms(100)
			for range slowClients {
				conn, err := net.Dial("tcp", address)
				require.NoError(t, err)
				t.Cleanup(func() { _ = conn.Close() })
				require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4096))
				go func() { _, _ = io.WriteString(conn, request(token)) }()
			}
			var waited []time.Duration
			for range 60 {
				begin := time.Now()
				request, err := http.NewRequest(http.MethodGet, base+"/rooms/", nil)
				require.NoError(t, err)
				request.Header.Set("Authorization", "Bearer "+token)
				response, err := http.DefaultClient.Do(request)
				require.NoError(t, err)
				_, err = io.Copy(io.Discard, response.Body)
				require.NoError(t, err)
				require.NoError(t, response.Body.Close())
				require.Equal(t, http.StatusOK, response.StatusCode)
				waited = append(waited, time.Since(begin))
			}
			slices.Sort(waited)
			memory := memoryOf(t, process.Pid)
			t.Logf("%d MB at most; waits: half %s, most %s, all %s", memory>>20, waited[30], waited[54], waited[59])
			require.Less(t, waited[30], patience)
			require.Less(t, memory, maxMemory)
		})
	}
}

// tokenWithRooms makes a user with so many rooms, and returns a token for it.
func (s *server) tokenWithRooms(rooms int) string {
	s.t.Helper()
	var user struct{ ID string }
	require.NoError(s.t, json.Unmarshal(s.cli("user", "create", "--email=user@example.com", "--json"), &user))
	pool, err := sqlx.Open("postgres", s.dsn)
	require.NoError(s.t, err)
	defer func() { _ = pool.Close() }()
	for range rooms {
		id := uuid.NewString()
		pool.MustExec(`insert into meet_resource (id, created_at, updated_at) values ($1, now(), now())`, id)
		pool.MustExec(`insert into meet_room (resource_id, name, slug, configuration, access_level)
			values (cast($1 as uuid), cast($1 as text), cast($1 as text), '{"can_publish_sources": ["camera", "microphone"], "everyone_can_mute": true}', 'public')`, id)
		pool.MustExec(`insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
			values ($1, now(), now(), 'owner', $2, $3)`, uuid.NewString(), id, user.ID)
	}
	var application struct{ ClientID, ClientSecret string }
	printed := s.cli("application", "create", "--name=Test", "--any-domain", "--scope=rooms:list", "--scope=rooms:create", "--json")
	require.NoError(s.t, json.Unmarshal(bytes.ReplaceAll(printed, []byte("client_"), []byte("client")), &application))
	response, err := http.PostForm(s.url, url.Values{
		"client_id": {application.ClientID}, "client_secret": {application.ClientSecret}, "grant_type": {"client_credentials"},
		"scope": {"user@example.com"},
	})
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	var token struct {
		Text string `json:"access_token"`
	}
	require.NoError(s.t, json.NewDecoder(response.Body).Decode(&token))
	return token.Text
}

// memoryOf is the largest amount of memory that a process had, in bytes.
func memoryOf(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, err := strconv.Atoi(strings.Fields(peak)[0])
	require.NoError(t, err)
	return kilobytes << 10
}
