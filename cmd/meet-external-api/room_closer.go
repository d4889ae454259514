package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"meet-external-api/db"
	"meet-external-api/livekit"
)

const (
	// closingInterval is how soon rooms are closed in LiveKit that another server has deleted and left open, or that are due once more.
	closingInterval = 5 * time.Second
	// closingsAtATime is how many rooms are closed at a time.
	closingsAtATime = 16
)

// roomCloser closes in LiveKit the rooms that are deleted here.
type roomCloser struct {
	store   *db.DB
	client  *livekit.Client
	log     *slog.Logger
	failing bool
}

// step closes some of them. LiveKit is called outside of every transaction, for two seconds at most; rooms that it does not close are due
// again later, and the first of several failures in a row is logged. Errors: those of the database.
func (c *roomCloser) step(ctx context.Context) (more bool, err error) {
	due, err := c.store.RoomsToClose(ctx, closingsAtATime)
	if err != nil || len(due) == 0 {
		return false, err
	}
	failures := make([]error, len(due))
	var calls sync.WaitGroup
	for i, room := range due {
		if !room.Restored {
			calls.Go(func() { _, failures[i] = c.client.CloseRoom(ctx, room.ID) })
		}
	}
	calls.Wait()
	var done []string
	failing := false
	for i, room := range due {
		switch failure := failures[i]; {
		case failure == nil:
			done = append(done, room.ID)
		case room.Last:
			c.log.Warn("a room that is deleted may be open in LiveKit: given up after a day", "room", room.ID, "error", failure)
			done = append(done, room.ID)
		default:
			if !failing && !c.failing {
				c.log.Warn("a room that is deleted was not closed in LiveKit, trying again", "room", room.ID, "error", failure)
			}
			failing = true
		}
	}
	c.failing = failing
	return len(due) == closingsAtATime, c.store.RoomsClosed(ctx, done)
}

// wakeRoomCloser has rooms closed in LiveKit at once that have just been deleted.
func (d dependencies) wakeRoomCloser() {
	select {
	case d.roomsDeleted <- struct{}{}:
	default: // it is about to look already
	}
}
