package main

import (
	"fmt"
	"log/slog"

	"meet-external-api/db"
	"meet-external-api/db/embedded"
)

// database is the one of the settings, or the embedded one that was brought up for this command.
type database struct {
	dsn      string
	embedded *embedded.Server
}

// openDatabase brings up the embedded database where the settings name none.
func openDatabase(e environment, s settings, log *slog.Logger) (database, error) {
	if s.databaseURL != "" {
		return database{dsn: s.databaseURL}, nil
	}
	server, err := embedded.Start(e.ctx, embedded.Options{Data: s.data, Bin: s.postgresBin, Log: log})
	if err != nil {
		return database{}, fmt.Errorf("the embedded database: %w", err)
	}
	return database{dsn: server.DSN(), embedded: server}, nil
}

func (d database) close() error {
	if d.embedded == nil {
		return nil
	}
	if err := d.embedded.Stop(); err != nil {
		return fmt.Errorf("stopping the embedded database: %w", err)
	}
	return nil
}

// withStore runs one business action of the command line on a migrated database.
func withStore(e environment, do func(s settings, store *db.DB) error) (err error) {
	s, err := readSettings(e.getenv)
	if err != nil {
		return err
	}
	database, err := openDatabase(e, s, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() {
		if closed := database.close(); err == nil {
			err = closed
		}
	}()
	if s.migrate {
		if _, err := db.Migrate(e.ctx, database.dsn); err != nil {
			return err
		}
	}
	store, err := db.Open(database.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if err := store.CheckSchema(e.ctx); err != nil {
		return err
	}
	if err := store.Prepare(e.ctx); err != nil {
		return err
	}
	return do(s, store)
}
