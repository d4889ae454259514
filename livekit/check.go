package livekit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// ErrCredentials says that LiveKit does not take the API key, or not its secret.
var ErrCredentials = errors.New("LiveKit refuses the key or its secret")

// Check makes a call that changes nothing: it lists the rooms of a name that no room has. Errors: ErrCredentials, and those of a LiveKit
// that does not answer or is none.
func (c *Client) Check(ctx context.Context) error {
	const none = "meet-external-api-check"
	token, err := c.newToken(changeRoom(none))
	if err != nil {
		return err
	}
	var listed struct{}
	err = c.call(ctx, token, "ListRooms", map[string]any{"names": []string{none}}, &listed)
	if refused := (*twirpError)(nil); errors.As(err, &refused) && (refused.status == http.StatusUnauthorized || refused.status == http.StatusForbidden) {
		return fmt.Errorf("%w: %w", ErrCredentials, err)
	}
	return err
}
