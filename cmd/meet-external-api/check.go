package main

import (
	"errors"
	"fmt"
	"time"

	"meet-external-api/db"
	"meet-external-api/db/embedded"
)

type checkCommand struct{}

func (checkCommand) Help() string {
	return "Reads the settings as serve does, connects to the database, and prints each fault on a line of its own. " +
		"Nothing is changed. Ends with 1 when there is a fault.\n\nExample:\n  meet-external-api check"
}

// Run names the faults.
func (checkCommand) Run(e environment) error {
	s, settingsFault := readSettings(e.getenv)
	faults := errors.Join(settingsFault, s.checkKeys(), checkDatabase(e, s))
	if faults == nil {
		_, err := fmt.Fprintln(e.stdout, "no faults")
		return err
	}
	if _, err := fmt.Fprintln(e.stdout, faults); err != nil {
		return err
	}
	return errors.New("the faults are listed above")
}

// checkDatabase looks at the database that the settings name, or at what the embedded one would be made of.
func checkDatabase(e environment, s settings) error {
	if s.databaseURL == "" {
		if err := embedded.Check(embedded.Options{Data: s.data, Bin: s.postgresBin}); err != nil {
			return fmt.Errorf("the embedded database: %w", err)
		}
		return nil
	}
	store, err := db.Open(s.databaseURL)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	defer func() { _ = store.Close() }()
	apart, err := store.ClockDifference(e.ctx)
	if err == nil {
		err = errors.Join(checkTables(e, s, store), checkClock(apart))
	}
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}

// maxClockDifference is more than clocks differ by that follow a time server.
const maxClockDifference = 2 * time.Second

// checkClock is about the clock that tokens are revoked by, the database's, and the one that they are issued by.
func checkClock(apart time.Duration) error {
	if apart <= maxClockDifference {
		return nil
	}
	return fmt.Errorf("its clock and that of this machine are %s apart: let both follow a time server, as tokens are issued by "+
		"one and revoked by the other", apart.Round(time.Second))
}

// checkTables looks at Meet's tables before anything is stored beside them, and at what is stored then.
func checkTables(e environment, s settings, store *db.DB) error {
	pending, err := db.Pending(e.ctx, s.databaseURL)
	if err != nil {
		return err
	}
	unfit := store.CheckSchema(e.ctx)
	switch {
	case unfit == nil:
		unfit = hintAtIndex(e, store)
	case pending && errors.Is(unfit, db.ErrNoTables):
		unfit = nil // the migrations make them, with the index
	}
	switch {
	case !pending:
		return errors.Join(unfit, store.Prepare(e.ctx))
	case s.migrate:
		return unfit // serve applies them first
	}
	return errors.Join(unfit, errors.New("migrations are pending, run `meet-external-api migrate`"))
}

// hintAtIndex names the index that a large table of users needs. The program works without it.
func hintAtIndex(e environment, store *db.DB) error {
	there, err := store.HasEmailIndex(e.ctx)
	if err != nil || there {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "hint: users are found by address without the index %s, which takes long where there are many: "+
		"`meet-external-api migrate --with-indexes` makes it on meet_user\n", db.EmailIndex)
	return err
}
