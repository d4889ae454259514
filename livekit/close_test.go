package livekit

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCloseRoom(t *testing.T) {
	t.Parallel()
	server := &rooms{metadata: map[string]string{room: "", "another": ""}}
	client, written := newClient(t, server, nil)
	for _, open := range []bool{true, false} {
		wasOpen, err := client.CloseRoom(context.Background(), room)
		require.NoError(t, err, "also where it is closed already")
		require.Equal(t, open, wasOpen)
	}
	require.Equal(t, map[string]string{"another": ""}, server.metadata)
	require.Equal(t, []string{deleteRoom, deleteRoom}, server.methods())
	require.JSONEq(t, `{"room":"`+room+`"}`, server.calls[0].body)
	requireToken(t, server.calls[0].authorization, map[string]any{"roomCreate": true})
	require.Empty(t, written.String(), "whoever asked for it logs what fails")
}

func TestCloseRoomRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status     int
		body, want string
	}{
		"the key":        {401, `{"code":"unauthenticated","msg":"permissions denied"}`, "status 401, unauthenticated: permissions denied"},
		"no LiveKit":     {404, `<html>`, "calling DeleteRoom: status 404"},
		"another path":   {404, `{"code":"bad_route","msg":"no handler"}`, "status 404, bad_route: no handler"},
		"no node for it": {503, `{"code":"unavailable","msg":"no response from servers"}`, "status 503, unavailable: no response from servers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}), nil)
			wasOpen, err := client.CloseRoom(context.Background(), room)
			require.ErrorContains(t, err, test.want)
			require.False(t, wasOpen)
			require.Equal(t, map[string]int64{"done": 0, "refused": 1, "unreachable": 0, "dropped": 0}, client.outcomes("close"))
		})
	}
}

func TestCloseRoomThatHangs(t *testing.T) {
	t.Parallel()
	g := newGate(deleteRoom)
	client, _ := newClient(t, &rooms{before: g.pass}, nil)
	t.Cleanup(g.open)
	client.timeout = 200 * time.Millisecond
	_, err := client.CloseRoom(context.Background(), room)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, map[string]int64{"done": 0, "refused": 0, "unreachable": 1, "dropped": 0}, client.outcomes("close"))
}

// outcomes are those of one kind of changes.
func (c *Client) outcomes(change string) map[string]int64 {
	outcomes := map[string]int64{}
	for _, count := range c.Counts() {
		if count.Change == change {
			outcomes[count.Outcome] = count.Changes
		}
	}
	return outcomes
}

// An update of the same room comes before or after its end; one that meets it finds no room, which is no failure, and makes none.
func TestCloseRoomWhileItIsUpdated(t *testing.T) {
	t.Parallel()
	for _, method := range []string{listRooms, updateRoomMetadata} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			g := newGate(method)
			server := &rooms{before: g.pass, metadata: map[string]string{room: ""}}
			client, written := newClient(t, server, nil)
			t.Cleanup(g.open)
			client.UpdateRoom(room, "trusted", json.RawMessage(`{}`))
			<-g.arrived
			client.UpdateRoom(room, "public", json.RawMessage(`{}`))
			_, err := client.CloseRoom(context.Background(), room)
			require.NoError(t, err, "it does not wait for updates")
			g.open()
			client.Close()
			require.Empty(t, server.metadata)
			require.Zero(t, client.failures.Load())
			require.Empty(t, written.String())
		})
	}
}
