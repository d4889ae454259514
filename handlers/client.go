package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"meet-external-api/auth"
	"meet-external-api/auth/ratelimit"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/delegation"
	"meet-external-api/refusal"
)

const (
	// authenticationTimeout bounds the wait for the database and for slow hashes.
	authenticationTimeout = 10 * time.Second
	// floodDelay is how long a caller waits for an answer of 429 or 503: a flood of answers that come at once costs others too.
	floodDelay = 200 * time.Millisecond
)

// authenticateClient finds the application that the client of a request is, and the users who have the address (empty: nobody), in
// one round trip. The request counts by that budget of the application. Whatever is wrong with a secret, finding out costs the same,
// so that the time it takes tells nobody which secrets there are. Secrets are counted before they are judged: of many at once, as
// many are judged as the limits allow. Errors: refusals that are refusal.Unauthenticated, refusal.Throttled or refusal.Unavailable.
func (a *API) authenticateClient(request context.Context, budget ratelimit.Budget, address string) (client db.Client, err error) {
	defer func() {
		if refused := new(refusal.Error); errors.As(err, &refused) && (refused.Kind == refusal.Throttled || refused.Kind == refusal.Unavailable) {
			pause(request, floodDelay)
		}
	}()
	// A cancelled request still counts as an attempt.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(request), authenticationTimeout)
	defer cancel()
	c, network := auth.FromContext[auth.Client](ctx), auth.FromContext[auth.Origin](ctx).Network()

	// A secret that is remembered is right unless it has ended meanwhile, so that its request is counted at once: one decision of
	// the limits and one round trip to the database are all that it takes.
	hash, remembered := a.Secrets.Remembered(c.ID, c.Proof)
	if remembered {
		err = a.Limits.CountRequest(ctx, budget, c.ID, network)
	} else {
		err = a.Limits.Check(ctx, budget, c.ID, network, a.Secrets.RemembersClient(c.ID))
	}
	if err != nil {
		return db.Client{}, err
	}
	client, err = a.Store.ClientAndUsers(ctx, db.ClientQuery{
		ClientID: c.ID, Address: auth.FoldASCII(address), Keys: c.Method == auth.PrivateKeyJWT,
	})
	switch {
	case err != nil:
	case c.Method == auth.PrivateKeyJWT:
		err = a.verifyAssertion(ctx, client, c, network)
	case !remembered || !slices.Contains(client.SecretHashes, hash):
		hash, err = a.verifySecret(ctx, client, c, network)
	}
	if err == nil && !remembered {
		err = a.Limits.CountRequest(ctx, budget, c.ID, network)
	}
	if err == nil && hash != "" {
		use := db.SecretUse{ApplicationID: client.ID, Hash: hash, At: time.Now()}
		if hash == client.UnmovedHash {
			use.SHA256 = secret.HashSHA256(c.Proof)
		}
		a.Store.NoteSecretUse(use)
	}
	if err == nil {
		err = delegation.CheckActive(client)
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

// verifySecret returns the hash that the secret matches, or says that it matches none. Equal attempts at once are one.
func (a *API) verifySecret(ctx context.Context, client db.Client, c auth.Client, network string) (string, error) {
	equal := fmt.Sprintf("%q", append([]string{c.ID, c.Proof, network}, client.SecretHashes...))
	hash, err := a.secretChecks.Do(ctx, equal, authenticationTimeout, func(ctx context.Context) (string, error) {
		if err := a.Limits.CountFailure(ctx, c.ID, network); err != nil {
			return "", err
		}
		hash, err := a.Secrets.Verify(ctx, secret.Attempt{ClientID: c.ID, Secret: c.Proof, Hashes: client.SecretHashes, Network: network})
		if !errors.Is(err, refusal.WrongSecret) {
			a.Limits.RefundFailure(ctx, c.ID, network)
		}
		return hash, err
	})
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		err = refusal.NotAvailable("secret_queue_full", err)
	case errors.Is(err, refusal.WrongSecret) && client.ID == "":
		err = refusal.UnknownClient
	}
	return hash, err
}

// verifyAssertion sees to it that each assertion is used once. A failure is counted when it is one: nobody can guess a signature,
// and a client may send many right ones at once.
func (a *API) verifyAssertion(ctx context.Context, client db.Client, c auth.Client, network string) error {
	verified, err := a.Assertions.Verify(c.Proof, c.ID, client.PublicKeys, a.audiences(ctx), time.Now())
	if err == nil {
		err = a.Store.UseAssertion(ctx, client.ID, verified.ID, verified.ExpiresAt)
	}
	if errors.Is(err, db.ErrConflict) {
		err = refusal.AssertionUsed
	}
	if refused := new(refusal.Error); errors.As(err, &refused) && refused.OAuth == refusal.InvalidClient {
		if limited := a.Limits.CountFailure(ctx, c.ID, network); limited != nil {
			return limited
		}
	}
	if client.ID == "" {
		return refusal.UnknownClient
	}
	return err
}

// audiences are the names of this server that an assertion can be made out to. Those that hold a host which the caller could
// choose are left out, and so is an issuer that is no URL, which other servers have too: with them, an assertion that was made for
// another server would count here (CVE-2025-27370).
func (a *API) audiences(ctx context.Context) (names []string) {
	if a.issuerURL() != nil {
		names = append(names, a.Settings.Issuer)
	}
	origin := auth.FromContext[auth.Origin](ctx)
	if !origin.Trusted {
		return names
	}
	host := origin.URL.Scheme + "://" + origin.URL.Host
	for _, path := range []string{"", "/", BasePath, tokenPath, introspectPath, revokePath} {
		names = append(names, host+path, host+path+"/")
	}
	return names
}
