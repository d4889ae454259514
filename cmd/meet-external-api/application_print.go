package main

import (
	"fmt"
	"strings"
	"time"

	"meet-external-api/operator"
)

// printedApplication is an application as it is printed with --json.
type printedApplication struct {
	operator.Application
	ClientSecret string `json:"client_secret,omitempty"`
}

// shownApplication is an application and what it has, as they are printed with --json.
type shownApplication struct {
	operator.Application
	// Tokens are those that have not expired, as far as the audit trail tells, Rooms those that it created.
	Tokens int `json:"tokens"`
	Rooms  int `json:"rooms"`
}

// printApplication prints one application.
func printApplication(e environment, asJSON bool, a operator.Application) error {
	if asJSON {
		return printJSON(e, printedApplication{a, ""})
	}
	return printTable(e, applicationRows(a, ""))
}

// printCredentials prints one application with its secret, which is new, and how to get its first token.
func printCredentials(e environment, asJSON bool, apiURL string, a operator.Application, newSecret string) error {
	if asJSON {
		return printJSON(e, printedApplication{a, newSecret})
	}
	if err := printTable(e, applicationRows(a, newSecret)); err != nil {
		return err
	}
	lines := []string{"", "A token for it:", ""}
	for line := range strings.Lines(operator.FirstToken(apiURL, a.Application, newSecret)) {
		lines = append(lines, printable(strings.TrimSuffix(line, "\n")))
	}
	_, err := fmt.Fprintln(e.stdout, strings.Join(lines, "\n"))
	return err
}

// applicationRows are those of a table for people; newSecret is empty where there is none to show.
func applicationRows(a operator.Application, newSecret string) [][]string {
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
	for _, stored := range a.Secrets {
		rows = append(rows, []string{"secret", fmt.Sprintf("%s: made %s, expires %s, last used %s",
			stored.ID, timeOr(stored.CreatedAt, "in Meet"), timeOr(stored.ExpiresAt, "never"), timeOr(stored.LastUsedAt, "never"))})
	}
	return rows
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
