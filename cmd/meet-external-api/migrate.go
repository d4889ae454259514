package main

import (
	"fmt"

	"meet-external-api/db"
)

type migrateCommand struct {
	CreateMeetTables bool `help:"Also make Meet's tables, where none of them is there: in a database that is to be this program's own."`
	WithIndexes      bool `help:"Also make the indexes on Meet's tables that find users by address, and the first pages of users with very many rooms; Meet can write meanwhile."`
}

func (migrateCommand) Help() string {
	return "Tables of La Suite Meet that exist are left alone; what this program stores beyond them lives in the " +
		"schema external_api. The embedded database gets Meet's tables by itself.\n\nExamples:\n" +
		"  DATABASE_URL=postgres://meet:pass@db/meet meet-external-api migrate\n" +
		"  DATABASE_URL=postgres://own:pass@db/own meet-external-api migrate --create-meet-tables\n" +
		"  meet-external-api migrate --with-indexes"
}

// Run applies the migrations that the database lacks.
func (c migrateCommand) Run(e environment) error {
	return withDatabase(e, func(s settings, dsn string) error { return c.migrate(e, s, dsn) })
}

func (c migrateCommand) migrate(e environment, s settings, dsn string) error {
	if c.CreateMeetTables {
		if err := db.CreateMeetTables(e.ctx, dsn); err != nil {
			return err
		}
	}
	store, err := db.Open(dsn)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	applied, err := migrate(e.ctx, s, dsn, store)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(e.stdout, "%d migrations applied\n", applied); err != nil {
		return err
	}
	if c.WithIndexes {
		return createIndexes(e, dsn)
	}
	hint, err := hintAtIndex(e.ctx, store)
	if hint != nil {
		_, err = fmt.Fprintln(e.stdout, "hint: "+hint.Text)
	}
	return err
}

func createIndexes(e environment, dsn string) error {
	if err := db.CreateIndexes(e.ctx, dsn); err != nil {
		return err
	}
	for _, index := range db.Indexes {
		if _, err := fmt.Fprintf(e.stdout, "index %s on %s is there\n", index.Name, index.Table); err != nil {
			return err
		}
	}
	return nil
}
