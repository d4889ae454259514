package main

import (
	"context"
	"fmt"

	"meet-external-api/db"
)

// mendIndex is the command that makes the index by which users are found by address.
const mendIndex = "meet-external-api migrate --with-indexes"

// withoutIndex measures what a token costs where the index is not there that a large table of users needs; nil: it is there.
func withoutIndex(ctx context.Context, store *db.DB) (*db.AddressLookup, error) {
	there, err := store.HasEmailIndex(ctx)
	if err != nil || there {
		return nil, err
	}
	cost, err := store.MeasureAddressLookup(ctx)
	return &cost, err
}

func milliseconds(cost db.AddressLookup) float64 { return float64(cost.Took.Microseconds()) / 1000 }

// hintAtIndex names that index, and says what a token costs without it; nil: it is there. The program works without it.
func hintAtIndex(ctx context.Context, store *db.DB) (*finding, error) {
	cost, err := withoutIndex(ctx, store)
	if cost == nil || err != nil {
		return nil, err
	}
	took := fmt.Sprintf("%.1f ms", milliseconds(*cost))
	if cost.Took == db.MaxAddressLookup {
		took = "more than " + cost.Took.String()
	}
	return &finding{Code: codeIndex, Table: "meet_user", Text: fmt.Sprintf("users are found by address without the index %s: each token "+
		"reads all of them, which takes %s here (%d users): `%s` makes it on meet_user", db.EmailIndex.Name, took, cost.Users, mendIndex)}, nil
}

// warnOfIndex says the same in the log.
func (d dependencies) warnOfIndex(ctx context.Context, store *db.DB) {
	cost, err := withoutIndex(ctx, store)
	switch {
	case err != nil:
		d.log.WarnContext(ctx, "cannot tell whether users are found by an index", "error", err)
	case cost != nil:
		d.log.WarnContext(ctx, "users are found by address without an index: each token reads all of them",
			"users", cost.Users, "lookup_ms", milliseconds(*cost), "mended_by", mendIndex)
	}
}
