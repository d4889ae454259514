package main

import (
	"fmt"
	"time"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/operator"
)

type operatorTokenCreateCommand struct {
	Name    string `required:"" placeholder:"NAME" help:"What the audit trail calls the user of the token."`
	Write   bool   `help:"Let it change things; without it, it can only read."`
	Expires period `default:"90d" placeholder:"90d" help:"How long it counts, up to 365d."`
	JSON    bool   `name:"json" help:"Print JSON."`
}

func (operatorTokenCreateCommand) Help() string {
	return "The token is shown once. It is sent as Authorization: Bearer TOKEN to the operators' API, on the operations listener.\n\n" +
		"Examples:\n" +
		"  meet-external-api operator create-token --name monitoring\n" +
		"  meet-external-api operator create-token --name terraform --write --expires 30d"
}

// printedToken is a token of the operators' API as it is printed with --json.
type printedToken struct {
	db.OperatorToken
	Token string `json:"token,omitempty"`
}

// Run makes the token and prints it.
func (c operatorTokenCreateCommand) Run(e environment) error {
	return withOperator(e, audit.OperatorTokenCreate, "", func(o *operator.Service, by audit.Source) error {
		made, text, err := o.CreateToken(e.ctx, by, operator.NewToken{Name: c.Name, CanWrite: c.Write, Lifetime: time.Duration(c.Expires)})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(e, printedToken{made, text})
		}
		return printTable(e, [][]string{
			{"id", made.ID}, {"name", made.Name}, {"token", text}, {"scope", made.Scope}, {"expires", made.ExpiresAt.Format(time.RFC3339)},
		})
	})
}

type operatorTokenListCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
}

func (operatorTokenListCommand) Help() string {
	return "Also those that have expired, which go after a month.\n\nExample:\n  meet-external-api operator list-tokens"
}

// Run prints what is known of the tokens.
func (c operatorTokenListCommand) Run(e environment) error {
	return withOperator(e, audit.OperatorTokenList, "", func(o *operator.Service, _ audit.Source) error {
		tokens, err := o.Tokens(e.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(e, tokens)
		}
		rows := [][]string{{"ID", "NAME", "SCOPE", "MADE BY", "EXPIRES", "LAST USED"}}
		for _, t := range tokens {
			rows = append(rows, []string{t.ID, t.Name, t.Scope, t.CreatedBy, t.ExpiresAt.Format(time.RFC3339), timeOr(t.LastUsedAt, "never")})
		}
		return printTable(e, rows)
	})
}

type operatorTokenRevokeCommand struct {
	ID   string `arg:"" help:"The id of the token, as list-tokens tells it."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (operatorTokenRevokeCommand) Help() string {
	return "It stops working at once.\n\nExample:\n  meet-external-api operator revoke-token 0f8fad5b-d9cb-469f-a165-70867728950e"
}

// Run ends the token.
func (c operatorTokenRevokeCommand) Run(e environment) error {
	return withOperator(e, audit.OperatorTokenRevoke, c.ID, func(o *operator.Service, by audit.Source) error {
		if err := o.RevokeToken(e.ctx, by, c.ID); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(e, map[string]bool{"revoked": true})
		}
		_, err := fmt.Fprintln(e.stdout, "revoked")
		return err
	})
}
