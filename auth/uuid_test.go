package auth_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
)

func TestIsUUID(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"7c9e6679-7425-40de-944b-e07fc1f90ae7", "7C9E6679-7425-40DE-944B-E07FC1F90AE7"} {
		require.True(t, auth.IsUUID(text), text)
	}
	for _, text := range []string{
		"", "x", "7c9e6679742540de944be07fc1f90ae7", "{7c9e6679-7425-40de-944b-e07fc1f90ae7}",
		"urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7", "7c9e6679-7425-40de-944b-e07fc1f90ag7", "7c9e6679 7425-40de-944b-e07fc1f90ae7",
	} {
		require.False(t, auth.IsUUID(text), text)
	}
}
