package operator

import (
	"context"
	"strings"
	"time"

	"meet-external-api/audit"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
)

// MaxOverlap is how long an old secret may go on beside a new one: without an end it would be no rotation.
const MaxOverlap = 365 * 24 * time.Hour

// Rotation is how a secret is replaced.
type Rotation struct {
	// Overlap is how long the old secrets go on beside the new one, of at most MaxOverlap; 0: they end at once.
	Overlap time.Duration
	// Replacing is the id of the newest secret as the operator knows it, by which a form that is sent twice rotates once, or db.NoSecret
	// where there was none; empty: whichever it is.
	Replacing string
}

// RotateSecret gives an application a new secret and returns it, which is shown now and never again. Errors:
// refusal.ApplicationUnknown, refusal.TooManySecrets, refusal.SecretRotated, refusal.Fields.
func (s *Service) RotateSecret(ctx context.Context, by audit.Source, id string, r Rotation) (Application, string, error) {
	wrong := fields{}
	wrong.checkOverlap(r.Overlap)
	if err := wrong.refusal(); err != nil {
		return Application{}, "", err
	}
	made, hashes := s.newSecret()
	stored, err := s.Store.RotateSecret(ctx, by, known(id), db.Rotation{
		Secret: hashes, Overlap: r.Overlap, Replacing: strings.ToLower(r.Replacing), HashForm: secret.HashForm,
	})
	application, err := s.complete(ctx, stored, explain(err))
	return application, made, err
}

// EndSecret ends one secret of an application. Errors: refusal.ApplicationUnknown, refusal.SecretUnknown, refusal.LastSecret.
func (s *Service) EndSecret(ctx context.Context, by audit.Source, id, secretID string) (Application, error) {
	stored, err := s.Store.EndSecret(ctx, by, known(id), db.Ending{
		SecretID: strings.ToLower(secretID), NoHash: secret.NoHash, HashForm: secret.HashForm,
	})
	return s.complete(ctx, stored, explain(err))
}

// newSecret makes a secret, and its hashes for all columns that Meet may have for it.
func (s *Service) newSecret() (made string, hashes db.NewSecret) {
	made = secret.New(s.SecretLength)
	return made, db.NewSecret{Hash: secret.Hash(made), SHA256: secret.HashSHA256(made)}
}
