package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"meet-external-api/db"
)

// applicationView is an application as programs read it.
type applicationView struct {
	ID                string     `json:"id"`
	Name              string     `json:"name"`
	ClientID          string     `json:"client_id"`
	ClientSecret      string     `json:"client_secret,omitempty"`
	IsActive          bool       `json:"is_active"`
	Scopes            []string   `json:"scopes"`
	Domains           []string   `json:"domains"`
	Visibility        string     `json:"visibility"`
	TokensRevokedTill *time.Time `json:"tokens_revoked_until,omitempty"`
	CreatedAt         time.Time  `json:"created_at"`
	// PublicKeys is a JWK Set.
	PublicKeys json.RawMessage `json:"public_keys,omitempty"`
	Secrets    []secretView    `json:"secrets,omitempty"`
}

// secretView is what is known of a secret; nobody knows the secret itself.
type secretView struct {
	CreatedAt  *time.Time `json:"created_at"`
	ExpiresAt  *time.Time `json:"expires_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
}

func viewOf(a db.Application, secret string, secrets []db.Secret) applicationView {
	view := applicationView{
		ID: a.ID, Name: a.Name, ClientID: a.ClientID, ClientSecret: secret, IsActive: a.IsActive,
		Scopes: a.Scopes, Domains: a.Domains, Visibility: a.Visibility, TokensRevokedTill: a.TokensFrom, CreatedAt: a.CreatedAt,
		PublicKeys: a.PublicKeys,
	}
	for _, one := range secrets {
		view.Secrets = append(view.Secrets, secretView(one))
	}
	return view
}

// printApplication prints one application, with its secret where it was made just now.
func printApplication(e environment, store *db.DB, asJSON bool, a db.Application, secret string) error {
	secrets, err := store.Secrets(e.ctx, a.ID)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(e, viewOf(a, secret, secrets))
	}
	rows := [][]string{{"id", a.ID}, {"name", a.Name}, {"client_id", a.ClientID}}
	if secret != "" {
		rows = append(rows, []string{"client_secret", secret})
	}
	rows = append(rows,
		[]string{"active", fmt.Sprint(a.IsActive)},
		[]string{"scopes", joined(a.Scopes, "-")},
		[]string{"domains", joined(a.Domains, "any")},
		[]string{"visibility", a.Visibility},
	)
	if a.TokensFrom != nil {
		rows = append(rows, []string{"tokens revoked until", a.TokensFrom.Format(time.RFC3339)})
	}
	if a.PublicKeys != nil {
		rows = append(rows, []string{"public keys", string(a.PublicKeys)})
	}
	for _, one := range secrets {
		rows = append(rows, []string{"secret", fmt.Sprintf("made %s, expires %s, last used %s",
			timeOr(one.CreatedAt, "in Meet"), timeOr(one.ExpiresAt, "never"), timeOr(one.LastUsedAt, "never"))})
	}
	return printTable(e, rows)
}

func timeOr(t *time.Time, none string) string {
	if t == nil {
		return none
	}
	return t.Format(time.RFC3339)
}

func joined(texts []string, none string) string {
	if len(texts) == 0 {
		return none
	}
	return strings.Join(texts, " ")
}
