package operator

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

const (
	// MaxTokenLifetime is how long a token of the operators' API counts at most.
	MaxTokenLifetime = 365 * 24 * time.Hour
	// maxTokenName is how many characters its name has at most.
	maxTokenName = 100
	writeScope   = "write"
)

// NewToken is what a token of the operators' API is made with.
type NewToken struct {
	// Name is what the audit trail calls its user.
	Name string
	// CanWrite is whether it may change anything.
	CanWrite bool
	// Lifetime is how long it counts, of at most MaxTokenLifetime.
	Lifetime time.Duration
}

// CreateToken makes a token of the operators' API and returns it with its text, which is shown now and never again. Errors:
// refusal.Fields.
func (s *Service) CreateToken(ctx context.Context, by audit.Source, n NewToken) (db.OperatorToken, string, error) {
	wrong := fields{}
	switch {
	case strings.TrimSpace(n.Name) == "":
		wrong.add("name", refusal.FieldBlank)
	case utf8.RuneCountInString(n.Name) > maxTokenName:
		wrong.add("name", fmt.Sprintf(refusal.FieldTooLong, maxTokenName))
	}
	if n.Lifetime <= 0 || n.Lifetime > MaxTokenLifetime {
		wrong.add("expires", refusal.LifetimeNotValid)
	}
	if err := wrong.refusal(); err != nil {
		return db.OperatorToken{}, "", err
	}
	made, scope := secret.NewOperatorToken(), "read"
	if n.CanWrite {
		scope = writeScope
	}
	stored, err := s.Store.CreateOperatorToken(ctx, by, db.NewOperatorToken{
		Name: n.Name, Scope: scope, Hash: sha256.Sum256([]byte(made)), Lifetime: n.Lifetime,
	})
	return stored, made, err
}

// Tokens returns all tokens of the operators' API, those that have expired too, the newest first.
func (s *Service) Tokens(ctx context.Context) ([]db.OperatorToken, error) {
	return s.Store.OperatorTokens(ctx)
}

// RevokeToken ends the token with that UUID. Errors: refusal.OperatorTokenAbsent.
func (s *Service) RevokeToken(ctx context.Context, by audit.Source, id string) error {
	err := s.Store.RevokeOperatorToken(ctx, by, id)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.OperatorTokenAbsent
	}
	return err
}

// AuthenticateToken tells who a token of the operators' API speaks for. Errors: refusal.OperatorTokenWrong for one that nobody knows, or
// that was revoked; refusal.OperatorTokenEnded.
func (s *Service) AuthenticateToken(ctx context.Context, text string) (auth.Operator, error) {
	if !secret.IsOperatorToken(text) {
		return auth.Operator{}, refusal.OperatorTokenWrong
	}
	found, err := s.Store.OperatorTokenByHash(ctx, sha256.Sum256([]byte(text)))
	switch {
	case errors.Is(err, db.ErrNotFound):
		return auth.Operator{}, refusal.OperatorTokenWrong
	case err != nil:
		return auth.Operator{}, err
	case !found.ExpiresAt.After(time.Now()):
		return auth.Operator{}, refusal.OperatorTokenEnded
	}
	s.Store.NoteOperatorTokenUse(found.ID)
	return auth.Operator{Name: found.Name, CanWrite: found.Scope == writeScope}, nil
}
