package main

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/db/embedded"
)

type checkCommand struct{}

func (checkCommand) Help() string {
	return "Reads the settings as serve does, connects to the database, and prints each fault on a line of its own. " +
		"Nothing is changed. Ends with 1 when there is a fault.\n\nExample:\n  meet-external-api check"
}

// Run prints the faults.
func (checkCommand) Run(e environment) error {
	s, settingsErr := readSettings(e.getenv)
	d, dependenciesErr := newDependencies(s, slog.New(slog.DiscardHandler))
	d.close()
	faults := errors.Join(settingsErr, dependenciesErr, checkDatabase(e, s))
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
	difference, err := store.ClockDifference(e.ctx)
	if err == nil {
		err = errors.Join(checkTables(e, s, store), checkClock(difference))
	}
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}

// maxClockDifference is more than two clocks that follow a time server differ by.
const maxClockDifference = 2 * time.Second

// checkClock compares the database's clock, by which tokens are revoked, with that of this machine, by which they are issued.
func checkClock(difference time.Duration) error {
	if difference <= maxClockDifference {
		return nil
	}
	return fmt.Errorf("its clock and that of this machine are %s apart: let both follow a time server, as tokens are issued by "+
		"one and revoked by the other", difference.Round(time.Second))
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
		if err := errors.Join(unfit, store.Prepare(e.ctx)); err != nil {
			return err
		}
		return hintAtSecrets(e, store)
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

// hintAtSecrets names the applications that cannot authenticate: they have no keys, and no secret can match the hash that is stored.
// All others are served nonetheless, so that it is no fault.
func hintAtSecrets(e environment, store *db.DB) error {
	applications, err := store.Applications(e.ctx)
	for _, application := range applications {
		if application.PublicKeys == nil && !secret.CanVerify(application.SecretHash) {
			_, err = fmt.Fprintf(e.stdout, "hint: no secret can match the hash of application %s (%q), which gets no tokens: "+
				"`meet-external-api application rotate-secret %[1]s` gives it a new secret\n", application.ClientID, application.Name)
		}
	}
	return err
}
