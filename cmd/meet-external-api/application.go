package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"meet-external-api/auth"
	"meet-external-api/auth/jose"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
)

type applicationCommand struct {
	Create       applicationCreateCommand  `cmd:"" help:"Register an application; prints its credentials once."`
	List         applicationListCommand    `cmd:"" help:"List the applications."`
	Show         applicationShowCommand    `cmd:"" help:"Show an application."`
	Update       applicationUpdateCommand  `cmd:"" help:"Change an application."`
	Disable      applicationDisableCommand `cmd:"" help:"Switch an application off; its tokens stop at once."`
	Enable       applicationEnableCommand  `cmd:"" help:"Switch an application on again."`
	RotateSecret applicationRotateCommand  `cmd:"" help:"Give an application a new secret; the old ones end at once, or after an overlap."`
	EndSecret    applicationEndCommand     `cmd:"" help:"End one secret of an application."`
	RevokeTokens applicationRevokeCommand  `cmd:"" help:"End all tokens of an application that were issued before now."`
	Delete       applicationDeleteCommand  `cmd:"" help:"Remove an application, after asking; the rooms that it created stay."`
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
	if err := checkName(c.Name); err != nil {
		return err
	}
	if len(c.Domain) == 0 && !c.AnyDomain {
		return usageError{errors.New("give --domain, or --any-domain for an application that may act for anybody")}
	}
	if err := checkGrants(c.Scope, c.Domain, c.AnyDomain); err != nil {
		return err
	}
	return withStore(e, func(s settings, store *db.DB) error {
		if err := c.warn(e, store); err != nil {
			return err
		}
		made, hashes := newSecret(s.secretLength)
		application, err := store.CreateApplication(e.ctx, db.NewApplication{
			Name:     c.Name,
			ClientID: secret.RandomString(secret.Alphanumerics, s.clientIDLength),
			Secret:   hashes,
			Scopes:   distinct(c.Scope),
			Domains:  distinct(lowerCase(c.Domain)),
		})
		if err != nil {
			return err
		}
		return printApplication(e, store, c.JSON, application, made)
	})
}

// warn says what is allowed, and seldom meant.
func (c applicationCreateCommand) warn(e environment, store *db.DB) error {
	if len(c.Scope) == 0 {
		_, _ = fmt.Fprintln(e.stderr, "meet-external-api: warning: without --scope its tokens are good for nothing; "+
			"`application update` gives it scopes")
	}
	return store.Applications(e.ctx, db.Page{Search: c.Name}, func(other db.Application) error {
		if other.Name == c.Name {
			_, _ = fmt.Fprintf(e.stderr, "meet-external-api: warning: application %s has this name already\n", printable(other.ClientID))
		}
		return nil
	})
}

// checkName takes a name that fits into Meet's column.
func checkName(name string) error {
	if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > 255 {
		return usageError{errors.New("--name takes 1 to 255 characters")}
	}
	return nil
}

// checkGrants refuses unknown scopes, and domains that no e-mail address can have.
func checkGrants(scopes, domains []string, anyDomain bool) error {
	for _, scope := range scopes {
		if !slices.Contains(auth.Scopes, scope) {
			return usageError{fmt.Errorf("--scope %q is not one of %s", scope, strings.Join(auth.Scopes, ", "))}
		}
	}
	if len(domains) > 0 && anyDomain {
		return usageError{errors.New("--domain and --any-domain exclude each other")}
	}
	for _, domain := range domains {
		if !auth.ValidEmail("user@" + domain) {
			return usageError{fmt.Errorf("--domain %q is not a domain like example.com", domain)}
		}
	}
	return nil
}

func lowerCase(domains []string) []string {
	all := make([]string, len(domains))
	for i, domain := range domains {
		all[i] = strings.ToLower(domain)
	}
	return all
}

