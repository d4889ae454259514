package console

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

// Each kind of error has a page of its own. One of ours shows the request id, and nothing of the inside.
func TestErrorPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err             error
		status          int
		english, french string
	}{
		{errors.New("inside"), 500, "The log of the server says what happened, under this request id.", "Le journal du serveur dit ce qui s’est passé"},
		{refusal.TooManyRequests("too_many", 90*time.Second), 429, "Try again in 90 seconds.", "Réessayez dans 90 secondes."},
		{refusal.NotAvailable("away", errors.New("inside")), 503, "Not available at the moment", "Indisponible pour le moment"},
		{refusal.CrossOrigin, 403, "Not allowed", "Interdit"},
		{refusal.UserUnknown, 404, "No user has this address or UUID.", "Aucun utilisateur n’a cette adresse ou cet UUID."},
		{echo.ErrNotFound, 404, "There is no page at this address.", "Il n’y a pas de page à cette adresse."},
	} {
		for language, text := range map[string]string{"en": c.english, "fr": c.french} {
			request := httptest.NewRequest(http.MethodGet, "/console/users/", nil)
			request.Header.Set("Accept-Language", language)
			answer := httptest.NewRecorder()
			e := echo.New().NewContext(request, answer)
			answer.Header().Set(echo.HeaderXRequestID, "the-id")
			(&Console{}).HandleError(c.err, e)
			require.Equal(t, c.status, answer.Code)
			require.Contains(t, answer.Body.String(), text)
			require.Contains(t, answer.Body.String(), "<code>the-id</code>")
			require.NotContains(t, answer.Body.String(), "inside")
			require.Equal(t, c.status == 429 || c.status == 503, answer.Header().Get("Retry-After") != "")
		}
	}
}
