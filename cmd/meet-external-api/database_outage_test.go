// The tests of docs/contract.md, "Conventions" and "Beside the API": a database that cannot be reached.

package main

import (
	"bytes"
	"fmt"
	"math"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

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
	// freezeAfter is how many pieces more pass, in both directions, before nothing does any more, on new connections either; below 0: all.
	freezeAfter atomic.Int64
	// frozen is closed when the first piece is kept, ended with the test.
	freeze        sync.Once
	frozen, ended chan struct{}
}

// newGate returns a gate before the database of dsn and the dsn that leads through it.
func newGate(t *testing.T, dsn string, open bool) (*gate, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := &gate{listener: listener, target: dbtest.Socket(dsn), open: open, frozen: make(chan struct{}), ended: make(chan struct{})}
	g.freezeAfter.Store(-1)
	host, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	go g.accept()
	t.Cleanup(func() { _ = listener.Close(); g.set(false); close(g.ended) })
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
		go pipe(conn, server, func([]byte) { g.hold() })
		go pipe(server, conn, func(piece []byte) {
			g.asked.Add(1)
			g.hold()
			if bytes.Contains(piece, []byte("COMMIT")) && g.loseCommit.CompareAndSwap(true, false) {
				_ = conn.Close()
			}
		})
	}
}

// hold keeps a piece until the end of the test where the gate is frozen.
func (g *gate) hold() {
	for {
		left := g.freezeAfter.Load()
		switch {
		case left < 0:
			return
		case left == 0:
			g.freeze.Do(func() { close(g.frozen) })
			<-g.ended
			return
		case g.freezeAfter.CompareAndSwap(left, left-1):
			return
		}
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

// lead makes the gate one to another database, with every connection through it closed.
func (g *gate) lead(dsn string) {
	g.set(false)
	g.mutex.Lock()
	g.target = dbtest.Socket(dsn)
	g.mutex.Unlock()
	g.set(true)
}

func TestDatabaseUnreachableAtStart(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.NewBesideMeet(t), false)
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

// A database that freezes says nothing, not even that it is gone: a request waits 10 s in all, also one that has begun a transaction, or
// wants to know what became of one.
func TestDatabaseFreezes(t *testing.T) {
	t.Parallel()
	g, dsn := newGate(t, dbtest.New(t), true)
	s := startUnready(t, dsn)
	s.log.wait(t, "ready")
	s.user("user@example.com")
	application := s.application()
	token := s.token(application, "user@example.com")
	room := "/rooms/" + s.post(roomsPath, "{}", bearer(token)).body["id"].(string) + "/"
	update := func() answer { return s.patch(room, `{"access_level": "restricted"}`, bearer(token)) }
	timed := func(name string, request func() answer) error {
		begun := time.Now()
		a := request()
		if took := time.Since(begun); a.status != 503 || took > 15*time.Second {
			return fmt.Errorf("%s: %d after %s", name, a.status, took)
		}
		return nil
	}
	g.freezeAfter.Store(5) // in the transaction
	var requests errgroup.Group
	requests.Go(func() error { return timed("the one that has begun", update) })
	<-g.frozen
	for name, request := range map[string]func() answer{
		"update": update,
		"create": func() answer { return s.post(roomsPath, "{}", bearer(token)) },
		"list":   func() answer { return s.get(roomsPath, bearer(token)) },
		"token":  func() answer { return s.post(tokenPath, tokenRequest(application, nil)) },
	} {
		requests.Go(func() error { return timed(name, request) })
	}
	require.NoError(t, requests.Wait())
}

// Wherever the database freezes while a server starts: it is live, it is not ready, and SIGTERM ends it at once.
func TestDatabaseFreezesAtTheStart(t *testing.T) {
	t.Parallel()
	for _, pieces := range []int64{0, 1, 7, 15, 25, 40} {
		t.Run(fmt.Sprintf("after %d pieces", pieces), func(t *testing.T) {
			t.Parallel()
			direct := dbtest.New(t)
			(&instance{t: t, dsn: direct}).sql(`drop schema external_api cascade`)
			g, dsn := newGate(t, direct, true)
			g.freezeAfter.Store(pieces)
			p := startProcess(t, map[string]string{"DATABASE_URL": dsn, "EXTERNAL_API_DRAIN_SECONDS": "0"})
			url := p.url(t)
			<-g.frozen
			require.Equal(t, 200, statusOf(t, url+"/__lbheartbeat__"))
			require.Equal(t, 503, statusOf(t, url+"/__heartbeat__"))

			begun := time.Now()
			require.NoError(t, p.Process.Signal(syscall.SIGTERM))

			require.NoError(t, p.Wait())
			require.Less(t, time.Since(begun), 8*time.Second, "an answer would be waited for 10 s")
			require.Contains(t, p.log.String(), "stopped")
		})
	}
}

// A migration of Meet's that locks a table holds up the requests that read it, and no others.
func TestALockedTable(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	for table, answers := range map[string]bool{"meet_room": true, "meet_user": false} {
		held, err := s.pool().Beginx()
		require.NoError(t, err)
		_, err = held.Exec(`lock table ` + table + ` in access exclusive mode`)
		require.NoError(t, err)
		var lists errgroup.Group
		for range 100 {
			lists.Go(func() error {
				if a := s.get(roomsPath, bearer(token)); a.status != 200 {
					return fmt.Errorf("%d %s", a.status, a.raw)
				}
				return nil
			})
		}
		require.Eventually(t, func() bool {
			var waiting int
			err := s.pool().Get(&waiting, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
			return err == nil && waiting >= 10
		}, eventually, tick, "all connections for rooms wait")

		for range 20 {
			ready, _ := s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
			require.Equal(t, 200, ready.status)
			if answers {
				require.Equal(t, 200, s.tokenStatus(application))
			}
		}
		require.NoError(t, held.Rollback())
		require.NoError(t, lists.Wait(), "they were waiting")
	}
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
		"cursor":       {func() answer { return s.get(roomsPath+"?cursor=&role=owner", bearer(token)) }, 1},
		"retrieve":     {func() answer { return s.get(room, bearer(token)) }, 1},
		"create":       {func() answer { return s.post(roomsPath, "{}", bearer(token)) }, 1},
		"update":       {func() answer { return s.patch(room, `{"access_level": "restricted"}`, bearer(token)) }, 6},
		"grant access": {func() answer { return s.post(room+"grant-access/", `{"email": "bob@example.com"}`, bearer(token)) }, 2 + 4},
	} {
		c.request() // which prepares the statements
		// The server inspects the database now and then, too: the fewest count.
		least := int64(math.MaxInt64)
		for range 20 {
			before := g.asked.Load()
			require.Less(t, c.request().status, 300, name)
			least = min(least, g.asked.Load()-before)
		}
		require.Equal(t, c.trips, least, name)
	}
}
