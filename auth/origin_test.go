package auth

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, network := range map[string]string{
		"192.0.2.1":                    "192.0.2.1/32",
		"::ffff:192.0.2.1":             "192.0.2.1/32",
		"2001:db8:0:1:2:3:4:5":         "2001:db8:0:1::/64",
		"fe80::1%eth0":                 "fe80::/64",
		"not an address, but somebody": "not an address, but somebody",
	} {
		require.Equal(t, network, Origin{Address: address}.Network())
	}
}