// distinct keeps the first of equal texts; it is never nil, which would stand for "unchanged".
func distinct(texts []string) []string {
	kept := []string{}
	for _, text := range texts {
		if !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return kept
}

type applicationListCommand struct {
	Search string `placeholder:"TEXT" help:"Only those with this in their name or client_id, in upper or lower case."`
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
	return withStore(e, func(_ settings, store *db.DB) error {
		header := []string{"CLIENT ID", "NAME", "ACTIVE", "SCOPES", "DOMAINS"}
		cells := func(a db.Application) []string {
			return []string{a.ClientID, a.Name, fmt.Sprint(a.IsActive), joined(a.Scopes, "-"), joined(a.Domains, "any")}
		}
		return printList(e, c.JSON, header, cells, func(each func(db.Application) error) error {
			err := store.Applications(e.ctx, db.Page{Search: c.Search, After: c.After, Limit: c.Limit}, each)
			return explainNotFound(err)
		})
	})
}

type applicationShowCommand struct{ applicationID }

func (applicationShowCommand) Help() string {
	return "Example:\n  meet-external-api application show kH3vWq0cT5bYx8NfUeZr2JmPaLdGs7oVi1QtRwEy"
}

// Run prints the application.
func (c applicationShowCommand) Run(e environment) error {
	return withStore(e, func(_ settings, store *db.DB) error {
		application, err := store.Application(e.ctx, c.ID)
		if err != nil {
			return explainNotFound(err)
		}
		return printApplication(e, store, c.JSON, application, "")
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
	if c.Name != nil {
		if err := checkName(*c.Name); err != nil {
			return err
		}
	}
	if err := checkGrants(c.Scope, c.Domain, c.AnyDomain); err != nil {
		return err
	}
	change := db.ApplicationChange{Name: c.Name, Visibility: c.Visibility}
	if c.Scope != nil {
		change.Scopes = distinct(c.Scope)
	}
	if c.Domain != nil || c.AnyDomain {
		change.Domains = distinct(lowerCase(c.Domain))
	}
	var err error
	if change.PublicKeys, err = c.publicKeys(); err != nil {
		return err
	}
	return changeApplication(e, c.applicationID, change)
}

// publicKeys reads the keys as they are stored; nil: they stay as they are.
func (c applicationUpdateCommand) publicKeys() ([]byte, error) {
	switch {
	case c.NoKeys && c.PublicKeys != nil:
		return nil, usageError{errors.New("--public-keys and --no-public-keys exclude each other")}
	case c.NoKeys:
		return []byte{}, nil
	case c.PublicKeys == nil:
		return nil, nil
	}
	text, err := os.ReadFile(*c.PublicKeys)
	if err != nil {
		return nil, fmt.Errorf("--public-keys: %w", err)
	}
	keys, err := jose.NormalizeClientKeys(text)
	if err != nil {
		return nil, usageError{fmt.Errorf("--public-keys: %w", err)}
	}
	return keys, nil
}

type applicationDisableCommand struct{ applicationID }

func (applicationDisableCommand) Help() string {
	return "Example:\n  meet-external-api application disable CLIENT_ID"
}

// Run switches the application off.
func (c applicationDisableCommand) Run(e environment) error {
	return changeApplication(e, c.applicationID, db.ApplicationChange{IsActive: new(false)})
}

type applicationEnableCommand struct{ applicationID }

func (applicationEnableCommand) Help() string {
	return "Example:\n  meet-external-api application enable CLIENT_ID"
}

// Run switches the application on.
func (c applicationEnableCommand) Run(e environment) error {
	return changeApplication(e, c.applicationID, db.ApplicationChange{IsActive: new(true)})
}

type applicationRevokeCommand struct{ applicationID }

func (applicationRevokeCommand) Help() string {
	return "The application can get new tokens at once.\n\nExample:\n  meet-external-api application revoke-tokens CLIENT_ID"
}

// Run ends the tokens of the application.
func (c applicationRevokeCommand) Run(e environment) error {
	return changeApplication(e, c.applicationID, db.ApplicationChange{RevokeTokens: true})
}

// changeApplication makes one change and prints the application as it then is.
func changeApplication(e environment, id applicationID, change db.ApplicationChange) error {
	return withStore(e, func(_ settings, store *db.DB) error {
		application, err := store.UpdateApplication(e.ctx, id.ID, change)
		if err != nil {
			return explainNotFound(err)
		}
		return printApplication(e, store, id.JSON, application, "")
	})
}

// explainNotFound says db.ErrNotFound in words for the command line.
func explainNotFound(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return errors.New("no application has this client_id or UUID")
	}
	return err
}
