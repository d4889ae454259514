package db

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/lib/pq"
)

// DSN is the address of a database.
type DSN struct {
	// Host may be several, separated by commas.
	Host string
	Port int
	// Name is that of the database.
	Name, User string
	// Password is left out where it is empty.
	Password string
}

// String is the address as Open and Migrate take it, in the keyword form of PostgreSQL's connection strings.
func (d DSN) String() string {
	dsn := fmt.Sprintf("host=%s port=%d dbname=%s user=%s", quoteDSN(d.Host), d.Port, quoteDSN(d.Name), quoteDSN(d.User))
	if d.Password != "" {
		dsn += " password=" + quoteDSN(d.Password)
	}
	return dsn
}

func quoteDSN(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// unread are those variables of libpq (PostgreSQL, "Environment Variables") that the driver takes without a word and does not follow:
// it sends neither a time zone nor a planner's option, knows the bounds of TLS by other names, and lets a service win over the address.
// All others it follows, or names.
var unread = []string{"PGSERVICE", "PGTZ", "PGGEQO", "PGSSLMINPROTOCOLVERSION", "PGSSLMAXPROTOCOLVERSION"}

// readDSN reads an address, and the variables of libpq for what it does not say. Errors: a variable that cannot be followed, by name, and
// an address that cannot be read.
func readDSN(dsn string) (pq.Config, error) {
	if i := slices.IndexFunc(unread, func(name string) bool { return os.Getenv(name) != "" }); i >= 0 {
		return pq.Config{}, fmt.Errorf("%w: %s is not followed here: unset it, and say in the address of the database what it says", errVariable, unread[i])
	}
	config, err := pq.NewConfig(dsn)
	if err == nil {
		return config, nil
	}
	if _, fault := pq.NewConfig("host=localhost user=nobody"); fault != nil {
		return pq.Config{}, fmt.Errorf("%w: %s", errVariable, strings.TrimPrefix(fault.Error(), "pq: "))
	}
	// The driver's text may repeat the password.
	return pq.Config{}, errors.New("the address of the database cannot be read: it takes the form postgres://user:password@host:5432/name")
}

// errVariable is a variable of libpq that the driver cannot follow.
var errVariable = errors.New("a variable for PostgreSQL's clients")
