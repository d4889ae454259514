package db

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// cancelTimeout is how long a request to cancel a statement may take. The driver waits for it, and a server that does not answer the
// one does not answer the other.
const cancelTimeout = time.Second

// dialer makes the socket of one connection of the driver's, and those by which it then asks the server to cancel a statement.
type dialer struct {
	// timeout is how long each read and write waits, and a socket for its server.
	timeout time.Duration

	mutex         sync.Mutex
	socket        *socket
	opened, ended bool
}

// DialContext implements pq.DialerContext.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d.mutex.Lock()
	opened := d.opened
	d.mutex.Unlock()
	if opened {
		return dialToCancel(ctx, network, address)
	}
	conn, err := (&net.Dialer{Timeout: d.timeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.socket != nil {
		_ = d.socket.Close() // that of another host, or of another try to encrypt
	}
	d.socket = &socket{Conn: conn, timeout: d.timeout}
	if d.ended {
		d.socket.end()
	}
	return d.socket, nil
}

func dialToCancel(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: cancelTimeout}).DialContext(ctx, network, address)
	if err == nil {
		time.AfterFunc(cancelTimeout, func() { _ = conn.Close() })
	}
	return conn, err
}

// DialTimeout and Dial implement pq.Dialer, whose methods the driver calls where there is no DialContext.
func (d *dialer) DialTimeout(network, address string, _ time.Duration) (net.Conn, error) {
	return d.Dial(network, address)
}

// Dial is described at DialTimeout.
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// end gives up the connection that is being opened.
func (d *dialer) end() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.ended = true
	if d.socket != nil {
		d.socket.end()
	}
}

// open notes that the connection is open, and returns its socket.
func (d *dialer) open() *socket {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.opened = true
	return d.socket
}

// socket is a net.Conn on which no read or write waits longer than its timeout. The driver cancels a statement through the server, which
// does nothing when the host is gone, and bounds nothing else.
type socket struct {
	net.Conn
	timeout time.Duration
	// broken is whether a connection on it is of no use any more, of which the driver notices not every case.
	broken atomic.Bool
}

// end breaks what is being read or written.
func (s *socket) end() {
	s.broken.Store(true)
	_ = s.Close()
}

func (s *socket) Read(p []byte) (int, error) {
	err := s.SetReadDeadline(time.Now().Add(s.timeout))
	n := 0
	if err == nil {
		n, err = s.Conn.Read(p)
	}
	if err != nil {
		s.broken.Store(true)
	}
	return n, err
}

func (s *socket) Write(p []byte) (int, error) {
	err := s.SetWriteDeadline(time.Now().Add(s.timeout))
	n := 0
	if err == nil {
		n, err = s.Conn.Write(p)
	}
	if err != nil {
		s.broken.Store(true)
	}
	return n, err
}
