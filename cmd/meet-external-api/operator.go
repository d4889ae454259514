package main

import (
	"cmp"
	"errors"
	"maps"
	"net"
	"net/netip"
	"os/user"
	"slices"
	"strings"

	"github.com/google/uuid"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/handlers"
	"meet-external-api/middleware"
	"meet-external-api/operator"
	"meet-external-api/refusal"
)

// withOperator runs what an operator does on the command line, on a migrated database; id is what it is done to, as the command names
// it, or empty. What is refused is in the audit trail too. The lines of the trail go to a file alone: on standard output and standard error
// scripts read what the command says. Errors: those of do, where values are wrong as wrong usage.
func withOperator(e environment, action audit.Action, id string, do func(o *operator.Service, by audit.Source) error) error {
	return withStore(e, func(s settings, store *db.DB) (err error) {
		if path := s.auditFile(); path != "" {
			file, err := openAuditFile(path)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, file.Close()) }()
			store.OnAudit(func(stored audit.Event) { _, _ = file.Write(audit.AppendLine(nil, stored)) })
		}
		by := audit.Source{Channel: audit.CommandLine, Operator: accountName(), RequestID: uuid.NewString()}
		err = do(newOperator(s, store), by)
		if other, is := errors.AsType[attempt](err); is {
			action, id = other.action, other.id
		}
		if refused := (*refusal.Error)(nil); errors.As(err, &refused) && refused.Kind != refusal.Unavailable {
			err = errors.Join(err, store.StoreEvent(e.ctx, middleware.Refused(by, action, id, refused.Code)))
		}
		return byFlags(err)
	})
}

// attempt is an error of one of several actions of a command, and what that was to be done to.
type attempt struct {
	action audit.Action
	id     string
	error
}

func (a attempt) Unwrap() error { return a.error }

// flags are those that the members of operator's inputs, and a header of requests, come from, where they have other names.
var flags = map[string]string{
	"scopes": "--scope", "domains": "--domain or --any-domain", "public_keys": "--public-keys", "overlap_seconds": "--overlap",
	"Sandbox-Fault": "--fault",
}

// byFlags says what is wrong with values by the flags that they came from.
func byFlags(err error) error {
	refused, is := errors.AsType[*refusal.Error](err)
	if !is || len(refused.Fields) == 0 {
		return err
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(refused.Fields)) {
		lines = append(lines, cmp.Or(flags[name], "--"+name)+": "+strings.Join(refused.Fields[name], " "))
	}
	return usageError{errors.New(strings.Join(lines, " "))}
}

// newOperator makes what the console, the operators' API and the command line have in common.
func newOperator(s settings, store *db.DB) *operator.Service {
	return &operator.Service{
		Store: store, ClientIDLength: s.clientIDLength, SecretLength: s.secretLength,
		CreateUsers: s.answers.CreateUsers, TokenLifetime: int(s.token.Lifetime.Seconds()),
		Disabled: disabled(s), APIURL: apiURL(s),
	}
}

// disabled is the refusal of every token request; nil: there is none.
func disabled(s settings) error {
	switch {
	case !s.enabled:
		return refusal.PathNotFound
	case !s.applications:
		return refusal.NotEnabled
	}
	return nil
}

// apiURL is the address of the API as far as the settings tell it: where none is public, that on this machine.
func apiURL(s settings) string {
	if s.publicURL != nil {
		return strings.TrimSuffix(s.publicURL.String(), "/") + handlers.BasePath
	}
	host, port, _ := net.SplitHostPort(s.listen)
	if address, err := netip.ParseAddr(host); host == "" || err == nil && address.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + handlers.BasePath
}

// accountName is that of the account on this machine, or its number where it has no name.
func accountName() string {
	account, err := user.Current()
	if err != nil {
		return "unknown"
	}
	return cmp.Or(account.Username, account.Uid)
}
