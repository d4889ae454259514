// The tests of docs/contract.md, "Small print": what the answers of a server say that is stopping, and that none is missing.

package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// connection is that of a client which sends one request after the other and tries none again.
type connection struct {
	net.Conn
	reader *bufio.Reader
}

func dial(t *testing.T, url string) *connection {
	t.Helper()
	c, err := connect(url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func connect(url string) (*connection, error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		return nil, err
	}
	return &connection{conn, bufio.NewReader(conn)}, nil
}

// ask sends a request and reads its answer to the end.
func (c *connection) ask(request string) (*http.Response, error) {
	if _, err := io.WriteString(c, request); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(io.Discard, response.Body)
	return response, err
}

const live = "GET /__lbheartbeat__ HTTP/1.1\r\nHost: localhost\r\n\r\n"

// Clients that keep their connections, and go on until an answer tells them to close, lose no request.
func TestDrainLosesNoRequest(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	token := "GET /external-api/v1.0/rooms/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n"
	for n := range 10 {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			p := startProcess(t, map[string]string{"DATABASE_URL": dsn, "EXTERNAL_API_DRAIN_SECONDS": "1"})
			url := p.url(t)
			p.log.wait(t, "ready")
			var group sync.WaitGroup
			var answered atomic.Int64
			for i := range 16 {
				c := dial(t, url)
				group.Go(func() {
					for request := []string{live, token}[i%2]; ; {
						response, err := c.ask(request)
						if err != nil {
							t.Errorf("after %d answers: %v", answered.Load(), err)
							return
						}
						if answered.Add(1); response.Close {
							return
						}
					}
				})
			}
			require.Eventually(t, func() bool { return answered.Load() > 100 }, eventually, tick)
			require.NoError(t, p.Process.Signal(syscall.SIGTERM))
			group.Wait()
			require.NoError(t, p.Wait())
		})
	}
}

// From SIGTERM on, every answer says so, of whatever path and status, also to a request that came before it; and new connections
// are taken until the time is over.
func TestAnswersWhileDraining(t *testing.T) {
	t.Parallel()
	p := startProcess(t, map[string]string{"DATABASE_URL": dbtest.New(t), "EXTERNAL_API_DRAIN_SECONDS": "600"})
	url := p.url(t)
	p.log.wait(t, "ready")
	flying := dial(t, url)
	_, err := io.WriteString(flying, "POST /external-api/v1.0/application/token/ HTTP/1.1\r\nHost: localhost\r\n"+
		"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{")
	require.NoError(t, err)
	idle := dial(t, url)
	response, err := idle.ask(live)
	require.NoError(t, err)
	require.False(t, response.Close)

	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	p.log.wait(t, "shutting down")

	response, err = flying.ask("}")
	require.NoError(t, err)
	require.Equal(t, 400, response.StatusCode)
	require.True(t, response.Close, "the request came before")
	response, err = idle.ask(live)
	require.NoError(t, err)
	require.True(t, response.Close, "the connection was there before")
	for path, status := range map[string]int{
		"/__lbheartbeat__": 200, "/__heartbeat__": 503, "/external-api/v1.0/openapi.json": 200, "/external-api/v1.0/docs": 200,
		"/external-api/v1.0/rooms/": 401, "/external-api/v1.0/application/token/": 405, "/nowhere": 404,
	} {
		c := dial(t, url)
		response, err := c.ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
		require.NoError(t, err)
		require.Equal(t, status, response.StatusCode, path)
		require.True(t, response.Close, path)
		require.NoError(t, c.SetReadDeadline(time.Now().Add(eventually)))
		_, err = c.reader.ReadByte()
		require.ErrorIs(t, err, io.EOF, "and the server closes it")
	}
}
