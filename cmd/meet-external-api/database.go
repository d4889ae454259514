package main

import (
	"context"
	"errors"
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

// aboutEmbedded begins what is said of an embedded database that cannot be brought up: it may be that none was meant.
const aboutEmbedded = "the embedded database, as DATABASE_URL and DB_HOST are not set: "

// openDatabase brings up the embedded database where the settings name none.
func openDatabase(e environment, s settings, log *slog.Logger) (database, error) {
	if s.databaseURL != "" {
		return database{dsn: s.databaseURL}, nil
	}
	server, err := embedded.Start(e.ctx, embedded.Options{Data: s.data, Bin: s.postgresBin, Log: log})
	if err != nil {
		return database{}, fmt.Errorf("%s%w", aboutEmbedded, err)
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

// wait returns when the embedded database has ended by itself, with an error, or when ctx has ended or there is none. What runs this
// program starts both again.
func (d database) wait(ctx context.Context) error {
	if d.embedded == nil {
		return nil
	}
	if err := d.embedded.Wait(ctx); err != nil {
		return fmt.Errorf("the embedded database: %w", err)
	}
	return nil
}

// withDatabase runs do on the database of the settings, or on the embedded one, which is brought up meanwhile.
func withDatabase(e environment, do func(s settings, dsn string) error) (err error) {
	s, err := readSettings(e.env)
	if err != nil {
		return err
	}
	database, err := openDatabase(e, s, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.close()) }()
	return do(s, database.dsn)
}

// migrate applies pending migrations and returns how many. The embedded database is this program's own, and has Meet's tables too.
func migrate(ctx context.Context, s settings, dsn string, store *db.DB) (int, error) {
	if s.databaseURL == "" {
		if err := db.CreateMeetTables(ctx, dsn); err != nil {
			return 0, err
		}
	}
	if can, err := store.CanMigrate(ctx); err != nil || !can {
		return 0, err
	}
	return db.Migrate(ctx, dsn)
}

// withStore runs one business action of the command line on a migrated database.
func withStore(e environment, do func(s settings, store *db.DB) error) error {
	return withDatabase(e, func(s settings, dsn string) error {
		store, err := db.Open(dsn)
		if err != nil {
			return err
		}
		defer func() { _ = store.Close() }()
		if s.migrate {
			if _, err := migrate(e.ctx, s, dsn, store); err != nil {
				return err
			}
		}
		if err := store.CheckSchema(e.ctx); err != nil {
			return err
		}
		if err := store.Prepare(e.ctx); err != nil {
			return err
		}
		return do(s, store)
	})
}
