package livekit

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
)

// update is what a room is to hold, and when that is too late.
type update struct {
	room          string
	accessLevel   string
	configuration json.RawMessage
	deadline      time.Time
}

var (
	errClosed = errors.New("dropped: the client is closed")
	errFull   = errors.New("dropped: too many rooms wait for LiveKit")
)

// UpdateRoom merges the access level and the configuration (JSON) into the metadata of the room of that id, where LiveKit
// has one. It returns at once; what fails within the next two seconds is logged and counted. Updates of one room are made
// in the order of their calls, and one that has not begun gives way to the next.
func (c *Client) UpdateRoom(roomID, accessLevel string, configuration json.RawMessage) {
	err := c.enqueue(update{
		room: roomID, accessLevel: accessLevel, configuration: bytes.Clone(configuration), deadline: time.Now().Add(c.timeout),
	})
	if err != nil {
		c.counters.count(updated, err)
		c.fail(roomID, err)
	}
}

// Close waits for the updates that have been asked for, two seconds at most. Later ones are dropped.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.workers.Wait()
	c.http.CloseIdleConnections()
}

func (c *Client) enqueue(u update) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, waits := c.pending[u.room]
	switch {
	case c.closed:
		return errClosed
	case !waits && len(c.pending) >= maxPending:
		return errFull
	}
	c.pending[u.room] = u
	if _, busy := c.busy[u.room]; waits || busy {
		return nil
	}
	c.ready = append(c.ready, u.room)
	if c.running < maxWorkers {
		c.running++
		c.workers.Go(c.work)
	}
	return nil
}

func (c *Client) work() {
	for u, ok := c.begin(); ok; u, ok = c.begin() {
		err := c.update(u)
		c.counters.count(updated, err)
		if err != nil {
			c.fail(u.room, err)
		}
		c.end(u.room)
	}
}

func (c *Client) begin() (u update, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ready) == 0 {
		c.running--
		return update{}, false
	}
	room := c.ready[0]
	c.ready = c.ready[1:]
	u = c.pending[room]
	delete(c.pending, room)
	c.busy[room] = struct{}{}
	return u, true
}

func (c *Client) end(room string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.busy, room)
	if _, waits := c.pending[room]; waits {
		c.ready = append(c.ready, room)
	}
}
