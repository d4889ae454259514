package handlers

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/generated"
)

// Beside the rooms themselves, writing a list takes a part of its size, and not a multiple.
func TestLargeListsAreWrittenAsTheyAreEncoded(t *testing.T) {
	configuration := json.RawMessage(`["` + string(bytes.Repeat([]byte("x"), 60_000)) + `"]`)
	list := streamedRooms{Count: 100, Results: make([]generated.Room, 100)}
	for i := range list.Results {
		list.Results[i].Configuration = configuration
	}
	recorder := httptest.NewRecorder()
	recorder.Body.Grow(8 << 20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, list.VisitListRoomsResponse(recorder))
	runtime.ReadMemStats(&after)
	require.Greater(t, recorder.Body.Len(), 6_000_000)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2_000_000))
}
