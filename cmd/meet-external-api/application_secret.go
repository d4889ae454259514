package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/operator"
)

// maxOverlap is that of operator in days.
const maxOverlap = int(operator.MaxOverlap / (24 * time.Hour))

// period is a duration that may begin with days: 90m, 24h, 7d, 1d12h.
type period time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *period) UnmarshalText(text []byte) (err error) {
	days, rest, found := strings.Cut(string(text), "d")
	if !found {
		days, rest = "0", days
	}
	number, err := strconv.ParseUint(days, 10, 16)
	var part time.Duration
	if err == nil && (rest != "" || !found) {
		part, err = time.ParseDuration(rest)
	}
	*p = period(time.Duration(number)*24*time.Hour + part)
	if err != nil || part < 0 || time.Duration(*p) > operator.MaxOverlap {
		return fmt.Errorf("it takes a duration from 0 to %dd, like 90m, 24h, 7d or 1d12h", maxOverlap)
	}
	return nil
}

type applicationRotateCommand struct {
	applicationID
	Overlap period `placeholder:"24h" help:"How long the secrets that it has go on beside the new one, up to 365d; without it they end at once."`
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
	return withOperator(e, audit.ApplicationRotateSecret, c.ID, func(o *operator.Service, by audit.Source) error {
		application, made, err := o.RotateSecret(e.ctx, by, c.ID, operator.Rotation{Overlap: time.Duration(c.Overlap)})
		if err != nil {
			return err
		}
		return printCredentials(e, c.JSON, o.APIURL, application, made)
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
	return withOperator(e, audit.ApplicationEndSecret, c.ID, func(o *operator.Service, by audit.Source) error {
		application, err := o.EndSecret(e.ctx, by, c.ID, c.SecretID)
		if err != nil {
			return err
		}
		return printApplication(e, c.JSON, application)
	})
}
