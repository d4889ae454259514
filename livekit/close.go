package livekit

import (
	"context"
	"encoding/json"
)

type deleteRoomRequest struct {
	Room string `json:"room"`
}

// CloseRoom closes the room of that id: all who are in it are put out. It tells whether LiveKit had one. It takes two seconds at most.
// Repeating it is harmless, and so is an update of the same room at the same time, which finds no room then. Errors: those of a LiveKit
// that does not answer, or refuses.
func (c *Client) CloseRoom(ctx context.Context, roomID string) (wasOpen bool, err error) {
	defer func() { c.counters.count(closed, err) }()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	// LiveKit asks for the right to create rooms also where one is deleted (LiveKit, "Access tokens": roomCreate).
	token, err := c.newToken(grant{"roomCreate": true})
	if err != nil {
		return false, err
	}
	err = c.call(ctx, token, "DeleteRoom", deleteRoomRequest{Room: roomID}, &json.RawMessage{})
	if isNotFound(err) {
		return false, nil // nobody is in it
	}
	return err == nil, err
}
