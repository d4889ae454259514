package livekit

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// gate holds calls of one method: each says that it has arrived, and goes on once open has been called.
type gate struct {
	method  string
	arrived chan struct{}
	opened  chan struct{}
	open    func()
}

func newGate(method string) *gate {
	g := &gate{method: method, arrived: make(chan struct{}, 1000), opened: make(chan struct{})}
	g.open = sync.OnceFunc(func() { close(g.opened) })
	return g
}

func (g *gate) pass(method string) {
	if method == g.method {
		g.arrived <- struct{}{}
		<-g.opened
	}
}

func TestHangIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, method := range []string{listRooms, updateRoomMetadata} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			g := newGate(method)
			client, written := newClient(t, &rooms{before: g.pass, metadata: map[string]string{room: ""}}, nil)
			t.Cleanup(g.open)
			client.timeout = 200 * time.Millisecond
			client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
			client.Close()
			requireFailure(t, client, written, "context deadline exceeded")
		})
	}
}

func TestHangDoesNotPileUp(t *testing.T) {
	t.Parallel()
	g := newGate(listRooms)
	server := &rooms{before: g.pass, metadata: map[string]string{"room 17": ""}}
	client, written := newClient(t, server, nil)
	t.Cleanup(g.open)
	update := func(from, to int) {
		for i := from; i <= to; i++ {
			client.UpdateRoom(fmt.Sprint("room ", i), "trusted", json.RawMessage(`{}`))
		}
	}
	update(1, maxWorkers)
	for range maxWorkers {
		<-g.arrived
	}
	update(maxWorkers+1, maxWorkers+maxPending)
	require.Zero(t, client.failures.Load())
	update(maxWorkers+maxPending+1, maxWorkers+maxPending+3)
	require.Equal(t, int64(3), client.failures.Load())
	client.UpdateRoom("room 17", "public", json.RawMessage(`{}`)) // it has its place already
	require.Equal(t, int64(3), client.failures.Load())

	g.open()
	client.Close()
	require.Equal(t, int64(3), client.failures.Load())
	require.Equal(t, 3, strings.Count(written.String(), "too many rooms wait"))
	require.Equal(t, map[string]int64{"done": maxWorkers + maxPending, "refused": 0, "unreachable": 0, "dropped": 3}, client.outcomes("update"))
	require.Equal(t, maxWorkers, server.atATime())
	require.Len(t, server.methods(), maxWorkers+maxPending+1)
	require.JSONEq(t, `{"access_level":"public","configuration":{}}`, server.holds("room 17"))
	require.Empty(t, client.pending)
	require.Empty(t, client.busy)
	require.Zero(t, client.running)
}

func TestWaitIsPartOfTheTimeout(t *testing.T) {
	t.Parallel()
	g := newGate(listRooms)
	server := &rooms{before: g.pass}
	client, written := newClient(t, server, nil)
	t.Cleanup(g.open)
	for i := range maxWorkers {
		client.UpdateRoom(fmt.Sprint("room ", i), "trusted", json.RawMessage(`{}`))
	}
	for range maxWorkers {
		<-g.arrived
	}
	client.timeout = 0 // over before a worker is free
	client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
	g.open()
	client.Close()
	require.Len(t, server.methods(), maxWorkers)
	requireFailure(t, client, written, "context deadline exceeded")
}

func TestLatestWins(t *testing.T) {
	t.Parallel()
	for _, method := range []string{listRooms, updateRoomMetadata} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			g := newGate(method)
			server := &rooms{before: g.pass, metadata: map[string]string{room: `{"kept":1}`}}
			client, _ := newClient(t, server, nil)
			t.Cleanup(g.open)
			client.UpdateRoom(room, "public", json.RawMessage(`{"n":1}`))
			<-g.arrived
			client.UpdateRoom(room, "trusted", json.RawMessage(`{"n":2}`))
			client.UpdateRoom(room, "restricted", json.RawMessage(`{"n":3}`))
			g.open()
			client.Close()
			require.JSONEq(t, `{"kept":1,"access_level":"restricted","configuration":{"n":3}}`, server.holds(room))
			require.Equal(t, []string{listRooms, updateRoomMetadata, listRooms, updateRoomMetadata}, server.methods())
			require.Equal(t, 1, server.atATime())
			require.Zero(t, client.failures.Load())
		})
	}
}

func TestCloseWaits(t *testing.T) {
	t.Parallel()
	g := newGate(updateRoomMetadata)
	server := &rooms{before: g.pass, metadata: map[string]string{room: ""}}
	client, written := newClient(t, server, nil)
	t.Cleanup(g.open)
	client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
	<-g.arrived
	go g.open()
	client.Close()
	require.JSONEq(t, `{"access_level":"trusted","configuration":{}}`, server.holds(room))

	client.UpdateRoom(room, "public", json.RawMessage(`{}`))
	require.Len(t, server.methods(), 2)
	requireFailure(t, client, written, "the client is closed")
}
