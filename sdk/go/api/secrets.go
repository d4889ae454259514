package api

import (
	"fmt"
	"log/slog"
)

// Format hides the secret, whichever verb is asked for.
func (r TokenRequest) Format(state fmt.State, _ rune) { hide(state, r.LogValue()) }

// LogValue hides the secret.
func (r TokenRequest) LogValue() slog.Value {
	return slog.GroupValue(slog.String("client_id", r.ClientID), slog.String("scope", r.Scope))
}

// Format hides secret and token, whichever verb is asked for.
func (r TokenReference) Format(state fmt.State, _ rune) { hide(state, r.LogValue()) }

// LogValue hides secret and token.
func (r TokenReference) LogValue() slog.Value {
	return slog.GroupValue(slog.String("client_id", r.ClientID))
}

// Format hides the token, whichever verb is asked for.
func (r TokenResponse) Format(state fmt.State, _ rune) { hide(state, r.LogValue()) }

// LogValue hides the token.
func (r TokenResponse) LogValue() slog.Value {
	return slog.GroupValue(slog.String("token_type", r.TokenType), slog.Int64("expires_in", r.ExpiresIn), slog.String("scope", r.Scope))
}

func hide(state fmt.State, shown slog.Value) { _, _ = fmt.Fprint(state, shown) }
