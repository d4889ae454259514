package handlers

import (
	"context"
	"errors"
	"time"

	"meet-external-api/auth"
	"meet-external-api/db"
)

// credentials are what a client came with: an id and a secret, or an assertion, with or without the id.
type credentials struct{ id, secret, assertion *string }

// clientID is the one that was sent, or that the assertion names.
func (c credentials) clientID() string {
	if c.id == nil {
		return auth.AssertionClient(*c.assertion)
	}
	return *c.id
}

// refusalDelay is how long who asks too much waits for that answer: a flood of answers that come at once costs others too.
const refusalDelay = 200 * time.Millisecond

// tryTimeout bounds the wait for the database and for slow hashes.
const tryTimeout = 10 * time.Second

// authenticateClient finds the application that the credentials belong to, and who has the address, in one round trip.
// Whatever is wrong with the credentials, finding out costs the same, so that the time it takes tells nobody which client ids
// exist.
func (a *API) authenticateClient(ctx context.Context, c credentials, address string) (db.Client, error) {
	client, err := a.tryClient(ctx, c, address)
	refused, busy := new(auth.Refusal), new(auth.BusyError)
	if errors.As(err, &refused) && refused.Kind == auth.Throttled || errors.As(err, &busy) {
		pause(ctx, refusalDelay)
	}
	return client, err
}

// pause waits, unless the request is given up.
func pause(ctx context.Context, wait time.Duration) {
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

func (a *API) tryClient(ctx context.Context, c credentials, address string) (db.Client, error) {
	// Who goes away before the answer has tried nonetheless, and that is counted.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tryTimeout)
	defer cancel()
	id := c.clientID()
	attempt, err := a.Attempts.Begin(ctx, id, a.RemoteAddress(ctx))
	if err != nil {
		return db.Client{}, err
	}
	client, err := a.Clients.ClientAndUsers(ctx, db.ClientQuery{
		ClientID: id, Address: auth.FoldASCII(address), Keys: c.assertion != nil,
	})
	if err != nil {
		return db.Client{}, err
	}
	if c.assertion != nil {
		err = a.checkAssertion(ctx, attempt, client, id, *c.assertion)
	} else {
		err = a.checkSecret(ctx, attempt, client, id, *c.secret)
	}
	if refused := new(auth.Refusal); errors.As(err, &refused) && refused.Code == "invalid_client" {
		attempt.Failed(ctx)
	}
	if err != nil {
		return db.Client{}, err
	}
	auth.Identify(ctx, auth.Principal{ApplicationID: client.ID})
	if err := attempt.Succeeded(ctx); err != nil {
		return db.Client{}, err
	}
	if !client.IsActive {
		return db.Client{}, auth.ErrApplicationInactive
	}
	return client, nil
}

func (a *API) checkSecret(ctx context.Context, attempt auth.Attempt, client db.Client, id, secret string) error {
	hash, err := a.Secrets.Check(ctx, auth.SecretCheck{
		ClientID: id, Secret: secret, Hashes: client.SecretHashes, AllowSlow: attempt.AllowSlow, Lane: attempt.Lane(),
	})
	if err != nil {
		return err
	}
	a.Clients.NoteSecretUse(client.ID, hash, time.Now())
	return nil
}

// checkAssertion verifies an assertion and sees to it that each is used once.
func (a *API) checkAssertion(ctx context.Context, attempt auth.Attempt, client db.Client, id, assertion string) error {
	if err := attempt.AllowSignature(ctx); err != nil {
		return err
	}
	verified, err := a.Assertions.Verify(assertion, id, client.PublicKeys, a.audiences(ctx), time.Now())
	if err != nil {
		return err
	}
	err = a.Clients.UseAssertion(ctx, client.ID, verified.ID, verified.ExpiresAt)
	if errors.Is(err, db.ErrConflict) {
		return auth.ErrAssertionUsed
	}
	return err
}

// audiences are the names of this server that an assertion can be made out to. Those that hold a host which the caller could
// choose are left out: with them, an assertion that was made for another server would count here too.
func (a *API) audiences(ctx context.Context) []string {
	names := []string{a.Settings.Issuer}
	requested, ok := a.TrustedURL(ctx)
	if !ok {
		return names
	}
	host := requested.Scheme + "://" + requested.Host
	for _, path := range []string{"", "/", BasePath, tokenPath, introspectPath, revokePath} {
		names = append(names, host+path, host+path+"/")
	}
	return names
}
