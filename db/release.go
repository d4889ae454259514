package db

import (
	"context"
	"fmt"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// The columns that Meet's releases have for the hash of a client secret. The first ones have client_secret, later ones both, and
// then client_secret_sha256 alone. In both is the same secret.
const (
	clientSecret = "meet_application.client_secret"
	secretSHA256 = "meet_application.client_secret_sha256"
)

// required are columns of later releases that have to be filled, and what with.
var required = []struct{ table, name, value string }{
	{"meet_room", "encryption_mode", `'none'`},
	{"meet_user", "default_encryption_mode", `'none'`},
	{"meet_user", "claims", `'{}'`},
}

// release is what Meet's releases differ in, as far as statements write it. What is only read, PostgreSQL finds by itself where it is
// there: see applications and rooms.
type release struct {
	// clientSecret and secretSHA256 are whether those columns are there.
	clientSecret, secretSHA256 bool
	// moves is whether secrets are to be moved from the first of the two to the second.
	moves bool
	// namesIndexed is whether NameIndex is there, which is the operator's choice and no release's.
	namesIndexed bool
	// names and values are what an INSERT into a table has to have beyond what every release has; each begins with a comma.
	names, values map[string]string
}

func releaseOf(found []column) *release {
	there := map[string]bool{}
	r := &release{names: map[string]string{}, values: map[string]string{}}
	for _, c := range found {
		there[c.Name] = true
		r.moves = r.moves || c.Name == secretSHA256 && c.Writable
	}
	r.clientSecret, r.secretSHA256 = there[clientSecret], there[secretSHA256]
	r.moves = r.moves && r.clientSecret
	for _, c := range required {
		if there[c.table+"."+c.name] {
			r.names[c.table] += ", " + c.name
			r.values[c.table] += ", " + c.value
		}
	}
	return r
}

// withRelease runs do for the release of Meet that the tables are of. Where it fails for a column that is gone, or one that has to be
// filled, Meet has been upgraded meanwhile, and it is run once more for what is there then.
func (d *DB) withRelease(ctx context.Context, do func(*release) error) error {
	known := d.release.Load()
	if known == nil {
		return unavailable(errNotReady)
	}
	err := do(known)
	if pq.As(err, pqerror.UndefinedColumn, pqerror.NotNullViolation) == nil || d.readRelease(ctx) != nil {
		return err
	}
	return do(d.release.Load())
}

// secretColumns are those of meet_application that hold a secret, and what they hold of this one.
func (r *release) secretColumns(s NewSecret) (names []string, values []any) {
	if r.clientSecret {
		names, values = append(names, "client_secret"), append(values, s.Hash)
	}
	if r.secretSHA256 {
		names, values = append(names, "client_secret_sha256"), append(values, s.SHA256)
	}
	return names, values
}

// hash is the one that stands for the secret in the schema external_api: the one that stays longest in Meet's.
func (s NewSecret) hash(r *release) string {
	if r.secretSHA256 {
		return s.SHA256
	}
	return s.Hash
}

// placeholders are those of count parameters from the first one on: $5, $6.
func placeholders(first, count int) string {
	list := make([]string, count)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", first+i)
	}
	return strings.Join(list, ", ")
}

func (d *DB) readRelease(ctx context.Context) error {
	found, err := readColumns(ctx, d.pool)
	if err != nil {
		return err
	}
	read := releaseOf(found)
	if read.namesIndexed, err = d.hasNameIndex(ctx); err == nil {
		d.release.Store(read)
	}
	return err
}
