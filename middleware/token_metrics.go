package middleware

import (
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// Tokens count the requests for a token, by what came of them.
type Tokens struct {
	issued  prometheus.Counter
	refused map[string]prometheus.Counter // by the code of the refusal
}

// otherReason is a refusal that the table does not know.
const otherReason = "other"

// tokenReasons are the codes by which a request for a token is refused (docs/refusals.md). Those of any request that are refused before the
// operation is known, such as a body that is too long, are not among them.
var tokenReasons = []string{
	// Client authentication.
	"no_client_authentication", "unknown_client", "wrong_secret", "wrong_assertion", "assertion_claims", "assertion_used", "malformed_basic",
	"application_inactive",
	// The request.
	"invalid_fields", "parameters_in_url", "several_credentials", "other_client_id", "address_not_valid", "scope_not_held", "several_users",
	"domain_not_allowed", "address_unknown", "user_not_created", "applications_disabled",
	// Limits.
	"requests_per_application", "failures_per_application_and_address", "failures_per_address",
	// Any request.
	"two_authorization_headers", "query_encoding", "body_incomplete", "form_encoding", "form_not_utf8", "form_repeats", "malformed_json",
	"body_too_large", "unsupported_media_type", "unsupported_content_coding", "cancelled", "server_fault", "database_unavailable",
	"write_outcome_unknown", "body_memory_full", "secret_queue_full", otherReason,
}

// NewTokens makes them and has them shown by the registry, also what has not happened yet: a rate sees the first one then.
func NewTokens(registry prometheus.Registerer) Tokens {
	tokens := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "meet_external_api_tokens_total",
		Help: "Requests for a token, by the outcome (issued, refused) and the reason of the refusal, as the log names it.",
	}, []string{"outcome", "reason"})
	registry.MustRegister(tokens)
	t := Tokens{issued: tokens.WithLabelValues("issued", ""), refused: map[string]prometheus.Counter{}}
	for _, reason := range tokenReasons {
		t.refused[reason] = tokens.WithLabelValues("refused", reason)
	}
	return t
}

// count is around the operation that issues tokens.
func (t Tokens) count(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if err == nil {
			t.issued.Inc()
			return nil
		}
		_, refused := Describe(err, c)
		counter, known := t.refused[refused.Code]
		if !known {
			counter = t.refused[otherReason]
		}
		counter.Inc()
		return err
	}
}
