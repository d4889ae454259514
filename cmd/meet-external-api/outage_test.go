package main

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// gate stands between the server and PostgreSQL: a listener that forwards connections while it is open.
type gate struct {
	listener net.Listener
	target   string
	mutex    sync.Mutex
	open     bool
	conns    []net.Conn
	// asked counts what the server sent at once, which is a round trip each.
	asked atomic.Int64
}

// newGate returns a gate before the database of dsn and the dsn that leads through it.
func newGate(t *testing.T, dsn string, open bool) (*gate, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := &gate{listener: listener, target: dbtest.Socket(dsn), open: open}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	go g.accept()
	t.Cleanup(func() { _ = listener.Close(); g.set(false) })
	return g, dsn + " host=" + host + " port=" + port
}

func (g *gate) accept() {
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.mutex.Lock()
		var server net.Conn
		if g.open {
			server, _ = net.Dial("unix", g.target)
		}
		if server == nil {
			_ = conn.Close()
			g.mutex.Unlock()
			continue
		}
		g.conns = append(g.conns, conn, server)
		g.mutex.Unlock()
		go pipe(conn, server, nil)
		go pipe(server, conn, &g.asked)
	}
}

func pipe(to, from net.Conn, pieces *atomic.Int64) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if pieces != nil {
			pieces.Add(1)
		}
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			_ = to.Close()
			return
		}
	}
}

// set opens the gate, or closes it and every connection through it.
func (g *gate) set(open bool) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.open = open
	if open {
		return
	}
	for _, conn := range g.conns {
		_ = conn.Close()
	}
	g.conns = nil
}

func TestDatabaseUnreachableAtStart(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.NewEmpty(t), false)
	s := startUnready(t, dsn)
	live, _ := s.sendAnywhere(http.MethodGet, "/__lbheartbeat__", nil)
	require.Equal(t, 200, live.status)
	ready, _ := s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
	require.Equal(t, 503, ready.status)
	require.NotEmpty(t, ready.header.Get("Retry-After"))
	s.log.wait(t, "not ready, trying again")
	token := signed(t, testKey, meetHeader, meetClaims(credentials{ID: "x"}, "x", nil))
	a := s.get("/rooms/", bearer(token))
	require.Equal(t, 503, a.status)
	require.Equal(t, "Service temporarily unavailable. Try again later.", a.detail())
	require.NotEmpty(t, a.header.Get("Retry-After"))
	a = s.post(tokenPath, tokenRequest(credentials{ID: "x", Secret: "y"}, nil))
	require.Equal(t, 503, a.status)
	require.Equal(t, "temporarily_unavailable", a.body["error"])

	g.set(true)

	s.log.wait(t, "ready")
	ready, _ = s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
	require.Equal(t, 200, ready.status)
	require.Equal(t, 401, s.get("/rooms/", bearer(token)).status)
}

func TestDatabaseAwayForAWhile(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.New(t), true)
	s := startUnready(t, dsn)
	s.log.wait(t, "ready")
	s.user("user@example.com")
	token := s.token(s.application(), "user@example.com")
	require.Equal(t, 201, s.post(roomsPath, "{}", bearer(token)).status)

	g.set(false)
	require.Equal(t, 503, s.get(roomsPath, bearer(token)).status)
	require.Equal(t, 503, s.post(roomsPath, "{}", bearer(token)).status)
	ready, _ := s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
	require.Equal(t, 503, ready.status)

	g.set(true)
	require.Equal(t, 201, s.post(roomsPath, "{}", bearer(token)).status)
	require.EqualValues(t, 2, s.get(roomsPath, bearer(token)).body["count"])
}

// A token takes one round trip to the database, and whatever is checked of a bearer token takes one.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.New(t), true)
	s := startUnready(t, dsn)
	s.log.wait(t, "ready")
	s.user("user@example.com")
	application := s.application()
	token := s.token(application, "user@example.com")
	s.get(roomsPath, bearer(token))
	const requests = 10
	for name, c := range map[string]struct {
		ask   func() answer
		trips int64
	}{
		"token": {func() answer { return s.post(tokenPath, tokenRequest(application, nil)) }, 1},
		"list":  {func() answer { return s.get(roomsPath, bearer(token)) }, 2},
	} {
		before := g.asked.Load()
		for range requests {
			require.Equal(t, 200, c.ask().status)
		}
		require.Equal(t, requests*c.trips, g.asked.Load()-before, name)
	}
}

// Without migrations the server is live but not ready, and says so.
func TestMigrationsLeftToTheOperator(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewEmpty(t), map[string]string{"EXTERNAL_API_MIGRATE": "false"})
	s.log.wait(t, "not ready, trying again")
	ready, _ := s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
	require.Equal(t, 503, ready.status)
	require.Equal(t, "3 migrations applied\n", s.cli("migrate"))
	require.Equal(t, "0 migrations applied\n", s.cli("migrate"))
	s.log.wait(t, "ready")
}
