package operator

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// CreateUser makes a user, for running without Meet; sub is nil for a provisional one. Errors: refusal.Fields, refusal.UserExists.
func (s *Service) CreateUser(ctx context.Context, by audit.Source, address string, sub *string) (db.User, error) {
	wrong := fields{}
	if !auth.ValidEmail(address) {
		wrong.add("email", refusal.FieldNotEmail)
	}
	switch {
	case sub != nil && *sub == "":
		wrong.add("sub", refusal.FieldBlank)
	case sub != nil && !storable(*sub):
		wrong.add("sub", refusal.FieldNullBytes)
	case sub != nil && utf8.RuneCountInString(*sub) > 255:
		wrong.add("sub", fmt.Sprintf(refusal.FieldTooLong, 255))
	}
	if err := wrong.refusal(); err != nil {
		return db.User{}, err
	}
	user, err := s.Store.CreateUser(ctx, by, &address, sub)
	if errors.Is(err, db.ErrConflict) {
		err = refusal.UserExists
	}
	return user, err
}

// User finds a user by their UUID. Errors: refusal.UserUnknown.
func (s *Service) User(ctx context.Context, id string) (db.User, error) {
	if !auth.IsUUID(id) {
		return db.User{}, refusal.UserUnknown
	}
	user, err := s.Store.User(ctx, id)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.UserUnknown
	}
	return user, err
}

// RevokeUserTokens ends all tokens that were issued before now for the user with that UUID, or for everyone who has that address, and
// returns for how many users it did. Errors: refusal.UserUnknown.
func (s *Service) RevokeUserTokens(ctx context.Context, by audit.Source, id string) (int64, error) {
	users, err := s.Store.RevokeUserTokens(ctx, by, known(id))
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.UserUnknown
	}
	return users, err
}
