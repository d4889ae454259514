package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/db/embedded"
)

// databaseSettings are those that say where the database is.
var databaseSettings = []string{
	"DATABASE_URL", "DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD", "EXTERNAL_API_DATA", "EXTERNAL_API_POSTGRES_BIN",
}

// checkDatabase looks at the database that the settings name, or at what the embedded one would be made of.
func (d dependencies) checkDatabase(ctx context.Context) report {
	for _, name := range databaseSettings {
		if d.faulty[name] {
			return report{}
		}
	}
	if d.databaseURL == "" {
		return faulted(codeEmbedded, "", aboutEmbedded, embedded.Check(embedded.Options{Data: d.data, Bin: d.postgresBin}))
	}
	ctx, cancel := context.WithTimeout(ctx, db.Timeout+checkTimeout)
	defer cancel()
	store, err := db.Open(d.databaseURL)
	if err != nil {
		return faulted(codeDatabase, "", "database: ", err)
	}
	defer func() { _ = store.Close() }()
	pooler, err := hintAtPooler(ctx, store)
	if err != nil {
		return faulted(codeDatabase, "", "database: ", err)
	}
	inspected, err := db.Inspect(ctx, d.databaseURL, d.migrate)
	if err != nil {
		return faulted(codeDatabase, "", "database: ", err)
	}
	var found report
	if pooler != nil {
		found.Hints = append(found.Hints, pooler)
	}
	for _, fault := range inspected.Faults {
		found.Faults = append(found.Faults, aboutDatabase(fault))
	}
	for _, right := range inspected.Optional {
		hint := aboutDatabase(right)
		hint.Code = codeOptional
		found.Hints = append(found.Hints, hint)
	}
	more, err := lookInto(ctx, store, len(found.Faults) == 0)
	if err != nil {
		more = faulted(codeDatabase, "", "database: ", err)
	}
	return report{Faults: append(found.Faults, more.Faults...), Hints: append(found.Hints, more.Hints...)}
}

// lookInto looks at a database that can be reached: at its clock and, where it fits, at what is stored in it.
func lookInto(ctx context.Context, store *db.DB, fits bool) (found report, err error) {
	difference, err := store.ClockDifference(ctx)
	if err != nil {
		return report{}, err
	}
	if difference > maxClockDifference {
		found.Faults = append(found.Faults, &finding{Code: codeClock, Text: fmt.Sprintf("database: its clock and that of this machine are "+
			"%s apart: let both follow a time server, as tokens are issued by one and revoked by the other", difference.Round(time.Second))})
	}
	if !fits {
		return found, nil
	}
	index, err := hintAtIndex(ctx, store)
	if index != nil {
		found.Hints = append(found.Hints, index)
	}
	if err != nil || store.Prepare(ctx) != nil { // migrations are pending, which serve applies first
		return found, err
	}
	secrets, err := hintAtSecrets(ctx, store)
	found.Hints = append(found.Hints, secrets...)
	if err != nil {
		return found, err
	}
	late, err := hintAtLags(ctx, store)
	found.Hints = append(found.Hints, late...)
	return found, err
}

// maxClockDifference is more than two clocks that follow a time server differ by.
const maxClockDifference = 2 * time.Second

// hintAtPooler says that a pooler is there; nil: there is none. The program works behind it. Errors: those of db.TransactionPooler.
func hintAtPooler(ctx context.Context, store *db.DB) (*finding, error) {
	pooled, err := store.TransactionPooler(ctx)
	if err != nil || !pooled {
		return nil, err
	}
	return &finding{Code: codePooler, Text: "there is a pooler before the database: statements are planned anew each time, " +
		"which takes more of the database's time than a connection without one"}, nil
}

// hintAtSecrets names the applications that cannot authenticate: they have no keys, and no secret can match the hash that is stored.
// All others are served nonetheless, so that it is no fault.
func hintAtSecrets(ctx context.Context, store *db.DB) (hints []*finding, err error) {
	err = store.Applications(ctx, db.ApplicationPage{}, func(a db.Application) error {
		if a.PublicKeys == nil && !slices.ContainsFunc(a.SecretHashes, secret.CanVerify) {
			hints = append(hints, &finding{Code: codeSecret, Table: "meet_application", Text: fmt.Sprintf("no secret can match the hash of "+
				"application %s (%q), which gets no tokens: `meet-external-api application rotate-secret %[1]s` gives it a new secret",
				a.ClientID, a.Name)})
		}
		return nil
	})
	return hints, err
}

// hintAtLags names background work that is late: no server runs, or one that does says in its log what it fails at.
func hintAtLags(ctx context.Context, store *db.DB) (hints []*finding, err error) {
	lags, err := store.Lags(ctx)
	for _, lag := range lags {
		if lag.Due > maxLag {
			hints = append(hints, &finding{Code: codeLate, Text: fmt.Sprintf("background work is late: to %s has been due for %s; "+
				"the log of `serve` says what it fails at, where it runs", lag.Work, lag.Due.Round(time.Minute))})
		}
	}
	return hints, err
}
