package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"meet-external-api/refusal"
)

// Answer is what was answered to a creation, of which the answer may be asked for again.
type Answer struct {
	RoomID string `db:"room_id"`
	ETag   string `db:"etag"`
	Body   string `db:"answer"`
}

// Repeatable lets a creation be repeated (docs/contract.md, "POST /rooms/ — create"): it is stored with its answer for 24 hours.
type Repeatable struct {
	// Key is what the caller named the request.
	Key string
	// Hash is that of the request: method, path and body.
	Hash [sha256.Size]byte
	// Answer is that to the creation of a room.
	Answer func(Room) (Answer, error)
}

// hash is the one of the request as a parameter of decode: bytes would be sent as text.
func (r Repeatable) hash() string { return hex.EncodeToString(r.Hash[:]) }

// keptFor is how long the key of a creation and its answer are kept.
const keptFor = `interval '24 hours'`

// noApplication stands for the application of a caller without one.
const noApplication = `cast('00000000-0000-0000-0000-000000000000' as uuid)`

// FirstAnswer returns the answer to the first request with that key. Errors: those of CheckCaller; refusal.KeyReused where that was
// another request; ErrNotFound.
func (d *DB) FirstAnswer(ctx context.Context, c Caller, r Repeatable) (Answer, error) {
	var row struct {
		Refused string `db:"refused"`
		Same    bool   `db:"same"`
		Answer
	}
	err := d.rooms.get(ctx, &row, withCaller+`
		select c.refused, coalesce(k.request_hash = decode($7, 'hex'), false) as same, coalesce(cast(k.room_id as text), '') as room_id,
			coalesce(k.etag, '') as etag, coalesce(k.answer, '') as answer
		from caller c
		left join external_api.idempotency_key k on c.refused = '' and k.application_id = coalesce(c.application_id, `+noApplication+`)
			and k.user_id = c.user_id and k.key = $6 and k.created_at > now() - `+keptFor, c.arguments(r.Key, r.hash())...)
	switch {
	case err != nil:
	case row.Refused != "":
		err = refusals[row.Refused]
	case row.RoomID == "":
		err = ErrNotFound
	case !row.Same:
		err = refusal.KeyReused
	}
	return row.Answer, err
}
