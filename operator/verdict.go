package operator

import (
	"context"
	"errors"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/delegation"
	"meet-external-api/refusal"
)

// Verdict is whether an application may act for an address.
type Verdict struct {
	Allowed bool `json:"allowed"`
	// Code is that of the refusal that a token request gets (docs/refusals.md), empty where it gets a token. Text says why, for operators.
	Code string `json:"code,omitempty"`
	Text string `json:"text"`
	// UserID is the UUID of the user; empty: there is none, or none yet.
	UserID string `json:"user_id,omitempty"`
}

// verdicts says for operators what they can do about each refusal of a token request whose credentials are right.
var verdicts = map[*refusal.Error]string{
	refusal.PathNotFound:        "The API is switched off: EXTERNAL_API_ENABLED is false.",
	refusal.NotEnabled:          "No application gets tokens: APPLICATION_ENABLED is false.",
	refusal.ApplicationInactive: "The application is switched off.",
	refusal.AddressNotValid:     "This is not exactly one e-mail address.",
	refusal.ScopeNotHeld:        "The application does not hold a scope that is asked for.",
	refusal.DomainNotAllowed:    "The application may not act for the domain of this address.",
	refusal.AddressUnknown:      "No active user has this address, and none is made for it.",
	refusal.SeveralUsers:        "Several active users have this address.",
	refusal.UserNotCreated:      "No user can be made for this address: another one has it in another spelling.",
}

// What operators are told of those who may.
const (
	MayAct          = "The application may act for this user."
	MayActForNewOne = "Nobody has this address yet: the first token makes the user."
)

// MayActFor tells whether an application may act for an address, by the rules of the token endpoint in their order, as if its credentials
// were right and no limit reached. The address may have permission scopes beside it, as in the `scope` of a token request. Nothing is
// changed. Errors: refusal.ApplicationUnknown.
func (s *Service) MayActFor(ctx context.Context, id, address string) (Verdict, error) {
	application, err := s.Store.Application(ctx, known(id))
	if err != nil {
		return Verdict{}, explain(err)
	}
	user, err := s.decide(ctx, application.ClientID, address)
	if errors.Is(err, refusal.UnknownClient) {
		return Verdict{}, refusal.ApplicationUnknown // deleted in between
	}
	for refused, text := range verdicts {
		if errors.Is(err, refused) {
			return Verdict{Code: refused.Code, Text: text}, nil
		}
	}
	verdict := Verdict{Allowed: true, Text: MayAct, UserID: user}
	if user == "" {
		verdict.Text = MayActForNewOne
	}
	return verdict, err
}

// decide returns the UUID of the user for whom a token request gets a token; empty: they are made first.
func (s *Service) decide(ctx context.Context, clientID, scope string) (string, error) {
	if s.Disabled != nil {
		return "", s.Disabled
	}
	address, asked, malformed := auth.SplitScope(scope)
	client, err := s.Store.ClientAndUsers(ctx, db.ClientQuery{ClientID: clientID, Address: auth.FoldASCII(address)})
	switch {
	case err != nil:
		return "", err
	case client.ID == "":
		return "", refusal.UnknownClient
	}
	if err := delegation.CheckActive(client); err != nil {
		return "", err
	}
	if malformed != nil {
		return "", malformed
	}
	policy := delegation.Policy{Store: s.Store, CreateUsers: s.CreateUsers}
	grant, err := policy.Check(ctx, client, address, asked)
	if err == nil && grant.User.ID == "" {
		err = policy.CanCreateUser(ctx, address)
	}
	return grant.User.ID, err
}
