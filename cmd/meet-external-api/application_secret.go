package main

import (
	"errors"
	"fmt"
	"time"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
)

// maxOverlap is how long an old secret may stay valid at most: without an end it would be no rotation.
const maxOverlap = 365 * 24 * time.Hour

type applicationRotateCommand struct {
	applicationID
	Overlap time.Duration `default:"0" placeholder:"24h" help:"How long the secrets that it has go on beside the new one, up to 8760h; without it they end at once."`
}

func (applicationRotateCommand) Help() string {
	return fmt.Sprintf("The new client_secret is shown once. Tokens that were issued before stay good. An application has %d valid "+
		"secrets at most; La Suite Meet itself knows the newest one only.\n\n"+
		"Examples:\n"+
		"  meet-external-api application rotate-secret CLIENT_ID\n"+
		"  meet-external-api application rotate-secret CLIENT_ID --overlap 24h", db.MaxSecrets)
}

// Run adds a secret, sets an end to the others, and prints the new one.
func (c applicationRotateCommand) Run(e environment) error {
	if c.Overlap < 0 || c.Overlap > maxOverlap {
		return usageError{errors.New("--overlap takes a duration from 0 to 8760h, like 24h")}
	}
	return withStore(e, func(s settings, store *db.DB) error {
		made := secret.New(s.secretLength)
		application, err := store.RotateSecret(e.ctx, c.ID, db.Rotation{
			Hash: secret.Hash(made), Overlap: c.Overlap, HashForm: secret.HashForm,
		})
		if errors.Is(err, db.ErrTooManySecrets) {
			return fmt.Errorf("the application has %d valid secrets already: wait for one to expire, "+
				"or leave --overlap out to end them all", db.MaxSecrets)
		}
		if err != nil {
			return explainNotFound(err)
		}
		return printApplication(e, store, c.JSON, application, made)
	})
}
