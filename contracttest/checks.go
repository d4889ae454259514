package contracttest

import (
	"context"
	"slices"
)

// mark is whose promise it is.
type mark string

// The marks of docs/contract.md.
const (
	meet   mark = "meet"
	beyond mark = "new"
	fix    mark = "fix"
)

// check is one promise of docs/contract.md that a caller can see.
type check struct {
	name string
	// heading is where the promise stands, by what its heading begins with.
	heading string
	mark    mark
	// scopes are those that the application needs for it.
	scopes []string
	// colleague tells that it takes another user.
	colleague bool
	// run is nil where the promise is kept. A skip says that this cannot be known here.
	run func(context.Context, *server) error
}

// Description is what a check is about: its name, the heading of docs/contract.md where the promise stands, by what that begins with, and
// its mark there: meet, new or fix.
type Description struct{ Name, Heading, Mark string }

// Checks are all checks, in their order.
func Checks() []Description {
	all := make([]Description, len(checks))
	for i, c := range checks {
		all[i] = Description{c.name, c.heading, string(c.mark)}
	}
	return all
}

// checks are all of them, in the order of docs/contract.md.
var checks = slices.Concat(conventions, tokenChecks, bearerChecks, roomChecks, listChecks, deletionChecks, accessChecks, conditionChecks, moreAboutTokens)

// The scopes that checks need.
var (
	creating  = []string{"rooms:create"}
	reading   = []string{"rooms:create", "rooms:retrieve"}
	changing  = []string{"rooms:create", "rooms:update"}
	listing   = []string{"rooms:create", "rooms:list"}
	deleting  = []string{"rooms:create", "rooms:delete"}
	granting  = []string{"rooms:create", "rooms:retrieve", "rooms:grant-access"}
	everyRoom = []string{"rooms:list"}
)
