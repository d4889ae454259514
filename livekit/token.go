package livekit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// grant is what a token lets its bearer do: the members of a video grant.
type grant map[string]any

// changeRoom lets list and change the room of that name.
func changeRoom(room string) grant { return grant{"roomAdmin": true, "roomList": true, "room": room} }

// newToken returns an access token of LiveKit that lives for a minute (LiveKit, "Access tokens": an HS256 JWT with a video grant,
// signed with the secret of the API key as it is).
func (c *Client) newToken(video grant) (string, error) {
	now := time.Now()
	claims, err := json.Marshal(map[string]any{
		// Its clock may be behind ours.
		"iss": c.key, "nbf": now.Add(-10 * time.Second).Unix(), "exp": now.Add(time.Minute).Unix(),
		"video": video,
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
