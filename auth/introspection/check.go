package introspection

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// ErrCredentials says that the authorization server does not take our client id or its secret.
var ErrCredentials = errors.New("the authorization server refuses the client id or its secret")

// Check asks about a token that nobody has issued, past cache and circuit breaker. Errors: ErrCredentials, and those of a server that
// does not answer, or not as RFC 7662, section 2.2, says.
func (i *Introspector) Check(ctx context.Context) error {
	_, err := i.request(ctx, "meet-external-api-check")
	var status statusError
	if errors.As(err, &status) && (status == http.StatusUnauthorized || status == http.StatusForbidden) {
		return fmt.Errorf("%w: %w", ErrCredentials, err)
	}
	return err
}

// CheckKeys fetches the keys that verify signed answers; where answers are not signed, it does nothing. Errors: there is no JWK Set,
// or none with a key.
func (i *Introspector) CheckKeys(ctx context.Context) error {
	if i.signed == nil {
		return nil
	}
	keys, err := i.signed.keys.fetch(ctx)
	if err == nil && len(keys) == 0 {
		err = errors.New("there is no key in it")
	}
	return err
}
