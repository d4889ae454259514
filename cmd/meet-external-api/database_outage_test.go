// The tests of docs/contract.md, "Conventions" and "Beside the API": a database that cannot be reached.

package main

import (
	"bytes"
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
	// loseCommit cuts the connection off at the next COMMIT, which is carried out.
	loseCommit atomic.Bool
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
		go pipe(conn, server, func([]byte) {})
		go pipe(server, conn, func(piece []byte) {
			g.asked.Add(1)
			if bytes.Contains(piece, []byte("COMMIT")) && g.loseCommit.CompareAndSwap(true, false) {
				_ = conn.Close()
			}
		})
	}
}

func pipe(to, from net.Conn, passing func(piece []byte)) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		passing(buffer[:n])
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

// How often requests wait for the database. A write takes four: BEGIN, its receipt, itself, COMMIT; a new room is one statement.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.New(t), true)
	s := startUnready(t, dsn)
	s.log.wait(t, "ready")
	s.user("user@example.com")
	s.user("bob@example.com")
	application := s.application()
	token := s.token(application, "user@example.com")
	room := "/rooms/" + s.post(roomsPath, "{}", bearer(token)).body["id"].(string) + "/"
	for name, c := range map[string]struct {
		request func() answer
		trips   int64
	}{
		"token":        {func() answer { return s.post(tokenPath, tokenRequest(application, nil)) }, 1},
		"list":         {func() answer { return s.get(roomsPath, bearer(token)) }, 1},
		"retrieve":     {func() answer { return s.get(room, bearer(token)) }, 1},
		"create":       {func() answer { return s.post(roomsPath, "{}", bearer(token)) }, 1},
		"update":       {func() answer { return s.patch(room, `{"access_level": "restricted"}`, bearer(token)) }, 1 + 4},
		"grant access": {func() answer { return s.post(room+"grant-access/", `{"email": "bob@example.com"}`, bearer(token)) }, 2 + 4},
	} {
		c.request() // which prepares the statements
		before := g.asked.Load()
		const requests = 10
		for range requests {
			require.Less(t, c.request().status, 300, name)
		}
		require.Equal(t, requests*c.trips, g.asked.Load()-before, name)
	}
}
