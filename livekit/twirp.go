package livekit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	// maxAnswer is how many bytes of an answer are read.
	maxAnswer = 1 << 20
	// maxMessage is how many bytes of what a refusal says are logged.
	maxMessage = 300
)

// twirpError is an answer other than 200 (Twirp Wire Protocol v7, "Errors"); without a code, it was not Twirp that answered.
type twirpError struct {
	status  int
	code    string
	message string
}

func (e *twirpError) Error() string {
	if e.code == "" {
		return fmt.Sprintf("status %d", e.status)
	}
	return fmt.Sprintf("status %d, %s: %s", e.status, e.code, e.message)
}

// isNotFound reports whether LiveKit has no room of that name.
func isNotFound(err error) bool {
	refused, is := errors.AsType[*twirpError](err)
	return is && refused.code == "not_found"
}

// call makes a call of RoomService (Twirp Wire Protocol v7, "Requests" and "Responses"). Errors: *twirpError for a
// refusal, others where there is no answer that can be read.
func (c *Client) call(ctx context.Context, token, method string, request, response any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("encoding a call of %s: %w", method, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.service.JoinPath(method).String(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("calling %s: %w", method, err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answered, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("calling %s: %w", method, err)
	}
	defer answered.Body.Close()
	answer, err := io.ReadAll(http.MaxBytesReader(nil, answered.Body, maxAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("reading the answer to %s: %w", method, err)
	case answered.StatusCode != http.StatusOK:
		return fmt.Errorf("calling %s: %w", method, newTwirpError(answered.StatusCode, answer, token))
	}
	if err := json.Unmarshal(answer, response); err != nil {
		return fmt.Errorf("decoding the answer to %s: %w", method, err)
	}
	return nil
}

// newTwirpError reads an answer, and takes the token out of it: LiveKit repeats one that it cannot verify.
func newTwirpError(status int, answer []byte, token string) *twirpError {
	var said struct {
		Code    string `json:"code"`
		Message string `json:"msg"`
	}
	if json.Unmarshal(answer, &said) != nil {
		return &twirpError{status: status}
	}
	return &twirpError{status: status, code: forLog(said.Code, token), message: forLog(said.Message, token)}
}

func forLog(text, token string) string {
	text = strings.ReplaceAll(text, token, "[token]")
	return strings.ToValidUTF8(text[:min(len(text), maxMessage)], "")
}
