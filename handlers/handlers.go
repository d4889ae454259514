// Package handlers answers the operations of openapi.yaml: one method for each, one file for each resource.
package handlers

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
)

// API implements the operations of the specification.
type API struct {
	Applications ApplicationStore
	Clients      ClientStore
	Users        UserStore
	Rooms        RoomStore
	Tokens       *auth.Tokens
	// Bearer knows the tokens that are issued here.
	Bearer     auth.ApplicationTokens
	Secrets    *auth.SecretChecker
	Assertions *auth.AssertionVerifier
	Attempts   *auth.Attempts
	Settings   Settings
	Log        *slog.Logger
	// RoomChanged is told of each room that an update made different.
	RoomChanged func(room db.Room)
	// RequestURL returns the absolute URL that the caller of the request of ctx asked for.
	RequestURL func(ctx context.Context) url.URL
	// TrustedURL returns it too, and whether the caller alone could not choose its host.
	TrustedURL func(ctx context.Context) (url.URL, bool)
	// RemoteAddress returns the IP address of the caller of the request of ctx.
	RemoteAddress func(ctx context.Context) string
}

var _ generated.StrictServerInterface = (*API)(nil)

// Settings are what the operator decides about answers.
type Settings struct {
	// TokenType is the `token_type` of tokens; Issuer and Audience are their `iss` and, unless it is empty, `aud`.
	TokenType, Issuer, Audience string
	// DefaultAccessLevel is that of rooms which are created without one.
	DefaultAccessLevel string
	// AllowPublicAccess lets callers create public rooms also where that is not the default.
	AllowPublicAccess bool
	// BaseURL is the address of the Meet instance, of which the `url` of rooms is made; empty: rooms show none.
	BaseURL string
	// CreateUsers makes a user for an address that nobody has.
	CreateUsers bool
	// Telephony is what rooms show of it; nil: nothing.
	Telephony *Telephony
	// PINLength is how many digits the PIN of a new room has; 0: rooms get none. PINDraws is how many are tried.
	PINLength, PINDraws int
}

// Telephony is how people join by telephone.
type Telephony struct {
	// PhoneNumber is shown as it is; nil: none is known.
	PhoneNumber *string
	// DefaultCountry is its country (ISO 3166-1 alpha-2).
	DefaultCountry string
}

// ApplicationStore finds applications; the errors are those of package db.
type ApplicationStore interface {
	Application(ctx context.Context, id string) (db.Application, error)
}

// ClientStore is for clients that authenticate themselves; the errors are those of package db.
type ClientStore interface {
	ClientAndUsers(ctx context.Context, q db.ClientQuery) (db.Client, error)
	NoteSecretUse(applicationID, hash string, at time.Time)
	UseAssertion(ctx context.Context, applicationID, id string, expires time.Time) error
	RevokeToken(ctx context.Context, id string, expires time.Time) error
}

// UserStore finds and makes users; the errors are those of package db.
type UserStore interface {
	UsersByEmail(ctx context.Context, address string) ([]db.User, error)
	CreateUser(ctx context.Context, address, sub *string) (db.User, error)
}

// RoomStore finds and makes rooms; the errors are those of package db.
type RoomStore interface {
	Rooms(ctx context.Context, f db.RoomFilter, limit, offset int64) ([]db.Room, int64, error)
	Room(ctx context.Context, f db.RoomFilter, id string) (db.Room, string, error)
	CreateRoom(ctx context.Context, r db.NewRoom) (db.Room, error)
	UpdateRoom(ctx context.Context, id string, c db.RoomChange) (db.Room, bool, error)
	GrantAccess(ctx context.Context, roomID, userID, role string) (db.Access, error)
}
