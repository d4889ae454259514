// Package delegation decides for whom an application may act. The token endpoint asks before it issues a token, whoever grants access asks
// before a user is made, and operators ask why an application may not: the rules are here, and nowhere else. Begin with Policy.
package delegation

import (
	"context"
	"errors"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// Policy is what decides, beside what is stored of the application and the user.
type Policy struct {
	Store *db.DB
	// CreateUsers is whether a user is made for an address that nobody has.
	CreateUsers bool
}

// Grant is what an application may have a token for.
type Grant struct {
	Scopes []string
	// User has no ID where nobody has the address yet, and CreateUser is to make them.
	User db.User
}

// Check tells whether a client may act for an address, and with which of the scopes that were asked for. The checks come in the order of
// docs/contract.md, "POST /application/token/ — exchange credentials for a token". Errors: refusal.ScopeNotHeld,
// refusal.DomainNotAllowed, refusal.UnknownClient, refusal.AddressUnknown, refusal.SeveralUsers.
func (p Policy) Check(ctx context.Context, c db.Client, address string, asked []string) (Grant, error) {
	scopes, err := auth.GrantScopes(c.Scopes, asked)
	if err == nil && !auth.DomainAllowed(address, c.Domains) {
		err = p.CheckDomain(ctx, c.ClientID, address) // it may have been stored in capitals
	}
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.UnknownClient // deleted in between
	}
	if err != nil {
		return Grant{}, err
	}
	user, err := ActiveUser(c.Users)
	if len(c.Users) == 0 && p.CreateUsers {
		err = nil
	}
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.AddressUnknown
	}
	return Grant{Scopes: scopes, User: user}, err
}

// CheckActive refuses an application that is switched off, which comes before all of Check. Errors: refusal.ApplicationInactive.
func CheckActive(c db.Client) error {
	if !c.IsActive {
		return refusal.ApplicationInactive
	}
	return nil
}

// CheckDomain looks through all domains of an application. Errors: db.ErrNotFound, refusal.DomainNotAllowed.
func (p Policy) CheckDomain(ctx context.Context, clientID, address string) error {
	application, err := p.Store.Application(ctx, clientID)
	if err == nil && !auth.DomainAllowed(address, application.Domains) {
		err = refusal.DomainNotAllowed
	}
	return err
}
