package main

import (
	"fmt"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/operator"
)

type userCommand struct {
	Create       userCreateCommand `cmd:"" help:"Create a user."`
	List         userListCommand   `cmd:"" help:"List the users."`
	RevokeTokens userRevokeCommand `cmd:"" help:"End all tokens for a user that were issued before now."`
}

type userCreateCommand struct {
	Email string  `required:"" placeholder:"ADDRESS" help:"The e-mail address that applications name the user by."`
	Sub   *string `placeholder:"SUB" help:"The user's subject at the OpenID provider; without it the user is provisional."`
	JSON  bool    `name:"json" help:"Print JSON."`
}

func (userCreateCommand) Help() string {
	return "For running on its own; beside La Suite Meet, Meet makes the users.\n\n" +
		"Example:\n  meet-external-api user create --email user@example.com"
}

// Run creates the user and prints it.
func (c userCreateCommand) Run(e environment) error {
	return withOperator(e, audit.UserCreate, "", func(o *operator.Service, by audit.Source) error {
		user, err := o.CreateUser(e.ctx, by, c.Email, c.Sub)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(e, user)
		}
		return printTable(e, [][]string{userColumns, userCells(user)})
	})
}

type userListCommand struct {
	Search string `placeholder:"TEXT" help:"Only those with this in their address or sub, in upper or lower case."`
	After  string `placeholder:"UUID" help:"Only those after this one, the last of the page before."`
	pageFlags
}

func (userListCommand) Help() string {
	return "Examples:\n" +
		"  meet-external-api user list --search @example.com\n" +
		"  meet-external-api user list --json --limit 1000 --after 7c9e6679-7425-40de-944b-e07fc1f90ae7"
}

// Run prints the users, by address.
func (c userListCommand) Run(e environment) error {
	return withOperator(e, audit.UserList, "", func(o *operator.Service, _ audit.Source) error {
		return printList(e, c.JSON, userColumns, userCells, func(each func(db.User) error) error {
			return o.EachUser(e.ctx, db.Page{Search: c.Search, After: c.After, Limit: c.Limit}, each)
		})
	})
}

type userRevokeCommand struct {
	ID   string `arg:"" help:"The e-mail address, or the UUID, of the user."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (userRevokeCommand) Help() string {
	return "The tokens of applications and of Meet's add-ons end, those of an OpenID provider are the provider's. Applications can " +
		"get new ones at once: switch the user off in Meet to end that.\n\n" +
		"Example:\n  meet-external-api user revoke-tokens user@example.com"
}

// Run ends the tokens for the user.
func (c userRevokeCommand) Run(e environment) error {
	return withOperator(e, audit.UserRevokeTokens, c.ID, func(o *operator.Service, by audit.Source) error {
		users, err := o.RevokeUserTokens(e.ctx, by, c.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(e, map[string]int64{"users": users})
		}
		_, err = fmt.Fprintf(e.stdout, "tokens of %d users revoked\n", users)
		return err
	})
}

var userColumns = []string{"ID", "EMAIL", "SUB", "ACTIVE"}

func userCells(u db.User) []string {
	return []string{u.ID, orDash(u.Email), orDash(u.Sub), fmt.Sprint(u.IsActive)}
}

func orDash(text *string) string {
	if text == nil {
		return "-"
	}
	return *text
}
