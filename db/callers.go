package db

import (
	"context"
	"database/sql"
	"time"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

// Caller is what a request is made for, as its verified token says: an application, a user, or both.
type Caller struct {
	// ClientID is that of the application; empty: there is none.
	ClientID string
	// Delegated is whether the application acts for the user.
	Delegated bool
	// UserID is the UUID of the user; empty: there is none.
	UserID string
	// TokenID and IssuedAt tell whether the token has been revoked; empty where it cannot be.
	TokenID  string
	IssuedAt time.Time
	// Address and RequestID are those of the request, for the audit trail.
	Address, RequestID string
}

// Source is who does something by a request, for the audit trail.
func (c Caller) Source() audit.Source {
	return audit.Source{Channel: audit.ExternalAPI, ClientID: c.ClientID, UserID: c.UserID, Address: c.Address, RequestID: c.RequestID}
}

// withCaller is how each statement begins that a request to /rooms runs, so that the state of the application and of the user counts
// at once, with no round trip of its own: the rest of the statement does nothing where caller.refused is not empty. The order of
// reasons is that of docs/contract.md, "Bearer authentication of /rooms". Its parameters are those of Caller.arguments.
//
// As it is materialized it is evaluated once, and the plan of the rest does not depend on parameters: PostgreSQL would make another one
// each time. The limit keeps it from reading a whole table to hash it.
const withCaller = `
	with caller as materialized (
		select a.id as application_id, coalesce(e.visibility = 'own', false) as own_rooms_only, u.id as user_id,
			case
				when $1 <> '' and a.id is null then 'application_not_found'
				when not a.is_active then 'application_disabled'
				when $1 <> '' and not $2 then 'token_type'
				when u.id is null then 'user_not_found'
				when not u.is_active then 'user_disabled'
				when $5 < e.tokens_from then 'token_revoked'
				when $5 < (select r.tokens_from from external_api.user r where r.user_id = u.id) then 'token_revoked'
				when exists (select from external_api.revoked_token t where t.id = $4) then 'token_revoked'
				else ''
			end as refused
		from (select) as one
		left join meet_application a on a.client_id = $1
		left join lateral (
			select visibility, tokens_from from external_api.application where application_id = a.id limit 1
		) e on true
		left join meet_user u on u.id = cast(nullif($3, '') as uuid)
	)`

// arguments are $1 to $5 of a statement that begins withCaller.
func (c Caller) arguments(more ...any) []any {
	issued := sql.NullTime{Time: c.IssuedAt, Valid: !c.IssuedAt.IsZero()}
	return append([]any{c.ClientID, c.Delegated, c.UserID, c.TokenID, issued}, more...)
}

// refusals are those that withCaller names, by their code.
var refusals = refusalsByCode(refusal.ApplicationNotFound, refusal.ApplicationDisabled, refusal.TokenType,
	refusal.UserNotFound, refusal.UserDisabled, refusal.TokenRevoked)

func refusalsByCode(all ...*refusal.Error) map[string]error {
	byCode := map[string]error{"": nil}
	for _, one := range all {
		byCode[one.Code] = one
	}
	return byCode
}

// CheckCaller refuses a caller whose application or user is not there or switched off, or whose token has been revoked. Errors:
// those of docs/contract.md, "Bearer authentication of /rooms".
func (d *DB) CheckCaller(ctx context.Context, c Caller) error {
	var refused string
	if err := d.get(ctx, &refused, withCaller+` select refused from caller`, c.arguments()...); err != nil {
		return err
	}
	return refusals[refused]
}
