package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"meet-external-api/db"
	"meet-external-api/generated"
)

// repeatable is what a creation of a room is known by when it is repeated; nil: it has no key. The body is what was understood of it:
// white space, the order of members and members that nobody looks at play no part.
func (a *API) repeatable(key *string, body *generated.RoomCreate, named *attendees) (*db.Repeatable, error) {
	if key == nil {
		return nil, nil
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encoding a request: %w", err)
	}
	hash := sha256.Sum256(append([]byte("POST /rooms/ "), encoded...))
	return &db.Repeatable{Key: *key, Hash: hash, Answer: func(room db.Room) (db.Answer, error) {
		answer, err := a.newAttendedAnswer(http.StatusCreated, room, named)
		return db.Answer{RoomID: room.ID, ETag: answer.etag, Body: string(answer.body)}, err
	}}, nil
}

// firstAnswer is that to a creation that would be refused now, such as one that repeats a time which has passed meanwhile.
func (a *API) firstAnswer(ctx context.Context, r *db.Repeatable, refused error) (generated.CreateRoomResponseObject, error) {
	if r == nil {
		return nil, refused
	}
	first, err := a.Store.FirstAnswer(ctx, callerOf(ctx), *r)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return nil, refused
	case err != nil:
		return nil, fmt.Errorf("looking for the first answer: %w", err)
	}
	return replay(ctx, first), nil
}

// replay is the first answer to a creation again.
func replay(ctx context.Context, first db.Answer) RoomAnswer {
	return RoomAnswer{
		status: http.StatusCreated, etag: first.ETag, location: location(ctx, first.RoomID), replayed: true, body: []byte(first.Body),
	}
}
