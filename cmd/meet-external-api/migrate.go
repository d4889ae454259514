package main

import (
	"fmt"
	"log/slog"

	"meet-external-api/db"
)

type migrateCommand struct{}

func (migrateCommand) Help() string {
	return "Tables of La Suite Meet that exist are left alone; what this program stores beyond them lives in the " +
		"schema external_api.\n\nExample:\n  DATABASE_URL=postgres://meet:pass@db/meet meet-external-api migrate"
}

// Run applies the migrations that the database lacks.
func (migrateCommand) Run(e environment) error {
	s, err := readSettings(e.getenv)
	if err != nil {
		return err
	}
	database, err := openDatabase(e, s, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	applied, err := db.Migrate(e.ctx, database.dsn)
	if closed := database.close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "%d migrations applied\n", applied)
	return err
}
