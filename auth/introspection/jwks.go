package introspection

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"meet-external-api/auth/jose"
)

const (
	keysTTL      = 5 * time.Minute
	minRefetch   = 10 * time.Second // from one attempt to fetch keys to the next
	keySetAccept = "application/jwk-set+json, application/json"
)

// remoteKeySet caches the JWK Set of the authorization server (RFC 7517, section 5).
type remoteKeySet struct {
	endpoint string
	http     *http.Client
	now      func() time.Time

	mu      sync.Mutex
	keys    []jose.Key
	fetched time.Time
	tried   time.Time
}

// find returns the only key that the header of a JWS can mean. Where there is none, the set is fetched again.
func (r *remoteKeySet) find(ctx context.Context, header jose.Header) (jose.Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if key, ok := jose.SelectKey(r.keys, header); ok && now.Sub(r.fetched) < keysTTL {
		return key, nil
	}
	if now.Sub(r.tried) >= minRefetch {
		r.tried = now
		keys, err := r.fetch(ctx)
		if err != nil {
			return jose.Key{}, fmt.Errorf("fetching keys from OIDC_OP_JWKS_ENDPOINT: %w", err)
		}
		r.keys, r.fetched = keys, now
		if key, ok := jose.SelectKey(r.keys, header); ok {
			return key, nil
		}
	}
	return jose.Key{}, errors.New("no single key for it at OIDC_OP_JWKS_ENDPOINT")
}

func (r *remoteKeySet) fetch(ctx context.Context) ([]jose.Key, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.endpoint, nil)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	body, _, err := fetch(r.http, request, keySetAccept)
	if err != nil {
		return nil, err
	}
	return jose.ParseKeySet(body)
}
