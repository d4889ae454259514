package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/handlers"
)

// bench is what is measured: a database with one application and one user who has some rooms, and a request for each
// operation.
type bench struct {
	dsn        string
	clientID   string
	user       string
	operations []operation
}

type operation struct {
	name, method, path, body, token string
}

func (o operation) request() *http.Request {
	request := httptest.NewRequest(o.method, "http://localhost"+handlers.BasePath+o.path, strings.NewReader(o.body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+o.token)
	return request
}

func newBench(b *testing.B) bench {
	b.Helper()
	s := start(b)
	application := s.application()
	user := s.user("user@example.com")
	token := s.token(application, "user@example.com")
	var room string
	for i := range 100 {
		room = s.seed(user, "owner", fmt.Sprintf("room %03d", i))
	}
	s.sql("analyze")
	credentials, err := json.Marshal(tokenRequest(application, nil))
	require.NoError(b, err)
	return bench{dsn: s.dsn, clientID: application.ID, user: user, operations: []operation{
		{"token", http.MethodPost, "/application/token/", string(credentials), ""},
		{"list", http.MethodGet, "/rooms/", "", token},
		{"retrieve", http.MethodGet, "/rooms/" + room + "/", "", token},
		{"create", http.MethodPost, "/rooms/", "{}", token},
	}}
}

// newBare is the least that could be done: Echo's router, the same prepared SQL, the same JWT, and the rows as JSON. No
// authentication, no validation, no log.
func newBare(store *db.DB, tokens *auth.Tokens, clientID, user string) *echo.Echo {
	e := echo.New()
	base := handlers.BasePath
	e.POST(base+"/application/token/", func(c echo.Context) error {
		var body struct {
			ClientID string `json:"client_id"`
			Scope    string `json:"scope"`
		}
		if err := c.Bind(&body); err != nil {
			return err
		}
		client, err := store.ClientAndUsers(c.Request().Context(), body.ClientID, body.Scope)
		if err != nil {
			return err
		}
		token, err := tokens.Issue(client.ClientID, client.Users[0].ID, client.Scopes, nil)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 3600})
	})
	// withCaller runs what each request to /rooms runs first.
	withCaller := func(next func(ctx context.Context, c echo.Context, caller db.Caller) (any, error)) echo.HandlerFunc {
		return func(c echo.Context) error {
			ctx := c.Request().Context()
			caller, err := store.Caller(ctx, clientID, user, "")
			if err != nil {
				return err
			}
			result, err := next(ctx, c, caller)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, result)
		}
	}
	e.GET(base+"/rooms/", withCaller(func(ctx context.Context, _ echo.Context, caller db.Caller) (any, error) {
		rooms, _, err := store.Rooms(ctx, db.RoomFilter{UserID: caller.UserID}, 20, 0)
		return rooms, err
	}))
	e.GET(base+"/rooms/:id/", withCaller(func(ctx context.Context, c echo.Context, caller db.Caller) (any, error) {
		room, _, err := store.Room(ctx, db.RoomFilter{UserID: caller.UserID}, c.Param("id"))
		return room, err
	}))
	e.POST(base+"/rooms/", withCaller(func(ctx context.Context, _ echo.Context, caller db.Caller) (any, error) {
		return store.CreateRoom(ctx, db.NewRoom{
			OwnerID: caller.UserID, ApplicationID: caller.ApplicationID, AccessLevel: "trusted",
			Configuration: json.RawMessage("{}"), DrawName: func() string { return auth.RandomString(10) },
		})
	}))
	return e
}

func openStore(b *testing.B, dsn string) *db.DB {
	b.Helper()
	store, err := db.Open(dsn)
	require.NoError(b, err)
	b.Cleanup(func() { _ = store.Close() })
	require.NoError(b, store.Prepare(context.Background()))
	return store
}

func benchSettings(b *testing.B) (settings, *auth.Tokens) {
	b.Helper()
	s, err := readSettings(getenv(map[string]string{
		"APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0",
	}))
	require.NoError(b, err)
	tokens, err := s.tokens()
	require.NoError(b, err)
	return s, tokens
}

// BenchmarkHandler measures one request after the other without the network: time and allocations, beside the bare handler.
func BenchmarkHandler(b *testing.B) {
	measured := newBench(b)
	store := openStore(b, measured.dsn)
	s, tokens := benchSettings(b)
	log := slog.New(slog.DiscardHandler)
	attempts, err := s.newAttempts(log)
	require.NoError(b, err)
	server, err := newServer(parts{settings: s, store: store, attempts: attempts, ready: store.Ping, log: log})
	require.NoError(b, err)
	for _, operation := range measured.operations {
		for name, handler := range map[string]http.Handler{"this": server, "bare": newBare(store, tokens, measured.clientID, measured.user)} {
			b.Run(operation.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					recorder := httptest.NewRecorder()
					handler.ServeHTTP(recorder, operation.request())
					if recorder.Code >= 300 {
						b.Fatal(recorder.Code, recorder.Body)
					}
				}
			})
		}
	}
}

