package middleware

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"
	"github.com/getkin/kin-openapi/openapi3"

	"meet-external-api/refusal"
)

// injection is a fault that was asked for.
type injection struct {
	kind string // of kinds
	// on is the operationId of what it is for; empty: for any operation.
	on string
	// wait is the Retry-After of the answer, or how long the request is delayed.
	wait time.Duration
}

const (
	faultSlow = "slow"
	faultCut  = "cut"
	faultLost = "lost"
)

// faultWaits are the kinds of faults and, of those that say when to try again or how long they take, the time for which they do so by default.
var faultWaits = map[string]time.Duration{
	"401": 0, "409": 0, "429": time.Second, "500": 0, "503": time.Second, faultSlow: 5 * time.Second, faultCut: 0, faultLost: 0,
}

const (
	// maxFaults is how many a list may have.
	maxFaults = 100
	// maxWait is the longest time of a fault, in seconds.
	maxWait = 3600
)

// parseFaults reads a list of faults (RFC 9651, section 3.1), for operations by their operationId: `503;on=createRoom;seconds=1, lost`.
// Errors: refusal.Fields.
func parseFaults(lines []string, operations map[string]*openapi3.Operation) ([]injection, error) {
	list, err := httpsfv.UnmarshalList(lines)
	if err != nil {
		return nil, wrongFault(refusal.FaultSyntax, err)
	}
	if len(list) > maxFaults {
		return nil, wrongFault(refusal.FieldTooManyItems, maxFaults)
	}
	faults := make([]injection, len(list))
	for n, member := range list {
		item, _ := member.(httpsfv.Item) // a list in the list is no fault
		if faults[n], err = parseFault(item, operations); err != nil {
			return nil, err
		}
	}
	return faults, nil
}

func parseFault(item httpsfv.Item, operations map[string]*openapi3.Operation) (i injection, err error) {
	switch kind := item.Value.(type) {
	case int64:
		i.kind = strconv.FormatInt(kind, 10)
	case httpsfv.Token:
		i.kind = strings.Clone(string(kind)) // what is kept must not keep the whole header
	}
	wait, known := faultWaits[i.kind]
	if !known {
		return i, wrongFault(refusal.FaultKind, strings.Join(slices.Sorted(maps.Keys(faultWaits)), ", "))
	}
	i.wait = wait
	for _, name := range item.Params.Names() {
		value, _ := item.Params.Get(name)
		switch name {
		case "on":
			i.on, err = parseOn(value, operations)
		case "seconds":
			i.wait, err = i.parseSeconds(value)
		default:
			err = wrongFault(refusal.FaultParameter)
		}
		if err != nil {
			return i, err
		}
	}
	if i.on != "" {
		err = i.possible(operations[i.on])
	}
	return i, err
}

func parseOn(value any, operations map[string]*openapi3.Operation) (string, error) {
	name, _ := value.(httpsfv.Token)
	operation := operations[string(name)]
	if operation == nil {
		return "", wrongFault(refusal.FaultOn, strings.Join(slices.Sorted(maps.Keys(operations)), ", "))
	}
	return operation.OperationID, nil
}

func (i injection) parseSeconds(value any) (time.Duration, error) {
	number, _ := value.(int64)
	if i.wait == 0 || number < 1 || number > maxWait {
		return 0, wrongFault(refusal.FaultSeconds, maxWait)
	}
	return time.Duration(number) * time.Second, nil
}

// wrongFault says what is wrong with a list of faults, by the name of the header.
func wrongFault(format string, values ...any) error {
	return refusal.Field(headerFault, fmt.Sprintf(format, values...))
}

// fits is whether the fault is for requests of the operation.
func (i injection) fits(operation *openapi3.Operation) bool {
	return i.on == "" || i.on == operation.OperationID
}

// possible refuses a fault whose status the operation never answers with. Errors: refusal.Fields.
func (i injection) possible(operation *openapi3.Operation) error {
	if status, err := strconv.Atoi(i.kind); err == nil && operation.Responses.Status(status) == nil {
		return wrongFault(refusal.FaultImpossible, operation.OperationID, status)
	}
	return nil
}
