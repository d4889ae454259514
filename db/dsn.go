package db

import (
	"fmt"
	"strings"
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
