package db_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// line forwards what the package and PostgreSQL say to each other, piece by piece, until one is lost.
type line struct {
	server string
	// lost is the number of the piece that is lost, from 1 on; 0: none. Where the line freezes, all others after it are lost too, on new
	// connections as well.
	lost    atomic.Int64
	freezes bool
	passed  atomic.Int64
	ended   chan struct{}
	// end cuts it, so that no connection waits any more.
	end func()
}

// newLine returns a line to the database and the address that leads through it.
func newLine(t *testing.T, dsn string, freezes bool) (*line, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &line{server: dbtest.Socket(dsn), freezes: freezes, ended: make(chan struct{})}
	l.end = sync.OnceFunc(func() { _ = listener.Close(); close(l.ended) })
	t.Cleanup(l.end)
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go l.connect(client)
		}
	}()
	host, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return l, dsn + " host=" + host + " port=" + port
}

func (l *line) connect(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("unix", l.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var both sync.WaitGroup
	both.Go(func() { l.forward(client, server) })
	both.Go(func() { l.forward(server, client) })
	both.Wait()
}

func (l *line) forward(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			number, lost := l.passed.Add(1), l.lost.Load()
			switch {
			case lost > 0 && l.freezes && number >= lost:
				<-l.ended
				_, _ = to.Close(), from.Close()
				return
			case lost != number:
				_, _ = to.Write(buffer[:n])
			}
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

// arm lets the piece with that number be lost, from now on.
func (l *line) arm(number int64) {
	l.passed.Store(0)
	l.lost.Store(number)
}

const (
	// patience is the time of a request in these tests, and soon is well below the double of the 10 s that it has otherwise.
	patience = time.Second
	soon     = 8 * time.Second
)

// Whenever the database freezes, a write ends when the time of its request is over.
func TestWritesWhileTheDatabaseFreezes(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	// The line is that of the write alone: what it is tried on comes past it.
	beside := open(t, dsn)
	all := maps.Clone(writes)
	createRoom := all["UpdateRoom"]
	createRoom.do = func(ctx context.Context, s subject) (any, error) {
		room, _, err := s.store.CreateRoom(ctx, s.caller, newRoom(uuid.NewString()))
		return room, err
	}
	all["CreateRoom"] = createRoom
	for name, write := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var group errgroup.Group
			group.SetLimit(16)
			points := int64(1)
			for point := int64(0); point <= points; point++ {
				l, through := newLine(t, dsn, true)
				s := newSubject(t, beside)
				s.store = open(t, through)
				attempt := func() error {
					defer l.end() // the connections of all points together would be too many
					defer func() { _ = s.store.Close() }()
					l.arm(point)
					ctx, cancel := context.WithTimeout(context.Background(), patience)
					defer cancel()
					begun := time.Now()
					_, err := write.do(ctx, s)
					return l.judge(err, time.Since(begun))
				}
				if point == 0 {
					require.NoError(t, attempt())
					points = l.passed.Load()
					continue
				}
				group.Go(attempt)
			}
			require.NoError(t, group.Wait())
		})
	}
}

// judge says what is wrong with the end of a write.
func (l *line) judge(err error, took time.Duration) error {
	frozen := l.lost.Load() > 0 && l.passed.Load() >= l.lost.Load()
	switch {
	case took > soon:
		return fmt.Errorf("frozen at piece %d: it took %s", l.lost.Load(), took)
	case frozen && !isUnavailable(err):
		return fmt.Errorf("frozen at piece %d: %w", l.lost.Load(), err)
	case !frozen:
		return err
	}
	return nil
}

// Whatever piece is lost at the start, another attempt comes soon and succeeds.
func TestStartsOfWhichAPieceIsLost(t *testing.T) {
	t.Parallel()
	points, err := startWithout(t, dbtest.New(t), 0)
	require.NoError(t, err)
	require.Greater(t, points, int64(20))
	var group errgroup.Group
	const lanes = 8
	for lane := range int64(lanes) {
		dsn := dbtest.New(t)
		group.Go(func() error {
			for point := lane + 1; point <= points; point += lanes {
				if _, err := startWithout(t, dsn, point); err != nil {
					return fmt.Errorf("piece %d of %d: %w", point, points, err)
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
}

// startWithout starts twice on a database without our schema, of which a piece is lost the first time, and returns how many there were.
func startWithout(t *testing.T, dsn string, piece int64) (pieces int64, err error) {
	t.Helper()
	execute(t, dsn, `drop schema external_api cascade`)
	l, through := newLine(t, dsn, false)
	l.arm(piece)
	begun := time.Now()
	err = begin(through)
	if took := time.Since(begun); took > soon {
		return 0, fmt.Errorf("it took %s: %w", took, err)
	}
	return l.passed.Load(), begin(through)
}

// begin does what serve does until it is ready.
func begin(dsn string) error {
	if _, err := db.MigrateWithin(context.Background(), dsn, patience); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	store, err := db.Open(dsn)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	_, err = store.TransactionPooler(ctx)
	return errors.Join(err, store.CheckSchema(ctx), store.Prepare(ctx))
}
