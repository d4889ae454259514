package main

import (
	"fmt"
	"strings"
	"time"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
)

// printedApplication is an application as it is printed with --json.
type printedApplication struct {
	db.Application
	ClientSecret string      `json:"client_secret,omitempty"`
	Secrets      []db.Secret `json:"secrets"`
}

// printApplication prints one application, with its secret where that is new, else empty.
func printApplication(e environment, store *db.DB, asJSON bool, a db.Application, newSecret string) error {
	secrets, err := store.Secrets(e.ctx, a.ID, secret.HashForm)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(e, printedApplication{a, newSecret, secrets})
	}
	rows := [][]string{{"id", a.ID}, {"name", a.Name}, {"client_id", a.ClientID}}
	if newSecret != "" {
		rows = append(rows, []string{"client_secret", newSecret})
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
		rows = append(rows, []string{"public keys", string(*a.PublicKeys)})
	}
	for _, stored := range secrets {
		rows = append(rows, []string{"secret", fmt.Sprintf("%s: made %s, expires %s, last used %s",
			stored.ID, timeOr(stored.CreatedAt, "in Meet"), timeOr(stored.ExpiresAt, "never"), timeOr(stored.LastUsedAt, "never"))})
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
