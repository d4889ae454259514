// Package contracttest asks a server whether it keeps docs/contract.md, as far as one application can see: for integrators, who run it in
// their CI against the sandbox and against the Meet that they use. checks.go is the table of what is asked; each answer is checked by
// openapi.yaml, too.
//
// It touches no room that it has not made, makes no user, and deletes its rooms in the end, where the server can.
package contracttest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Config is which server is asked, and as whom.
type Config struct {
	// URL is the address of the API, such as https://meet.example.org/external-api/v1.0.
	URL string
	// ClientID and ClientSecret are those of the application.
	ClientID, ClientSecret string
	// Email is the address of the user who is acted for, and Colleague that of another one, empty where there is none.
	Email, Colleague string
	// Meet tells that the server is La Suite Meet's own, where what goes beyond it is not asked for. Without it the server is asked which
	// it is.
	Meet bool
}

// Outcome is what became of a check.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"
	Failed  Outcome = "FAILED"
	Skipped Outcome = "skipped"
)

// Result is the outcome of one check.
type Result struct {
	Check    string        `json:"check"`
	Heading  string        `json:"heading"`
	Outcome  Outcome       `json:"outcome"`
	Why      string        `json:"why,omitempty"`
	Duration time.Duration `json:"-"`
}

// Report is what Run found.
type Report struct {
	// Meet tells that the server was taken for La Suite Meet's own.
	Meet    bool     `json:"meet"`
	Results []Result `json:"results"`
	// Left are the ids of rooms that were made and could not be deleted.
	Left []string `json:"left"`
}

// Failed tells whether a check failed.
func (r *Report) Failed() bool { return r.Count(Failed) > 0 }

// skip is why a check cannot be made.
type skip string

func (s skip) Error() string { return string(s) }

// Run makes all checks, one after the other, and hands each result to told. Errors: a server that does not answer, or gives no token.
func Run(ctx context.Context, config Config, told func(Result)) (*Report, error) {
	s, err := newServer(ctx, config)
	if err != nil {
		return nil, err
	}
	report := &Report{Meet: s.meet, Left: []string{}}
	for _, c := range checks {
		began := time.Now()
		outcome, why := s.outcome(ctx, c)
		if ctx.Err() != nil {
			break
		}
		result := Result{Check: c.name, Heading: c.heading, Outcome: outcome, Why: why, Duration: time.Since(began)}
		report.Results = append(report.Results, result)
		told(result)
	}
	// Also where it was interrupted, but not for ever where the server hangs.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	report.Left = append(report.Left, s.deleteRooms(ending)...)
	return report, ctx.Err()
}

func (s *server) outcome(ctx context.Context, c check) (Outcome, string) {
	if s.meet && c.mark != meet {
		return Skipped, "Meet does not promise this"
	}
	for _, scope := range c.scopes {
		if !s.holds(scope) {
			return Skipped, "the application lacks " + scope
		}
	}
	if c.colleague && s.config.Colleague == "" {
		return Skipped, "COLLEAGUE_EMAIL is not set"
	}
	err := c.run(ctx, s)
	if skipped := skip(""); errors.As(err, &skipped) {
		return Skipped, string(skipped)
	}
	if err != nil {
		return Failed, strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return OK, ""
}

// expect is an error unless a promise is kept.
func expect(kept bool, format string, arguments ...any) error {
	if kept {
		return nil
	}
	return fmt.Errorf(format, arguments...)
}
