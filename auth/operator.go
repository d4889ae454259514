package auth

// Operator is who manages applications: a member of Meet's staff who is signed in to the console, or a token of the operators' API.
type Operator struct {
	// Name is the address that a member of the staff signs in with, or the name of a token.
	Name string
	// CanWrite is whether they may change anything.
	CanWrite bool
}
