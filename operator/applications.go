package operator

import (
	"cmp"
	"context"
	"errors"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// CreateApplication registers an application and returns it with its secret, which is shown now and never again. Errors: refusal.Fields
// with what is wrong, by the name of the member; refusal.ApplicationExists where the UUID is taken, refusal.NameTaken.
func (s *Service) CreateApplication(ctx context.Context, by audit.Source, a NewApplication) (Application, string, error) {
	checked, wrong := a.check()
	if err := wrong.refusal(); err != nil {
		return Application{}, "", err
	}
	checked.ClientID = secret.RandomString(secret.Alphanumerics, s.ClientIDLength)
	var made string
	made, checked.Secret = s.newSecret()
	stored, err := s.Store.CreateApplication(ctx, by, checked)
	application, err := s.complete(ctx, stored, explain(err))
	return application, made, err
}

// check returns what is to be stored, and what is wrong with it.
func (a NewApplication) check() (db.NewApplication, fields) {
	wrong := fields{}
	if a.ID != "" && !auth.IsUUID(a.ID) {
		wrong.add("id", refusal.FieldInvalid)
	}
	wrong.checkName(a.Name)
	wrong.checkScopes(a.Scopes, nil)
	wrong.checkDomains(a.Domains, a.AnyDomain)
	wrong.checkVisibility(cmp.Or(a.Visibility, "user"))
	return db.NewApplication{
		ID: a.ID, Name: a.Name, OnlyName: a.OnlyName, IsInactive: a.IsInactive, Scopes: distinct(a.Scopes),
		Domains: distinct(lowerCase(a.Domains)), Visibility: nilIfEmpty(a.Visibility), PublicKeys: wrong.checkKeys(a.PublicKeys),
	}, wrong
}

// UpdateApplication changes the application with that client id or UUID and returns it as it then is. Errors: refusal.ApplicationUnknown;
// refusal.Fields as of CreateApplication.
func (s *Service) UpdateApplication(ctx context.Context, by audit.Source, id string, c ApplicationChange) (Application, error) {
	change, wrong := c.check(nil)
	if wrong["scopes"] != nil { // unless it has them already, from another release of Meet
		was, err := s.Store.Application(ctx, known(id))
		if err != nil {
			return Application{}, explain(err)
		}
		change, wrong = c.check(was.Scopes)
	}
	if err := wrong.refusal(); err != nil {
		return Application{}, err
	}
	stored, err := s.Store.UpdateApplication(ctx, by, known(id), change)
	return s.complete(ctx, stored, explain(err))
}

// check returns what is to be changed, and what is wrong with it. Scopes that are held may be of any release.
func (c ApplicationChange) check(held []string) (db.ApplicationChange, fields) {
	wrong, change := fields{}, db.ApplicationChange{Name: c.Name, IsActive: c.IsActive, Visibility: c.Visibility}
	if c.Name != nil {
		wrong.checkName(*c.Name)
	}
	if c.Scopes != nil {
		wrong.checkScopes(*c.Scopes, held)
		change.Scopes = distinct(*c.Scopes)
	}
	if c.Domains != nil || c.AnyDomain {
		var domains []string
		if c.Domains != nil {
			domains = *c.Domains
		}
		wrong.checkDomains(domains, c.AnyDomain)
		change.Domains = distinct(lowerCase(domains))
	}
	if c.Visibility != nil {
		wrong.checkVisibility(*c.Visibility)
	}
	if c.PublicKeys != nil {
		if change.PublicKeys = wrong.checkKeys(*c.PublicKeys); change.PublicKeys == nil {
			change.PublicKeys = []byte{}
		}
	}
	return change, wrong
}

// RevokeTokens ends all tokens of the application that were issued before now. Errors: refusal.ApplicationUnknown.
func (s *Service) RevokeTokens(ctx context.Context, by audit.Source, id string) (Application, error) {
	stored, err := s.Store.UpdateApplication(ctx, by, known(id), db.ApplicationChange{RevokeTokens: true})
	return s.complete(ctx, stored, explain(err))
}

// complete adds the secrets to an application that was read without an error.
func (s *Service) complete(ctx context.Context, a db.Application, err error) (Application, error) {
	if err != nil {
		return Application{}, err
	}
	secrets, err := s.Store.Secrets(ctx, a.ID, secret.HashForm)
	return Application{Application: a, AnyDomain: len(a.Domains) == 0, Secrets: secrets}, err
}

// explain says in words what the store refuses.
func explain(err error) error {
	for _, known := range []struct{ cause, refused error }{
		{db.ErrNotFound, refusal.ApplicationUnknown},
		{db.ErrConflict, refusal.ApplicationExists},
		{db.ErrNameTaken, refusal.NameTaken},
		{db.ErrTooManySecrets, refusal.TooManySecrets(db.MaxSecrets)},
		{db.ErrNoSecret, refusal.SecretUnknown},
		{db.ErrSecretRotated, refusal.SecretRotated},
		{db.ErrLastSecret, refusal.LastSecret},
	} {
		if errors.Is(err, known.cause) {
			return known.refused
		}
	}
	return err
}
