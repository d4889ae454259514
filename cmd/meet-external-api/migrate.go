package main

import (
	"fmt"

	"meet-external-api/db"
)

type migrateCommand struct {
	WithIndexes bool `help:"Also make the index on Meet's table of users that finds them by address; Meet can write meanwhile."`
}

func (migrateCommand) Help() string {
	return "Tables of La Suite Meet that exist are left alone; what this program stores beyond them lives in the " +
		"schema external_api.\n\nExamples:\n" +
		"  DATABASE_URL=postgres://meet:pass@db/meet meet-external-api migrate\n" +
		"  meet-external-api migrate --with-indexes"
}

// Run applies the migrations that the database lacks.
func (c migrateCommand) Run(e environment) error {
	return withDatabase(e, func(_ settings, dsn string) error { return c.migrate(e, dsn) })
}

func (c migrateCommand) migrate(e environment, dsn string) error {
	applied, err := db.Migrate(e.ctx, dsn)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(e.stdout, "%d migrations applied\n", applied); err != nil {
		return err
	}
	if c.WithIndexes {
		if err := db.CreateEmailIndex(e.ctx, dsn); err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.stdout, "index %s on meet_user is there\n", db.EmailIndex)
		return err
	}
	store, err := db.Open(dsn)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	return hintAtIndex(e, store)
}
