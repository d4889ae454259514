package livekit

import (
	"context"
	"encoding/json"
)

type listRoomsRequest struct {
	Names []string `json:"names"`
}

type listRoomsResponse struct {
	Rooms []struct {
		Name     string `json:"name"`
		Metadata string `json:"metadata"`
	} `json:"rooms"`
}

type updateRoomMetadataRequest struct {
	Room     string `json:"room"`
	Metadata string `json:"metadata"`
}

func (c *Client) update(u update) error {
	ctx, cancel := context.WithDeadline(context.Background(), u.deadline)
	defer cancel()
	token, err := c.newToken(changeRoom(u.room))
	if err != nil {
		return err
	}
	var list listRoomsResponse
	if err := c.call(ctx, token, "ListRooms", listRoomsRequest{Names: []string{u.room}}, &list); err != nil {
		return err
	}
	for _, room := range list.Rooms {
		if room.Name == u.room {
			return c.updateMetadata(ctx, token, room.Metadata, u)
		}
	}
	return nil
}

func (c *Client) updateMetadata(ctx context.Context, token, metadata string, u update) error {
	merged, err := merge(metadata, u.accessLevel, u.configuration)
	if err != nil {
		return err
	}
	request := updateRoomMetadataRequest{Room: u.room, Metadata: merged}
	err = c.call(ctx, token, "UpdateRoomMetadata", request, &json.RawMessage{})
	if isNotFound(err) {
		return nil // the last participant left the room since it was listed
	}
	return err
}
