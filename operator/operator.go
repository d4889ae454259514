// Package operator is what an operator can do: register applications and change them, end secrets and tokens, and ask who may do what.
// The console, the operators' API and the command line are three ways to it: the rules are here, and nowhere else. Package db stores
// each act together with its event of the audit trail; whoever calls says who acts, by an audit.Source. No HTTP here. Begin with
// Service.
package operator

import (
	"context"
	"strings"
	"unicode/utf8"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/auth/ratelimit"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
)

// Service does what operators do.
type Service struct {
	Store *db.DB
	// ClientIDLength and SecretLength are those of new applications, in characters.
	ClientIDLength, SecretLength int
	// CreateUsers is whether a token request makes a user for an address that nobody has.
	CreateUsers bool
	// Disabled is the refusal of every token request, whatever the application may do otherwise; nil: there is none.
	Disabled error
	// APIURL is the address of the external API without a slash at its end, for what operators paste.
	APIURL string
	// TokenLifetime is that of the applications' tokens, in seconds.
	TokenLifetime int
	// Passwords, Limits and Audit are what signing in needs; nil on the command line.
	Passwords *secret.Checker
	Limits    *ratelimit.Limiter
	Audit     *audit.Recorder
}

// Application is what there is to know of one: its secrets by all but their text.
type Application struct {
	db.Application
	// AnyDomain is whether it has no domains, and so may act for everybody.
	AnyDomain bool        `json:"any_domain"`
	Secrets   []db.Secret `json:"secrets"`
}

// NewApplication is what an application is registered with.
type NewApplication struct {
	// ID is the UUID that it gets, by which a form that is sent twice registers one application; empty: any.
	ID   string
	Name string
	// OnlyName refuses it where another application has the name.
	OnlyName bool
	// IsInactive registers it switched off.
	IsInactive bool
	Scopes     []string
	// Domains are the e-mail domains that it may act for, in any case of letters. Where there are none, AnyDomain has to say that it may
	// act for everybody.
	Domains   []string
	AnyDomain bool
	// Visibility is `own` or `user`; empty: user.
	Visibility string
	// PublicKeys are a JWK Set, a JWK or PEM; empty: it has none.
	PublicKeys string
}

// ApplicationChange is what UpdateApplication changes; what is nil, or false, stays as it is.
type ApplicationChange struct {
	Name     *string
	IsActive *bool
	Scopes   *[]string
	// Domains replaces the domains. Where it leaves none, AnyDomain has to be true.
	Domains    *[]string
	AnyDomain  bool
	Visibility *string
	// PublicKeys are a JWK Set, a JWK or PEM; an empty text takes the keys away.
	PublicKeys *string
}

// Application finds an application by its client id or its UUID. Errors: refusal.ApplicationUnknown.
func (s *Service) Application(ctx context.Context, id string) (Application, error) {
	application, err := s.Store.Application(ctx, known(id))
	return s.complete(ctx, application, explain(err))
}

// lowerCase is the form in which domains are stored.
func lowerCase(domains []string) []string {
	all := make([]string, len(domains))
	for i, domain := range domains {
		all[i] = auth.FoldASCII(domain)
	}
	return all
}

// known returns the name that finds an application or a user; empty, which finds nobody, where PostgreSQL does not take it.
func known(id string) string {
	if !storable(id) {
		return ""
	}
	return id
}

// storable reports whether PostgreSQL takes a text.
func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }
