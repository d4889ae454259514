// Package handlers answers the operations of openapi.yaml: one method for each, one file for each resource. A handler gets what has
// been authenticated and validated, does one business action, and returns an answer or an error; package middleware words the
// errors. What is not an operation, such as the page to read the API on, is an echo.HandlerFunc in a file of its own.
package handlers

import (
	"context"
	"log/slog"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/auth/assertion"
	"meet-external-api/auth/ratelimit"
	"meet-external-api/auth/secret"
	"meet-external-api/auth/token"
	"meet-external-api/db"
	"meet-external-api/delegation"
	"meet-external-api/generated"
	"meet-external-api/livekit"
)

// API implements the operations of the specification.
type API struct {
	Store *db.DB
	// Tokens issues tokens; nil where applications are switched off.
	Tokens     *token.Issuer
	Secrets    *secret.Checker
	Assertions *assertion.Verifier
	Limits     *ratelimit.Limiter
	// Audit keeps the events of what changes nothing.
	Audit *audit.Recorder
	// secretChecks are those that are under way.
	secretChecks auth.Singleflight[string]
	// LiveKit is told of each room that an update made different; nil: there is none.
	LiveKit *livekit.Client
	// Deleted is called when a room has been deleted, which is still open in LiveKit then.
	Deleted  func()
	Settings Settings
	Log      *slog.Logger
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

// delegation decides for whom applications may act.
func (a *API) delegation() delegation.Policy {
	return delegation.Policy{Store: a.Store, CreateUsers: a.Settings.CreateUsers}
}

// callerOf is the caller of a request as the database knows it.
func callerOf(ctx context.Context) db.Caller {
	caller, origin := NewCaller(auth.FromContext[auth.Principal](ctx)), auth.FromContext[auth.Origin](ctx)
	caller.Address, caller.RequestID = origin.Address, origin.RequestID
	return caller
}

// SourceOf is who sent a request, and from where, for the audit trail: an application, for a user, or a user by themselves.
func SourceOf(ctx context.Context, clientID, userID string) audit.Source {
	origin := auth.FromContext[auth.Origin](ctx)
	return audit.Source{Channel: audit.ExternalAPI, ClientID: clientID, UserID: userID, Address: origin.Address, RequestID: origin.RequestID}
}

// NewCaller is a principal as the database knows it. Where its token names a user by what is no UUID, there is none.
func NewCaller(p auth.Principal) db.Caller {
	if !auth.IsUUID(p.UserID) {
		p.UserID = ""
	}
	return db.Caller{ClientID: p.ClientID, Delegated: p.Delegated, UserID: p.UserID, TokenID: p.TokenID, IssuedAt: p.IssuedAt}
}
