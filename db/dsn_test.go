package db_test

import (
	"testing"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
)

func TestDSN(t *testing.T) {
	t.Parallel()
	dsn := db.DSN{Host: "db.example.org", Port: 5433, Name: "a name", User: `o'neil`, Password: `\ ' password=x`}
	config, err := pq.NewConfig(dsn.String())
	require.NoError(t, err)
	require.Equal(t, dsn, db.DSN{
		Host: config.Host, Port: int(config.Port), Name: config.Database, User: config.User, Password: config.Password,
	})
	dsn.Password = ""
	require.NotContains(t, dsn.String(), "password")
}