// serveBare is the bare server as a process of its own, see TestMain.
func serveBare() {
	store, err := db.Open(os.Getenv("DATABASE_URL"))
	if err == nil {
		err = store.Prepare(context.Background())
	}
	if err != nil {
		panic(err)
	}
	s, err := readSettings(os.Getenv)
	if err != nil {
		panic(err)
	}
	tokens, err := s.tokens()
	if err != nil {
		panic(err)
	}
	e := newBare(store, tokens, os.Getenv("BARE_CLIENT_ID"), os.Getenv("BARE_USER"))
	e.HideBanner = true
	panic(e.Start(os.Getenv("EXTERNAL_API_LISTEN")))
}

const (
	loadRounds      = 5
	loadRound       = 3 * time.Second
	loadConnections = 16
)

// BenchmarkLoad puts both servers, as processes of their own, under the load of wrk, in turns so that a noisy machine is
// noisy for both, and reports the medians: this server's requests per second, latencies, and its share of the bare one's.
// The load on this server adds up to a minute; then its memory is read.
func BenchmarkLoad(b *testing.B) {
	measured := newBench(b)
	begin := time.Now()
	this := startProcess(b, map[string]string{"DATABASE_URL": measured.dsn, "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0"})
	this.log.wait(b, "ready")
	ready := time.Since(begin)
	address := this.log.wait(b, "listening")["address"].(string)
	bareAddress := "127.0.0.1:18081"
	startProcess(b, map[string]string{
		"BE_THE_BARE_SERVER": "1", "DATABASE_URL": measured.dsn, "EXTERNAL_API_LISTEN": bareAddress,
		"BARE_CLIENT_ID": measured.clientID, "BARE_USER": measured.user,
	})
	require.Eventually(b, func() bool {
		response, err := http.Get("http://" + bareAddress + "/")
		if err == nil {
			_ = response.Body.Close()
		}
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
	for _, operation := range measured.operations {
		b.Run(operation.name, func(b *testing.B) {
			var ours, bares []load
			for range loadRounds {
				ours = append(ours, wrk(b, address, operation))
				bares = append(bares, wrk(b, bareAddress, operation))
			}
			our, bare := median(ours), median(bares)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(our.perSecond, "req/s")
			b.ReportMetric(our.p50, "p50-ms")
			b.ReportMetric(our.p99, "p99-ms")
			b.ReportMetric(bare.perSecond, "bare-req/s")
			b.ReportMetric(bare.p99, "bare-p99-ms")
			b.ReportMetric(our.perSecond/bare.perSecond, "of-bare")
		})
	}
	b.Run("process", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(ready.Milliseconds()), "ready-ms")
		b.ReportMetric(residentMB(b, this.Process.Pid), "resident-MB")
	})
}

// load is what wrk measured; latencies in milliseconds.
type load struct{ perSecond, p50, p99 float64 }

func median(loads []load) load {
	slices.SortFunc(loads, func(x, y load) int { return int(x.perSecond - y.perSecond) })
	return loads[len(loads)/2]
}

var (
	wrkRate    = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkLatency = regexp.MustCompile(`(?m)^\s+(50|99)%\s+([\d.]+)(us|ms|s)$`)
)

func wrk(b *testing.B, address string, o operation) load {
	b.Helper()
	script := filepath.Join(b.TempDir(), "request.lua")
	require.NoError(b, os.WriteFile(script, fmt.Appendf(nil, `
		wrk.method = %q
		wrk.body = %q
		wrk.headers["Content-Type"] = "application/json"
		wrk.headers["Authorization"] = "Bearer %s"
	`, o.method, o.body, o.token), 0o600))
	output, err := exec.Command("wrk", "-t1", "-c"+strconv.Itoa(loadConnections), "-d"+loadRound.String(), "--latency", "-s", script,
		"http://"+address+handlers.BasePath+o.path).CombinedOutput()
	require.NoError(b, err, "%s", output)
	require.NotContains(b, string(output), "Non-2xx", "%s", output)
	var l load
	l.perSecond = parsed(b, wrkRate.FindStringSubmatch(string(output))[1])
	for _, match := range wrkLatency.FindAllStringSubmatch(string(output), -1) {
		milliseconds := parsed(b, match[2]) * map[string]float64{"us": 0.001, "ms": 1, "s": 1000}[match[3]]
		if match[1] == "50" {
			l.p50 = milliseconds
		} else {
			l.p99 = milliseconds
		}
	}
	return l
}

func parsed(b *testing.B, text string) float64 {
	b.Helper()
	number, err := strconv.ParseFloat(text, 64)
	require.NoError(b, err)
	return number
}

func residentMB(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	require.NoError(b, err)
	match := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindStringSubmatch(string(status))
	require.NotNil(b, match)
	return parsed(b, match[1]) / 1024
}
