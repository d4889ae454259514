package middleware

import (
	"crypto/sha256"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"

	"meet-external-api/refusal"
)

const (
	headerFault = "Sandbox-Fault"
	headerRun   = "Sandbox-Run"
	// maxRuns bounds the memory; beyond it, those runs begin anew that were used least.
	maxRuns = 1 << 12
)

// Faults let requests fail as those who send them ask for it, so that they see what their program does then (docs/sandbox.md). Only a
// sandbox has them.
type Faults struct {
	operations map[string]*openapi3.Operation
	log        *slog.Logger
	stopping   <-chan struct{}

	mutex sync.Mutex
	// next are those for the next requests, whoever sends them.
	next []injection
	// left are the faults of runs that have not come yet, by the SHA-256 of the name of the run and the list.
	left *otter.Cache[[sha256.Size]byte, []injection]
}

// NewFaults makes those for the operations of specifications. A delay ends when the server is stopping.
func NewFaults(log *slog.Logger, stopping <-chan struct{}, specifications ...*openapi3.T) *Faults {
	f := &Faults{
		operations: map[string]*openapi3.Operation{}, log: log, stopping: stopping,
		left: otter.Must(&otter.Options[[sha256.Size]byte, []injection]{MaximumSize: maxRuns}),
	}
	for _, specification := range specifications {
		for _, item := range specification.Paths.Map() {
			for _, operation := range item.Operations() {
				f.operations[operation.OperationID] = operation
			}
		}
	}
	return f
}

// Expect makes the next requests without the header Sandbox-Fault take these faults, which are lists as in that header: each once, and
// by the first request that can have it. Errors: refusal.Fields, by the name of the header.
func (f *Faults) Expect(lists []string) error {
	faults, err := parseFaults(lists, f.operations)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.next = faults
	return err
}

// of makes the middleware of one operation. It stands before all others, so that nothing is looked at and nothing is done before a fault.
func (f *Faults) of(operation *openapi3.Operation) echo.MiddlewareFunc {
	_, oauth := operation.Extensions[missingExtension]
	refuse := func(c echo.Context, err error) error {
		if oauth {
			c.Set(oauthKey, true)
		}
		return err
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			asked, err := f.take(c.Request().Header, operation)
			switch {
			case err != nil:
				return refuse(c, err)
			case asked == nil:
				return next(c)
			}
			f.log.Info("fault", "fault", asked.kind, "operation", operation.OperationID, "request_id", requestID(c))
			c.Response().Header().Set(headerFault, asked.kind)
			switch asked.kind {
			case faultSlow:
				return f.delay(c, asked.wait, next)
			case faultCut:
				return cut(c)
			case faultLost:
				return lose(c, next)
			}
			return refuse(c, asked.refusal(operation.OperationID, oauth))
		}
	}
}

// take returns the fault that a request of the operation is to have, and notes that it has come; nil: none. Errors: refusal.Fields.
func (f *Faults) take(header http.Header, operation *openapi3.Operation) (*injection, error) {
	lists, runs := header.Values(headerFault), header.Values(headerRun)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if lists == nil {
		asked, left := takeFirst(f.next, func(i injection) bool { return i.fits(operation) && i.possible(operation) == nil })
		f.next = left
		return asked, nil
	}
	faults, err := parseFaults(lists, f.operations)
	if err != nil {
		return nil, err
	}
	run := strings.Join(runs, ", ")
	if runs != nil && !acceptableRequestID.MatchString(run) {
		return nil, refusal.Field(headerRun, refusal.FieldNotRun)
	}
	key := sha256.Sum256([]byte(run + " " + strings.Join(lists, ", ")))
	if left, begun := f.left.GetIfPresent(key); begun && runs != nil {
		faults = left
	}
	asked, left := takeFirst(faults, func(i injection) bool { return i.fits(operation) })
	if asked == nil {
		return nil, nil //nolint:nilnil // There is none, which is no error.
	}
	if err := asked.possible(operation); err != nil {
		return nil, err
	}
	if runs != nil {
		f.left.Set(key, left)
	}
	return asked, nil
}

// takeFirst returns the first fault that fits, nil where none does, and the others.
func takeFirst(faults []injection, fits func(injection) bool) (*injection, []injection) {
	first := slices.IndexFunc(faults, fits)
	if first == -1 {
		return nil, faults
	}
	return &faults[first], slices.Concat(faults[:first], faults[first+1:])
}
