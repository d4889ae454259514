package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
)

// maxOverlap is how many days an old secret may stay valid at most: without an end it would be no rotation.
const maxOverlap = 365

// overlap is a duration that may begin with days: 90m, 24h, 7d, 1d12h.
type overlap time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *overlap) UnmarshalText(text []byte) (err error) {
	days, rest, found := strings.Cut(string(text), "d")
	if !found {
		days, rest = "0", days
	}
	number, err := strconv.ParseUint(days, 10, 16)
	var part time.Duration
	if err == nil && (rest != "" || !found) {
		part, err = time.ParseDuration(rest)
	}
	*o = overlap(time.Duration(number)*24*time.Hour + part)
	if err != nil || part < 0 || *o > overlap(maxOverlap*24*time.Hour) {
		return fmt.Errorf("it takes a duration from 0 to %dd, like 90m, 24h, 7d or 1d12h", maxOverlap)
	}
	return nil
}

type applicationRotateCommand struct {
	applicationID
	Overlap overlap `placeholder:"24h" help:"How long the secrets that it has go on beside the new one, up to 365d; without it they end at once."`
}

func (applicationRotateCommand) Help() string {
	return fmt.Sprintf("The new client_secret is shown once. Tokens that were issued before stay good. An application has %d valid "+
		"secrets at most; La Suite Meet itself knows the newest one only.\n\n"+
		"Examples:\n"+
		"  meet-external-api application rotate-secret CLIENT_ID\n"+
		"  meet-external-api application rotate-secret CLIENT_ID --overlap 7d", db.MaxSecrets)
}

// Run adds a secret, sets an end to the others, and prints the new one.
func (c applicationRotateCommand) Run(e environment) error {
	return withStore(e, func(s settings, store *db.DB) error {
		made, hashes := newSecret(s.secretLength)
		application, err := store.RotateSecret(e.ctx, c.ID, db.Rotation{
			Secret: hashes, Overlap: time.Duration(c.Overlap), HashForm: secret.HashForm,
		})
		if errors.Is(err, db.ErrTooManySecrets) {
			return fmt.Errorf("the application has %d valid secrets already: end one with `application end-secret`, "+
				"or leave --overlap out to end them all", db.MaxSecrets)
		}
		if err != nil {
			return explainNotFound(err)
		}
		return printApplication(e, store, c.JSON, application, made)
	})
}

type applicationEndCommand struct {
	applicationID
	SecretID string `arg:"" help:"The id of the secret, as show tells it."`
}

func (applicationEndCommand) Help() string {
	return "The other secrets stay as they are, and so do the tokens that were issued: revoke-tokens ends those. The last secret is " +
		"ended only where the application has public keys; rotate-secret replaces it.\n\n" +
		"Examples:\n" +
		"  meet-external-api application show CLIENT_ID\n" +
		"  meet-external-api application end-secret CLIENT_ID 3f9a0c51d2be"
}

// Run ends the secret and prints the application as it then is.
func (c applicationEndCommand) Run(e environment) error {
	return withStore(e, func(_ settings, store *db.DB) error {
		application, err := store.EndSecret(e.ctx, c.ID, db.Ending{
			SecretID: strings.ToLower(c.SecretID), NoHash: secret.NoHash, HashForm: secret.HashForm,
		})
		switch {
		case errors.Is(err, db.ErrNoSecret):
			return errors.New("the application has no valid secret with this id: `application show` lists them")
		case errors.Is(err, db.ErrLastSecret):
			return errors.New("it is the only secret, and the application has no public keys: `application rotate-secret` replaces it, " +
				"`application disable` switches the application off")
		case err != nil:
			return explainNotFound(err)
		}
		return printApplication(e, store, c.JSON, application, "")
	})
}

// newSecret makes a secret, and its hashes for all columns that Meet may have for it.
func newSecret(length int) (made string, hashes db.NewSecret) {
	made = secret.New(length)
	return made, db.NewSecret{Hash: secret.Hash(made), SHA256: secret.HashSHA256(made)}
}
