package main

import (
	"errors"
	"fmt"
	"os"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/operator"
)

type applicationCommand struct {
	Create       applicationCreateCommand    `cmd:"" help:"Register an application; prints its credentials once."`
	List         applicationListCommand      `cmd:"" help:"List the applications."`
	Show         applicationShowCommand      `cmd:"" help:"Show an application."`
	Update       applicationUpdateCommand    `cmd:"" help:"Change an application."`
	Disable      applicationDisableCommand   `cmd:"" help:"Switch an application off; its tokens stop at once."`
	Enable       applicationEnableCommand    `cmd:"" help:"Switch an application on again."`
	RotateSecret applicationRotateCommand    `cmd:"" help:"Give an application a new secret; the old ones end at once, or after an overlap."`
	EndSecret    applicationEndCommand       `cmd:"" help:"End one secret of an application."`
	RevokeTokens applicationRevokeCommand    `cmd:"" help:"End all tokens of an application that were issued before now."`
	Delete       applicationDeleteCommand    `cmd:"" help:"Remove an application, after asking; the rooms that it created stay."`
	MayActFor    applicationMayActForCommand `cmd:"" help:"Tell whether an application may act for an address, and why not."`
}

// applicationID is the argument of the commands on one application.
type applicationID struct {
	ID   string `arg:"" help:"The client_id, or the UUID, of the application."`
	JSON bool   `name:"json" help:"Print JSON."`
}

type applicationCreateCommand struct {
	Name      string   `required:"" help:"A name for people."`
	Scope     []string `sep:"none" placeholder:"SCOPE" help:"A permission scope, may be given several times: ${scopes}."`
	Domain    []string `sep:"none" placeholder:"DOMAIN" help:"An e-mail domain that it may act for, may be given several times."`
	AnyDomain bool     `help:"It may act for any address."`
	JSON      bool     `name:"json" help:"Print JSON."`
}

func (applicationCreateCommand) Help() string {
	return "The client_secret is shown once and stored as a hash. Without scopes the tokens of the application are good for " +
		"nothing yet.\n\nExamples:\n" +
		"  meet-external-api application create --name Calendar --scope rooms:create --scope rooms:list --domain example.com\n" +
		"  meet-external-api application create --name Bot --scope rooms:create --any-domain --json"
}

// Run registers the application and prints it with its secret.
func (c applicationCreateCommand) Run(e environment) error {
	return withOperator(e, audit.ApplicationCreate, "", func(o *operator.Service, by audit.Source) error {
		application, made, err := o.CreateApplication(e.ctx, by, operator.NewApplication{
			Name: c.Name, Scopes: c.Scope, Domains: c.Domain, AnyDomain: c.AnyDomain,
		})
		if err != nil {
			return err
		}
		if err := c.warn(e, o, application.ID); err != nil {
			return err
		}
		return printCredentials(e, c.JSON, o.APIURL, application, made)
	})
}

// warn says what is allowed, and seldom meant.
func (c applicationCreateCommand) warn(e environment, o *operator.Service, id string) error {
	if len(c.Scope) == 0 {
		_, _ = fmt.Fprintln(e.stderr, "meet-external-api: warning: without --scope its tokens are good for nothing; "+
			"`application update` gives it scopes")
	}
	return o.EachApplication(e.ctx, db.ApplicationPage{Page: db.Page{Search: c.Name}}, func(other db.Application) error {
		if other.Name == c.Name && other.ID != id {
			_, _ = fmt.Fprintf(e.stderr, "meet-external-api: warning: application %s has this name already\n", printable(other.ClientID))
		}
		return nil
	})
}

type applicationListCommand struct {
	Search string `placeholder:"TEXT" help:"Only those with this in their name or client_id, in upper or lower case."`
	State  string `enum:"all,active,inactive" default:"all" placeholder:"all" help:"Only those that are active, or inactive."`
	After  string `placeholder:"ID" help:"Only those after this one, the last of the page before."`
	pageFlags
}

func (applicationListCommand) Help() string {
	return "Examples:\n" +
		"  meet-external-api application list --search calendar\n" +
		"  meet-external-api application list --json --limit 100 --after CLIENT_ID"
}

// Run prints the applications, by name.
func (c applicationListCommand) Run(e environment) error {
	return withOperator(e, audit.ApplicationList, "", func(o *operator.Service, _ audit.Source) error {
		header := []string{"CLIENT ID", "NAME", "ACTIVE", "SCOPES", "DOMAINS"}
		cells := func(a db.Application) []string {
			return []string{a.ClientID, a.Name, fmt.Sprint(a.IsActive), joined(a.Scopes, "-"), joined(a.Domains, "any")}
		}
		return printList(e, c.JSON, header, cells, func(each func(db.Application) error) error {
			page := db.ApplicationPage{Page: db.Page{Search: c.Search, After: c.After, Limit: c.Limit}, State: c.State}
			return o.EachApplication(e.ctx, page, each)
		})
	})
}

type applicationShowCommand struct{ applicationID }

