package operator

import (
	"context"
	"errors"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// Credentials are what an operator signs in with.
type Credentials struct {
	// Address is meet_user.admin_email, letter for letter as in Meet's admin.
	Address, Password string
	// Network is that of the caller, as auth.Origin.Network returns it.
	Network string
	// Before is the cookie that the browser had before; empty: it had none. That session ends.
	Before string
}

// maxAddress is how many characters an address that operators sign in with has at most.
const maxAddress = 254

// SignIn returns the cookie of a new session. Attempts are counted before they are judged. Whatever is wrong, finding out costs what the
// dearest password of an operator costs, so that the time tells nobody which accounts there are. Each attempt is an event; one for an
// address that no account has does not hold it, as it may be a password in the wrong field. meet_user.last_login is left to Meet.
// Errors: refusal.WrongPassword, refusal.NotOperator; refusals that are refusal.Throttled or refusal.Unavailable.
func (s *Service) SignIn(ctx context.Context, by audit.Source, c Credentials) (cookie string, err error) {
	defer func() { s.recordRefusal(by, audit.OperatorSignIn, err) }()
	counted := c.Address[:min(len(c.Address), maxAddress)]
	if err := s.Limits.CountSignIn(ctx, counted, c.Network); err != nil {
		return "", err
	}
	account, err := s.Store.Account(ctx, c.Address)
	if err == nil || errors.Is(err, db.ErrNotFound) {
		by.Operator = account.Address
		err = s.verify(ctx, account, c)
	}
	if refused := new(refusal.Error); !errors.As(err, &refused) || refused.Kind != refusal.Unauthenticated {
		s.Limits.RefundSignIn(ctx, counted, c.Network)
	}
	if err != nil {
		return "", err
	}
	cookie, session := newSession(c.Before)
	if _, err = s.Store.StartSession(ctx, by, session, account); errors.Is(err, db.ErrNotFound) {
		err = refusal.NotOperator.Because("the account has changed meanwhile")
	}
	return cookie, err
}

// verify sees to it that the password is that of the account, which is empty where there is none.
func (s *Service) verify(ctx context.Context, account db.Account, c Credentials) error {
	if err := s.Passwords.Refresh(ctx); err != nil {
		return err
	}
	attempt := secret.Attempt{ClientID: account.UserID, Secret: c.Password, Network: c.Network}
	if account.Password != "" {
		attempt.Hashes = []string{account.Password}
	}
	switch _, err := s.Passwords.Verify(ctx, attempt); {
	case errors.Is(err, refusal.WrongSecret) && account.UserID == "":
		return refusal.NotOperator.Because("nobody signs in with this address")
	case errors.Is(err, refusal.WrongSecret) && account.Password == "":
		return refusal.NotOperator.Because("the user is not active, not staff, or no superuser")
	case errors.Is(err, refusal.WrongSecret):
		return refusal.WrongPassword
	default:
		return err
	}
}

// SignInBySub returns the cookie of a new session for the operator with that subject at the OpenID provider; before is the cookie that the
// browser had before. Errors: refusal.SubjectNotOperator.
func (s *Service) SignInBySub(ctx context.Context, by audit.Source, sub, before string) (cookie string, err error) {
	defer func() { s.recordRefusal(by, audit.OperatorSignIn, err) }()
	cookie, session := newSession(before)
	if _, err = s.Store.StartSessionBySub(ctx, by, session, sub); errors.Is(err, db.ErrNotFound) {
		err = refusal.SubjectNotOperator
	}
	return cookie, err
}

// RefuseSignIn notes that the OpenID provider did not sign somebody in, or that its answer does not count; err says why.
func (s *Service) RefuseSignIn(by audit.Source, err error) {
	s.recordRefusal(by, audit.OperatorSignIn, err)
}

// recordRefusal notes what was refused; a fault of ours, or nothing, is no event.
func (s *Service) recordRefusal(by audit.Source, action audit.Action, err error) {
	if refused := new(refusal.Error); errors.As(err, &refused) {
		s.Audit.Record(audit.Refused(by, action, refused.Code))
	}
}

// passwordLength of letters and digits is over 140 bits: for such a password a fast hash is sound (see secret.Hash).
const passwordLength = 24

// CreateOperator makes a user of Meet who can sign in to the console and to Meet's admin, for running without Meet, and returns their
// password, which is shown now and never again. Errors: refusal.Fields, refusal.OperatorExists.
func (s *Service) CreateOperator(ctx context.Context, by audit.Source, address string) (password string, err error) {
	if !auth.ValidEmail(address) {
		return "", refusal.Field("email", refusal.FieldNotEmail)
	}
	password = secret.RandomString(secret.Alphanumerics, passwordLength)
	if err = s.Store.CreateOperator(ctx, by, address, secret.Hash(password)); errors.Is(err, db.ErrConflict) {
		err = refusal.OperatorExists
	}
	return password, err
}
