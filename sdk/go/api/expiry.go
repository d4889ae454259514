package api

import (
	"encoding/json"
	"time"
)

// Expiry is what a RoomUpdate makes of the time when a room is deleted: the zero value leaves it as it is.
type Expiry struct {
	set bool
	at  time.Time
}

// Never takes the expiry of a room back.
var Never = Expiry{set: true}

// At is the expiry at a time, at most a year from now.
func At(t time.Time) Expiry { return Expiry{set: true, at: t} }

// IsZero tells whether the expiry stays as it is. encoding/json asks it.
func (e Expiry) IsZero() bool { return !e.set }

// MarshalJSON writes the time (RFC 3339), or null for Never.
func (e Expiry) MarshalJSON() ([]byte, error) {
	if e.at.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(e.at)
}
