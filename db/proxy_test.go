package db_test

import (
	"bytes"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// proxy stands between the package and PostgreSQL, and lets something happen to one message.
type proxy struct {
	t   *testing.T
	dsn string
	// message is how it is known: a COMMIT, or what executes a prepared statement.
	message []byte
	happens func(exchange)
	// reset is whether the client is cut off as by a machine that fell over, and not as by one that closes its connections.
	reset bool

	armed             atomic.Bool
	reached, finished chan struct{}
	// release is closed by the test.
	release chan struct{}
}

var (
	commitMessage  = []byte("Q\x00\x00\x00\x0bCOMMIT")
	executeMessage = []byte("E\x00\x00\x00\x09\x00")
)

// exchange is a message on its way.
type exchange struct {
	proxy   *proxy
	message []byte
	client  net.Conn
	server  net.Conn
	// answers are those of PostgreSQL after it.
	answers chan []byte
}

// What happens to a message, and to its answer.
var (
	answerLost = func(e exchange) {
		_, _ = e.server.Write(e.message)
		<-e.answers
		e.cut()
	}
	// Its last message, that PostgreSQL is ready for the next query, has 6 bytes.
	answerCutShort = func(e exchange) {
		_, _ = e.server.Write(e.message)
		answer := <-e.answers
		_, _ = e.client.Write(answer[:len(answer)-6])
		e.cut()
	}
	// Whoever looks for what was stored is not to be there before it.
	connectionLost = func(e exchange) {
		_, _ = e.server.Write(e.message)
		assert.Eventually(e.proxy.t, func() bool { return waiting(e.proxy.t, e.proxy.dsn) > 0 }, 20*time.Second, 5*time.Millisecond)
		e.cut()
		<-e.answers
	}
	deliveredLate = func(e exchange) {
		e.cut()
		<-e.proxy.release
		_, _ = e.server.Write(e.message)
		<-e.answers
	}
	neverDelivered = exchange.cut
)

func (e exchange) cut() {
	if e.proxy.reset {
		_ = e.client.(*net.TCPConn).SetLinger(0)
	}
	_ = e.client.Close()
}

// open starts the proxy and opens the database through it.
func (p *proxy) open(t *testing.T) *db.DB {
	t.Helper()
	p.t = t
	p.reached, p.finished, p.release = make(chan struct{}), make(chan struct{}), make(chan struct{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", dbtest.Socket(p.dsn))
			if err != nil {
				_ = client.Close()
				continue
			}
			go p.forward(client, server)
		}
	}()
	host, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	// Other limits of the role do not end the search for what was stored.
	return open(t, p.dsn+" host="+host+" port="+port+" lock_timeout=300")
}

func (p *proxy) forward(client, server net.Conn) {
	defer func() { _, _ = client.Close(), server.Close() }()
	answers := make(chan []byte, 1)
	var reached atomic.Bool
	go func() {
		defer close(answers)
		defer func() { _ = client.Close() }()
		buffer := make([]byte, 32<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil {
				return
			}
			if reached.Load() {
				answers <- bytes.Clone(buffer[:n])
			} else {
				_, _ = client.Write(buffer[:n])
			}
		}
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if bytes.Contains(buffer[:n], p.message) && p.armed.CompareAndSwap(true, false) {
			reached.Store(true)
			close(p.reached)
			p.happens(exchange{proxy: p, message: buffer[:n], client: client, server: server, answers: answers})
			_ = server.Close()
			close(p.finished)
			return
		}
		_, _ = server.Write(buffer[:n])
	}
}