func (applicationShowCommand) Help() string {
	return "Example:\n  meet-external-api application show kH3vWq0cT5bYx8NfUeZr2JmPaLdGs7oVi1QtRwEy"
}

// Run prints the application, and what it has.
func (c applicationShowCommand) Run(e environment) error {
	return withOperator(e, audit.ApplicationRetrieve, c.ID, func(o *operator.Service, _ audit.Source) error {
		application, has, err := o.DeletionOf(e.ctx, c.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(e, shownApplication{application, has.Tokens, has.Rooms})
		}
		return printTable(e, append(applicationRows(application, ""),
			[]string{"tokens", fmt.Sprintf("%d that have not expired, as far as the audit trail tells", has.Tokens)},
			[]string{"rooms", fmt.Sprintf("%d that it created", has.Rooms)}))
	})
}

type applicationUpdateCommand struct {
	applicationID
	Name       *string  `help:"A new name."`
	Scope      []string `sep:"none" placeholder:"SCOPE" help:"Replaces the permission scopes, may be given several times: ${scopes}."`
	Domain     []string `sep:"none" placeholder:"DOMAIN" help:"Replaces the e-mail domains, may be given several times."`
	AnyDomain  bool     `help:"It may act for any address from now on."`
	Visibility *string  `enum:"own,user" placeholder:"own|user" help:"own: it sees the rooms that it created; user: all those of its users."`
	PublicKeys *string  `placeholder:"FILE" help:"A file with the public keys that verify its assertions (private_key_jwt): JWK Set, JWK or PEM."`
	NoKeys     bool     `name:"no-public-keys" help:"Takes its public keys away."`
}

func (applicationUpdateCommand) Help() string {
	return "What is not given stays as it is.\n\nExamples:\n" +
		"  meet-external-api application update CLIENT_ID --scope rooms:create --scope rooms:list\n" +
		"  meet-external-api application update CLIENT_ID --domain example.com --domain example.org\n" +
		"  meet-external-api application update CLIENT_ID --visibility own\n" +
		"  meet-external-api application update CLIENT_ID --public-keys calendar.pub.pem"
}

// Run changes the application and prints it as it then is.
func (c applicationUpdateCommand) Run(e environment) error {
	change := operator.ApplicationChange{Name: c.Name, AnyDomain: c.AnyDomain, Visibility: c.Visibility}
	if c.Scope != nil {
		change.Scopes = &c.Scope
	}
	if c.Domain != nil {
		change.Domains = &c.Domain
	}
	var err error
	if change.PublicKeys, err = c.publicKeys(); err != nil {
		return err
	}
	return changeApplication(e, c.applicationID, change)
}

// publicKeys reads the keys; nil: they stay as they are.
func (c applicationUpdateCommand) publicKeys() (*string, error) {
	switch {
	case c.NoKeys && c.PublicKeys != nil:
		return nil, usageError{errors.New("--public-keys and --no-public-keys exclude each other")}
	case c.NoKeys:
		return new(""), nil
	case c.PublicKeys == nil:
		return nil, nil
	}
	text, err := os.ReadFile(*c.PublicKeys)
	if err != nil {
		return nil, fmt.Errorf("--public-keys: %w", err)
	}
	return new(string(text)), nil
}

type applicationDisableCommand struct{ applicationID }

func (applicationDisableCommand) Help() string {
	return "Example:\n  meet-external-api application disable CLIENT_ID"
}

// Run switches the application off.
func (c applicationDisableCommand) Run(e environment) error {
	return changeApplication(e, c.applicationID, operator.ApplicationChange{IsActive: new(false)})
}

type applicationEnableCommand struct{ applicationID }

func (applicationEnableCommand) Help() string {
	return "Example:\n  meet-external-api application enable CLIENT_ID"
}

// Run switches the application on.
func (c applicationEnableCommand) Run(e environment) error {
	return changeApplication(e, c.applicationID, operator.ApplicationChange{IsActive: new(true)})
}

type applicationRevokeCommand struct{ applicationID }

func (applicationRevokeCommand) Help() string {
	return "The application can get new tokens at once.\n\nExample:\n  meet-external-api application revoke-tokens CLIENT_ID"
}

// Run ends the tokens of the application.
func (c applicationRevokeCommand) Run(e environment) error {
	return withOperator(e, audit.ApplicationRevokeTokens, c.ID, func(o *operator.Service, by audit.Source) error {
		application, err := o.RevokeTokens(e.ctx, by, c.ID)
		if err != nil {
			return err
		}
		return printApplication(e, c.JSON, application)
	})
}

// changeApplication makes one change and prints the application as it then is.
func changeApplication(e environment, id applicationID, change operator.ApplicationChange) error {
	return withOperator(e, audit.ApplicationUpdate, id.ID, func(o *operator.Service, by audit.Source) error {
		application, err := o.UpdateApplication(e.ctx, by, id.ID, change)
		if err != nil {
			return err
		}
		return printApplication(e, id.JSON, application)
	})
}
