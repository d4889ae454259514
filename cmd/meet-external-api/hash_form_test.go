package main

import (
	"regexp"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
	"meet-external-api/db/dbtest"
)

// PostgreSQL and Go agree on what is a hash.
func TestHashFormInPostgreSQL(t *testing.T) {
	t.Parallel()
	pool, err := sqlx.Open("postgres", dbtest.New(t))
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	form := regexp.MustCompile(auth.HashForm)
	var texts []string
	for _, hash := range djangoHashes {
		for i := range hash {
			for _, changed := range []string{"", hash[i:i+1] + hash[i:i+1], "\n", "B", "$", "0", "é", ".", "="} {
				texts = append(texts, hash[:i]+changed+hash[i+1:])
			}
		}
		texts = append(texts, hash, hash+"\n", " "+hash)
	}
	var matched []bool
	require.NoError(t, pool.Select(&matched, `select text ~ $1 from unnest(cast($2 as text[])) with ordinality as t (text, n) order by n`,
		auth.HashForm, pq.StringArray(texts)))
	counted := map[bool]int{}
	for i, text := range texts {
		require.Equal(t, form.MatchString(text), matched[i], "%q", text)
		counted[matched[i]]++
	}
	require.Greater(t, counted[true], 100)
	require.Greater(t, counted[false], 100)
}
