// Package spectest asks whether a specification says neither more nor less than what a server does, as the tests of a whole run have shown it.
//
// Whether each answer is as the specification has it, a validator tells at once. It does not tell what no answer is: a status that never
// comes, a member that may be absent and never is, a value of an enum that nobody sends or gets. So tests hand each exchange to Record, and
// at the end Faults compares. It also makes each small change to the specification (drops a required member, adds a value, widens a bound
// by one) and asks whether a recorded value or a finding tells that it is wrong: what survives, no test would notice.
package spectest
