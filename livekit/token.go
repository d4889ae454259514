package livekit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// newToken returns an access token of LiveKit that lives for a minute, with which its API lists and changes the room of that
// name (LiveKit, "Access tokens": an HS256 JWT with a video grant, signed with the secret of the API key as it is).
func (c *Client) newToken(room string) (string, error) {
	now := time.Now()
	claims, err := json.Marshal(map[string]any{
		// Its clock may be behind ours.
		"iss": c.key, "nbf": now.Add(-10 * time.Second).Unix(), "exp": now.Add(time.Minute).Unix(),
		"video": map[string]any{"roomAdmin": true, "roomList": true, "room": room},
	})
	if err != nil {
		return "", fmt.Errorf("encoding the claims of the token: %w", err)
	}
	encoding := base64.RawURLEncoding
	token := encoding.AppendEncode([]byte(encoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))+"."), claims)
	mac := hmac.New(sha256.New, c.secret)
	mac.Write(token)
	return string(encoding.AppendEncode(append(token, '.'), mac.Sum(nil))), nil
}
