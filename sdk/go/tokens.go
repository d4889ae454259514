package meet

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// tokenKey is what a token is kept for: an address, and the scope that it is asked for with, which names address and scopes.
type tokenKey struct{ email, scope string }

// token is one that was fetched, or is being fetched: the other fields are for whoever has seen ready closed.
type token struct {
	ready chan struct{}
	value string
	// From refresh on a new one is fetched in its place.
	refresh time.Time
	err     error
}

func (t *token) stale(now time.Time) bool {
	select {
	case <-t.ready:
		return !now.Before(t.refresh)
	default:
		return false
	}
}

// token returns the one that is kept for a key, or a new one. It is fetched in the background, so that a caller who
// gives up does not end it for the others.
func (c *Client) token(ctx context.Context, key tokenKey) (string, error) {
	c.mu.Lock()
	t, now := c.tokens[key], time.Now()
	if t == nil || t.stale(now) {
		c.sweep(now)
		t = &token{ready: make(chan struct{})}
		c.tokens[key] = t
		go c.fetch(context.WithoutCancel(ctx), key, t)
	}
	c.mu.Unlock()
	select {
	case <-t.ready:
		return t.value, t.err
	case <-ctx.Done():
		return "", fmt.Errorf("meet: generateToken: %w", context.Cause(ctx))
	}
}

// fetch makes a token ready. One that could not be fetched is stale from the start.
func (c *Client) fetch(ctx context.Context, key tokenKey, t *token) {
	asked := time.Now()
	answer, err := c.fetchToken(ctx, key)
	if t.err = err; err == nil {
		life := time.Duration(answer.ExpiresIn) * time.Second
		t.value, t.refresh = answer.AccessToken, asked.Add(life-min(time.Minute, life/10))
	}
	close(t.ready)
}

func (c *Client) fetchToken(ctx context.Context, key tokenKey) (*api.TokenResponse, error) {
	return ask(ctx, c, api.GenerateToken(api.TokenRequest{
		ClientID: c.clientID, ClientSecret: c.clientSecret(), GrantType: api.ClientCredentials, Scope: key.scope,
	}))
}

// discard throws a token away that was refused, unless that has been done.
func (c *Client) discard(key tokenKey, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.tokens[key]; t != nil {
		select {
		case <-t.ready:
			if t.value == value {
				delete(c.tokens, key)
			}
		default:
		}
	}
}

// sweep forgets those whose time is over, once a minute. It is called with the lock held.
func (c *Client) sweep(now time.Time) {
	if now.Sub(c.swept) < time.Minute {
		return
	}
	c.swept = now
	maps.DeleteFunc(c.tokens, func(_ tokenKey, t *token) bool { return t.stale(now) })
}
