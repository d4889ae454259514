package operator

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// newSession makes a session and its cookie; before is the cookie that the browser had before.
func newSession(before string) (cookie string, session db.NewSession) {
	cookie = rand.Text() // 128 random bits
	session.ID = sessionID(cookie)
	if before != "" {
		session.Replaced = sessionID(before)
	}
	return cookie, session
}

// sessionID is what is stored of a cookie: who reads the database cannot use it.
func sessionID(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return hex.EncodeToString(sum[:])
}

// Session returns the operator whose cookie it is. The session ends after 8 hours, after 30 minutes without a request, at the sign-out, and
// once the user is no operator any more or has another password. Errors: refusal.SessionEnded; also where there never was such a session.
func (s *Service) Session(ctx context.Context, cookie string) (auth.Operator, error) {
	name, err := s.Store.Session(ctx, sessionID(cookie))
	if errors.Is(err, db.ErrNotFound) {
		return auth.Operator{}, refusal.SessionEnded
	}
	return auth.Operator{Name: name, CanWrite: true}, err
}

// SignOut ends a session. One that has ended already is no error.
func (s *Service) SignOut(ctx context.Context, by audit.Source, cookie string) error {
	return s.Store.EndSession(ctx, by, sessionID(cookie))
}
