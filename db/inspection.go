package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// FaultKind is what kind of thing is wrong, for programs to read.
type FaultKind string

// What keeps a database from serving.
const (
	// OldVersion is a PostgreSQL older than this program is made for.
	OldVersion FaultKind = "postgresql_version"
	// ReadOnly is a standby, or a role whose transactions only read.
	ReadOnly FaultKind = "database_read_only"
	// RightMissing is a right that the role lacks.
	RightMissing FaultKind = "right_missing"
	// TablesMissing says that none of Meet's tables is there.
	TablesMissing FaultKind = "tables_missing"
	// TableUnfit is a table or a column of Meet's that does not fit this release.
	TableUnfit FaultKind = "table_unfit"
	// MigrationsPending says that what this release stores beside Meet's tables is not there.
	MigrationsPending FaultKind = "migrations_pending"
)

// Fault is one thing that is wrong with a database. The text is one line, and says what to do where that is known. The table is the one
// that it is about, if it is about one.
type Fault struct {
	Kind        FaultKind
	Table, Text string
}

// Inspection is what Inspect finds.
type Inspection struct {
	// Faults keep the program from serving.
	Faults []Fault
	// Optional are rights that operators alone need: to manage applications, and to sign in.
	Optional []Fault
}

// oldestVersion is the first PostgreSQL that this program is made for, as server_version_num has it.
const oldestVersion = 13_00_00

// Inspect compares a database with what serving needs: its version, that it can be written, the rights of the role, Meet's tables, and
// that migrations have been applied; where migrates is true, those that are pending are no fault, but a right that they need is. It
// connects anew, as what changes for a role or a database counts for new connections only. What follows from a fault is not
// named as well. Errors: refusals that are refusal.Unavailable, and what else PostgreSQL answers to a new connection.
func Inspect(ctx context.Context, dsn string, migrates bool) (Inspection, error) {
	connector, err := newConnector(dsn)
	if err != nil {
		return Inspection{}, err
	}
	pool := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	defer func() { _ = pool.Close() }()
	// In one transaction, in which a pooler keeps to one connection; reading, as a standby has no other.
	tx, err := pool.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return Inspection{}, classify(ctx, err)
	}
	defer func() { _ = tx.Rollback() }()
	found, err := inspect(ctx, tx, migrates)
	if err != nil {
		return Inspection{}, fmt.Errorf("inspecting the database: %w", classify(ctx, err))
	}
	return found, nil
}

// databaseState is that of the database and of what is stored in it beside Meet's tables.
type databaseState struct {
	Version  int    `db:"version"`
	Standby  bool   `db:"standby"`
	ReadOnly bool   `db:"read_only"`
	Role     string `db:"role"` // quoted where that is needed
	Database string `db:"database"`
	Schema   bool   `db:"schema_exists"`
	Migrated bool   `db:"migrated"`
	Owner    bool   `db:"is_owner"` // of all that is there of our schema
}

const selectState = `
	select cast(current_setting('server_version_num') as int) as version, pg_is_in_recovery() as standby,
		current_setting('default_transaction_read_only') = 'on' as read_only, quote_ident(current_user) as role,
		quote_ident(current_database()) as database, exists (select from pg_namespace where nspname = 'external_api') as schema_exists,
		exists (select from pg_class where relname = 'migration' and relnamespace = (
			select oid from pg_namespace where nspname = 'external_api')) as migrated,
		not exists (select from pg_class where not pg_has_role(relowner, 'usage') and relnamespace = (
			select oid from pg_namespace where nspname = 'external_api')) as is_owner`

func inspect(ctx context.Context, tx *sqlx.Tx, migrates bool) (found Inspection, err error) {
	var now databaseState
	if err := tx.GetContext(ctx, &now, selectState); err != nil {
		return Inspection{}, err
	}
	lacking, err := lackingRights(ctx, tx, migrates)
	if err != nil {
		return Inspection{}, err
	}
	unfit, err := unfitTables(ctx, tx, lacking)
	if err != nil {
		return Inspection{}, err
	}
	found.Faults = append(now.faults(), unfit...)
	for _, right := range lacking {
		fault := right.fault(now)
		switch {
		case right.Purpose == "":
			found.Faults = append(found.Faults, fault)
		case !slices.ContainsFunc(lacking, right.followsFrom):
			fault.Text += " (" + right.Purpose + ")"
			found.Optional = append(found.Optional, fault)
		}
	}
	if slices.ContainsFunc(lacking, lackingRight.isOurs) {
		return found, nil
	}
	behind := !now.Migrated
	if now.Migrated {
		behind, err = pending(ctx, tx)
	}
	switch {
	case behind && !migrates:
		found.Faults = append(found.Faults, Fault{Kind: MigrationsPending, Text: errPending.Error() + ", run `meet-external-api migrate`"})
	case behind && !now.Owner:
		found.Faults = append(found.Faults, Fault{Kind: RightMissing, Table: "external_api.migration", Text: errPending.Error() +
			", and the role " + now.Role + " does not own what is in the schema external_api: run `meet-external-api migrate` as its owner"})
	}
	return found, err
}

func (s databaseState) faults() (faults []Fault) {
	if s.Version < oldestVersion {
		faults = append(faults, Fault{Kind: OldVersion, Text: fmt.Sprintf("it is PostgreSQL %d, and this program needs %d or later",
			s.Version/10000, oldestVersion/10000)})
	}
	switch {
	case s.Standby:
		faults = append(faults, Fault{Kind: ReadOnly, Text: "it is a standby, which only reads: name the primary"})
	case s.ReadOnly:
		faults = append(faults, Fault{Kind: ReadOnly, Text: "transactions of the role " + s.Role + " only read: switch default_transaction_read_only off"})
	}
	return faults
}

// unfitTables are what CheckSchema finds, but for what follows from rights that are lacking.
func unfitTables(ctx context.Context, tx *sqlx.Tx, lacking []lackingRight) (faults []Fault, err error) {
	_, err = checkSchema(ctx, tx)
	unfit, isUnfit := errors.AsType[*SchemaError](err)
	switch {
	case isUnfit:
		return slices.DeleteFunc(unfit.Faults(), func(f Fault) bool {
			return slices.ContainsFunc(lacking, func(right lackingRight) bool { return right.hides(f.Table) })
		}), nil
	case errors.Is(err, ErrNoTables) && slices.ContainsFunc(lacking, lackingRight.hidesAll):
		return nil, nil
	case errors.Is(err, ErrNoTables):
		return []Fault{{Kind: TablesMissing, Text: ErrNoTables.Error()}}, nil
	}
	return nil, err
}

// Faults are what is wrong, one by one.
func (e *SchemaError) Faults() (faults []Fault) {
	for _, text := range e.faults {
		table, _, _ := strings.Cut(strings.Fields(text)[0], ".")
		faults = append(faults, Fault{Kind: TableUnfit, Table: table, Text: text})
	}
	return faults
}

// KeepsOut reports whether an error of Inspect says that the database lets nobody like us in any more, also where connections that
// stand go on: the role is gone, may not connect, or has another password; or the database is gone.
func KeepsOut(err error) bool {
	return pq.As(err, pqerror.InvalidPassword, pqerror.InvalidAuthorizationSpecification, pqerror.InsufficientPrivilege,
		pqerror.InvalidCatalogName) != nil
}
