package db

import "errors"

// ReplicaFault is why a read replica is not read from.
type ReplicaFault struct {
	// Code is stable, for logs and metrics.
	Code string
	// Cause is what was answered, or failed to be.
	Cause error
}

// Error implements error.
func (f *ReplicaFault) Error() string { return f.Cause.Error() }

// Unwrap returns the cause.
func (f *ReplicaFault) Unwrap() error { return f.Cause }

// The codes of a ReplicaFault.
const (
	// ReplicaUnreachable: it, or the primary, does not answer, or not in time.
	ReplicaUnreachable = "unreachable"
	// ReplicaBehind: it has not replayed what the primary has committed.
	ReplicaBehind = "behind"
	// ReplicaPrimary: it is no standby, or none any more.
	ReplicaPrimary = "not_a_standby"
	// ReplicaForeign: it is a standby of another primary, or has another database of that name.
	ReplicaForeign = "another_database"
	// ReplicaTimeline: it has not followed the primary's last promotion, as far as it has recorded.
	ReplicaTimeline = "another_timeline"
	// ReplicaRefuses: it answers statements with an error.
	ReplicaRefuses = "refuses"
)

var replicaTexts = map[string]error{
	ReplicaBehind:  errors.New("it has not replayed what the primary has committed"),
	ReplicaPrimary: errors.New("it is not a standby: name a standby of the database, or none"),
	ReplicaForeign: errors.New("it is not a standby of the server that the database is on, or has another database there: name the same database on a standby of it"),
	ReplicaTimeline: errors.New("it follows another timeline than the primary is on: after a promotion it is used from its next restartpoint on, " +
		"at most checkpoint_timeout later; where it stays so, it has not followed the promotion: make it anew"),
}

// errNotLooked is what is known of a replica at first.
var errNotLooked = &ReplicaFault{ReplicaUnreachable, errors.New("it has not been looked at yet")}

// errBehind is the one fault that passes by itself.
var errBehind error = &ReplicaFault{ReplicaBehind, replicaTexts[ReplicaBehind]}

// faultOf is what an error says of the replica.
func faultOf(err error) *ReplicaFault {
	fault, is := errors.AsType[*ReplicaFault](err)
	switch {
	case is:
		return fault
	case isAnswer(err):
		return &ReplicaFault{ReplicaRefuses, err}
	}
	return &ReplicaFault{ReplicaUnreachable, err}
}
