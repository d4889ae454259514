package db

import (
	"context"
	"net"
	"time"
)

// dialer makes connections on which no read or write waits longer than its timeout. The driver cancels a statement through
// the server, which does nothing when the host is gone.
type dialer struct{ *net.Dialer }

// DialContext implements pq.DialerContext.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return boundedConn{Conn: conn, timeout: d.Timeout}, nil
}

// DialTimeout implements pq.Dialer, whose methods the driver calls where there is no DialContext.
func (d dialer) DialTimeout(network, address string, _ time.Duration) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

type boundedConn struct {
	net.Conn
	timeout time.Duration
}

func (c boundedConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c boundedConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
