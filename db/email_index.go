package db

import (
	"context"
	"strings"
	"time"
)

// HasEmailIndex reports whether EmailIndex is there and usable, or Meet's own on upper(email), which serves as well (sameAddress).
func (d *DB) HasEmailIndex(ctx context.Context) (bool, error) {
	var there bool
	err := d.pool.GetContext(ctx, &there, `
		select exists (
			select from pg_index where indrelid = to_regclass('meet_user') and indisvalid and indpred is null and indkey[0] = 0
				and regexp_replace(pg_get_indexdef(indexrelid, 1, false), '[()]|::text', '', 'g') in ('upperemail', 'loweremail COLLATE "C"'))`)
	return there, classify(ctx, err)
}

// AddressLookup is what it costs to find a user by address.
type AddressLookup struct {
	// Users is how many there are; 0 where there are too many to be counted in MaxAddressLookup.
	Users int
	// Took is how long it took to look for one address: MaxAddressLookup where it takes longer.
	Took time.Duration
}

// MaxAddressLookup is how long MeasureAddressLookup takes at most.
const MaxAddressLookup = 2 * time.Second

// MeasureAddressLookup counts the users, and looks for an address that none of them has.
func (d *DB) MeasureAddressLookup(ctx context.Context) (lookup AddressLookup, err error) {
	bounded, cancel := context.WithTimeout(ctx, MaxAddressLookup)
	defer cancel()
	// Counting them first brings the table into memory, where it is while tokens are asked for.
	err = d.pool.GetContext(bounded, &lookup.Users, `select count(*) from meet_user`)
	begin := time.Now()
	if err == nil {
		const nobody = "nobody@example.invalid"
		err = d.pool.SelectContext(bounded, &[]User{}, usersByEmail, nobody, strings.ToUpper(nobody))
	}
	lookup.Took = time.Since(begin)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		lookup.Took, err = MaxAddressLookup, nil
	}
	return lookup, classify(ctx, err)
}
