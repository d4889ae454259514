package refusal

import "fmt"

// Refusals of what operators do (docs/applications.md), through the console, the operators' API and the command line.
var (
	ApplicationUnknown  = &Error{Kind: NotFound, Code: "application_unknown", Text: "No application has this client_id or UUID."}
	ApplicationExists   = &Error{Kind: Conflict, Code: "application_exists", Text: "An application with this UUID is registered already."}
	NameTaken           = &Error{Kind: Conflict, Code: "name_taken", Text: "An application with this name is registered already."}
	SecretUnknown       = &Error{Kind: NotFound, Code: "secret_unknown", Text: "The application has no valid secret with this id."}
	LastSecret          = &Error{Kind: Conflict, Code: "last_secret", Text: "It is the only secret, and the application has no public keys: rotate it, or switch the application off."}
	SecretRotated       = &Error{Kind: Conflict, Code: "secret_rotated", Text: "The newest secret is another one by now: it has been rotated meanwhile."}
	UserUnknown         = &Error{Kind: NotFound, Code: "user_unknown", Text: "No user has this address or UUID."}
	UserExists          = &Error{Kind: Conflict, Code: "user_exists", Text: "Another user has this sub or, without a sub, this address."}
	OperatorExists      = &Error{Kind: Conflict, Code: "operator_exists", Text: "Another user has this address for signing in already."}
	OperatorTokenAbsent = &Error{Kind: NotFound, Code: "operator_token_unknown", Text: "There is no token with this id."}
	OperatorTokenWrong  = bearer("operator_token_wrong", "Invalid token.")
	OperatorTokenEnded  = bearer("operator_token_expired", "Token expired.")
	WriteScopeMissing   = &Error{Kind: Forbidden, Code: "write_scope_missing", OAuth: InsufficientScope, Scope: "write", Text: "This token is for reading."}
	WrongPassword       = &Error{Kind: Unauthenticated, Code: "wrong_password", Text: notSignedIn}
	NotOperator         = &Error{Kind: Unauthenticated, Code: "not_operator", Text: notSignedIn}
	SubjectNotOperator  = &Error{Kind: Forbidden, Code: "subject_not_operator", Text: "You are known to the provider, but your account in Meet is not that of an operator."}
	ProviderRefused     = &Error{Kind: Forbidden, Code: "provider_refused", Text: "The provider did not sign you in."}
	ProviderAnswer      = &Error{Kind: Forbidden, Code: "provider_answer", Text: "What the provider answered does not count. Sign in again."}
	SignInNotBegun      = &Error{Kind: Forbidden, Code: "sign_in_not_begun", Text: "This sign-in was not begun in this browser, or too long ago. Sign in again."}
	SessionEnded        = &Error{Kind: Unauthenticated, Code: "session_ended", Text: "The session has ended. Sign in again."}
	ForeignHost         = &Error{Kind: Forbidden, Code: "foreign_host", Text: "Ask for this by the address of the machine, by localhost, or by the host of EXTERNAL_API_CONSOLE_URL."}
	ProfileRunning      = &Error{Kind: Conflict, Code: "profile_running", Text: "A profile of this kind is being taken: there is one at a time."}
	CrossOrigin         = &Error{Kind: Forbidden, Code: "cross_origin", Text: "The form was sent from another site."}
)

// notSignedIn does not tell whether there is such an account.
const notSignedIn = "The address or the password is wrong, or the account is not that of an operator."

// Messages on fields of what operators write. Those with verbs are formats of package fmt.
const (
	LifetimeNotValid = "Give more than no time, and a year at most."
	DomainsMissing   = "Without domains an application may act for everybody: name domains, or say that any domain is meant."
	DomainsAndAny    = "Name domains, or say that any domain is meant, not both."
	DomainNotValid   = "%s is not a domain like example.com."
)

// TooManySecrets refuses a further secret where there are so many.
func TooManySecrets(limit int) *Error {
	return &Error{
		Kind: Conflict, Code: "too_many_secrets",
		Text: fmt.Sprintf("The application has %d valid secrets already: end one, or rotate without an overlap, which ends them all.", limit),
	}
}
