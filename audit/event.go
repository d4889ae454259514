// Package audit is the vocabulary of the audit trail: what was done, or refused, by whom, to what, and from where; never a secret or a
// token. A change is stored with its event in one transaction (package db). What changes nothing, such as a token that is issued or
// anything that is refused, goes to a Recorder, which stores it a moment later and never makes anybody wait. Each event is also a line
// of JSON (Line). Nothing of ours is imported here.
package audit

import (
	"time"

	"github.com/google/uuid"
)

// Action is what was done, or was to be done: what it was done to, a dot, and a verb.
type Action string

// The actions. An operator's are the same through the console, the operators' API, the command line and a file that is applied.
const (
	TokenIssue      Action = "token.issue"
	TokenIntrospect Action = "token.introspect"
	TokenRevoke     Action = "token.revoke"

	RoomList     Action = "room.list"
	RoomCreate   Action = "room.create"
	RoomRetrieve Action = "room.retrieve"
	RoomUpdate   Action = "room.update"
	RoomDelete   Action = "room.delete"
	// RoomEndConference is that of putting everybody out of a room that stays.
	RoomEndConference Action = "room.end_conference"

	AccessList   Action = "access.list"
	AccessGrant  Action = "access.grant"
	AccessRemove Action = "access.remove"

	ApplicationList         Action = "application.list"
	ApplicationRetrieve     Action = "application.retrieve"
	ApplicationCreate       Action = "application.create"
	ApplicationUpdate       Action = "application.update"
	ApplicationDelete       Action = "application.delete"
	ApplicationRotateSecret Action = "application.rotate_secret"
	ApplicationEndSecret    Action = "application.end_secret"
	ApplicationRevokeTokens Action = "application.revoke_tokens"

	UserList         Action = "user.list"
	UserCreate       Action = "user.create"
	UserRevokeTokens Action = "user.revoke_tokens" //nolint:gosec // the name of an action

	OperatorCreate      Action = "operator.create"
	OperatorSignIn      Action = "operator.sign_in"
	OperatorSignOut     Action = "operator.sign_out"
	OperatorTokenList   Action = "operator_token.list"
	OperatorTokenCreate Action = "operator_token.create"
	OperatorTokenRevoke Action = "operator_token.revoke"

	AuditList Action = "audit.list"

	// MetadataRead is that of what anybody may read: the description of the server, and its keys.
	MetadataRead Action = "metadata.retrieve"
)

// Channel is the way in.
type Channel string

// The channels.
const (
	ExternalAPI  Channel = "external_api"
	OperatorAPI  Channel = "operator_api"
	Console      Channel = "console"
	CommandLine  Channel = "command_line"
	Housekeeping Channel = "housekeeping" // the server by itself, such as when a room expires
)

// Outcome is what came of it, in the words of the Elastic Common Schema.
type Outcome string

// The outcomes.
const (
	Success Outcome = "success"
	Failure Outcome = "failure"
)

// Source is who does something, and from where. What is not known, or does not apply, is empty.
type Source struct {
	Channel Channel `json:"channel"`
	// Operator is the address of a member of Meet's staff, the name of a token of the operators' API or, on the command line, that of
	// the account on the machine.
	Operator string `json:"operator,omitempty"`
	// ClientID and UserID name the application and the user (UUID) that a request acts for; for an operator's act, those that it is about.
	ClientID string `json:"client_id,omitempty"`
	UserID   string `json:"user_id,omitempty"`
	// Address is the IP address of the caller, RequestID the X-Request-Id of the answer.
	Address   string `json:"address,omitempty"`
	RequestID string `json:"request_id,omitempty"`
}

// Event is one entry of the audit trail. Its JSON is that of a row of external_api.audit_event.
type Event struct {
	// ID is a UUID whose order is that of time (RFC 9562, section 5.7).
	ID      string    `json:"id"`
	Time    time.Time `json:"time"`
	Action  Action    `json:"action"`
	Outcome Outcome   `json:"outcome"`
	// Reason is the code of the refusal (docs/refusals.md); empty for what succeeded.
	Reason string `json:"reason,omitempty"`
	Source
	// TargetKind and TargetID are what it was done to, where that is not the application or the user of the Source: a room, an access, a
	// secret, an operator, a token of the operators' API.
	TargetKind string `json:"target_kind,omitempty"`
	TargetID   string `json:"target_id,omitempty"`
	// Changes tells what became another one, by the name of the member: {"name": {"from": "a", "to": "b"}}; and other facts worth knowing.
	Changes map[string]any `json:"changes,omitempty"`
}

// Succeeded is the event of what has just been done.
func Succeeded(by Source, action Action) Event {
	id := uuid.Must(uuid.NewV7())
	// PostgreSQL stores microseconds: the row and the line tell the same time.
	return Event{ID: id.String(), Time: time.Now().UTC().Truncate(time.Microsecond), Action: action, Outcome: Success, Source: by}
}

// Refused is the event of what has just been refused, for the reason with that code.
func Refused(by Source, action Action, reason string) Event {
	e := Succeeded(by, action)
	e.Outcome, e.Reason = Failure, reason
	return e
}

// To returns the event with what it was done to.
func (e Event) To(kind, id string) Event {
	e.TargetKind, e.TargetID = kind, id
	return e
}

// With returns the event with one more fact.
func (e Event) With(name string, fact any) Event {
	changes := map[string]any{name: fact}
	for other, value := range e.Changes {
		changes[other] = value
	}
	e.Changes = changes
	return e
}
