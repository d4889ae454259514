package refusal

import (
	"fmt"
	"math"
	"time"
)

// Error codes of RFC 6749, section 5.2, and RFC 6750, section 3.1; one more stands in openapi.yaml, beside the values that it is for.
const (
	InvalidRequest         = "invalid_request"
	InvalidClient          = "invalid_client"
	InvalidScope           = "invalid_scope"
	TemporarilyUnavailable = "temporarily_unavailable"
	ServerErrorCode        = "server_error"
	InvalidTokenCode       = "invalid_token"
	InsufficientScope      = "insufficient_scope"
)

// Refusals of any request (docs/contract.md, "Conventions").
var (
	PathNotFound      = &Error{Kind: NotFound, Code: "path_not_found", Text: "Not found."}
	IDNotFound        = &Error{Kind: NotFound, Code: "id_not_valid", Text: "Not found."}
	NotEnabled        = &Error{Kind: NotFound, Code: "applications_disabled", Text: "Not found."}
	TwoAuthorizations = &Error{Kind: Invalid, Code: "two_authorization_headers", Text: "Only one Authorization header may be sent."}
	HostNotValid      = &Error{Kind: Invalid, Code: "host_not_valid", Text: "The Host of the request is not a host name."}
	QueryEncoding     = &Error{Kind: Invalid, Code: "query_encoding", Text: "The query of the URL is not well encoded."}
	BodyIncomplete    = &Error{Kind: Invalid, Code: "body_incomplete", Text: "The request body could not be read to its end."}
	FormEncoding      = &Error{Kind: Invalid, Code: "form_encoding", Text: "The form is not well encoded."}
	FormNotUTF8       = &Error{Kind: Invalid, Code: "form_not_utf8", Text: "The form is not valid UTF-8."}
	FormRepeats       = &Error{Kind: Invalid, Code: "form_repeats", Text: "A parameter may be given only once."}
)

// Method refuses a method that a path does not have.
func Method(method string) *Error {
	return &Error{Kind: MethodNotAllowed, Code: "method_not_allowed", Text: "Method " + Quote(method) + " not allowed."}
}

// BodyTooLarge refuses a body of more than so many bytes.
func BodyTooLarge(limit int64) *Error {
	return &Error{Kind: TooLarge, Code: "body_too_large", Text: fmt.Sprintf("Request body is larger than %d bytes.", limit)}
}

// MediaType refuses a body of another type than those that are read.
func MediaType(contentType string) *Error {
	return &Error{Kind: UnsupportedMedia, Code: "unsupported_media_type", Text: "Unsupported media type " + Quote(contentType) + " in request."}
}

// ContentCoding refuses a body that is compressed, or otherwise encoded (RFC 9110, section 8.4).
func ContentCoding(coding string) *Error {
	return &Error{
		Kind: UnsupportedMedia, Code: "unsupported_content_coding",
		Text: "Unsupported content coding " + Quote(coding) + " in request: send the body as it is.",
	}
}

// maxRepeated is how many characters of what a caller sent are repeated.
const maxRepeated = 100

// Shorten is the beginning of what a caller sent, as it is.
func Shorten(text string) string {
	if characters := []rune(text); len(characters) > maxRepeated {
		text = string(characters[:maxRepeated]) + "…"
	}
	return text
}

// Quote puts the beginning of what a caller sent between quotation marks, as Meet does.
func Quote(text string) string { return `"` + Shorten(text) + `"` }

// MalformedJSON refuses a body that is no JSON; the text of err repeats nothing of the body.
func MalformedJSON(err error) *Error {
	return &Error{Kind: Invalid, Code: "malformed_json", Text: "JSON parse error - " + err.Error()}
}

// NotADictionary refuses a body that is another JSON value than an object; typeName is Meet's name of its type.
func NotADictionary(typeName string) *Error {
	return Field("non_field_errors", "Invalid data. Expected a dictionary, but got "+typeName+".")
}

// Field refuses the value of one field.
func Field(field, message string) *Error { return Fields(map[string][]string{field: {message}}) }

// Fields refuses the values of fields.
func Fields(messages map[string][]string) *Error {
	return &Error{Kind: Invalid, Code: "invalid_fields", Fields: messages}
}

// Elements refuses elements of a list, by their index from 0.
func Elements(field string, messages map[int]string) *Error {
	return &Error{Kind: Invalid, Code: "invalid_fields", Elements: map[string]map[int]string{field: messages}}
}

// NotAvailable says that something which is needed cannot be reached, or has too much to do: the same request may succeed
// later. The code is that of what is away.
func NotAvailable(code string, cause error) *Error {
	return &Error{
		Kind: Unavailable, Code: code, OAuth: TemporarilyUnavailable, Cause: cause,
		Text: "Service temporarily unavailable. Try again later.",
	}
}

// ServerFault is the text for a fault of ours, of which the caller learns the request id alone.
func ServerFault(requestID string) string { return "Internal server error. Request id: " + requestID }

// Messages on fields. Those with verbs are formats of package fmt: for the value in double quotes, a bound, or Meet's name of the type
// of a JSON value.
const (
	FieldRequired      = "This field is required."
	FieldNull          = "This field may not be null."
	FieldBlank         = "This field may not be blank."
	FieldNullBytes     = "Null characters are not allowed."
	FieldNotVisible    = "Only visible ASCII characters are allowed, and no spaces."
	FieldNotCursor     = "Enter a cursor of this list, as `next` of the page before has it."
	FieldNotUUID       = "Enter a UUID such as 3b241101-e2bb-4255-8caf-4136c566a962, in lower case."
	FieldNotTime       = "Enter a time such as 2026-12-01T10:00:00Z or 2026-12-01T11:00:00+01:00 (RFC 3339)."
	PlusInURL          = " In a URL, + is written %2B."
	FieldNotWith       = "This parameter may not be given together with %s."
	FieldExtra         = "Extra inputs are not permitted"
	FieldNotString     = "Not a valid string."
	FieldNotBoolean    = "Must be a valid boolean."
	FieldNotInteger    = "A valid integer is required."
	FieldInvalid       = "Invalid value."
	FieldRepeated      = "This parameter may be given only once."
	FieldNotEmail      = "Enter a valid email address."
	FieldChoice        = "%s is not a valid choice."
	FieldNotHere       = "%s is not supported by this server."
	FieldUnknown       = "%s is the name of no field."
	FieldTooLong       = "Ensure this field has no more than %d characters."
	FieldTooManyItems  = "Ensure this field has no more than %d elements."
	FieldRepeats       = "Ensure this field has each element only once."
	FieldTooSmall      = "Ensure this value is greater than or equal to %v."
	FieldTooGreat      = "Ensure this value is less than or equal to %v."
	FieldNotList       = "Expected a list, but got %s."
	FieldNotDictionary = "Expected a dictionary, but got %s."
)

// Refusals of the endpoints for which clients authenticate (docs/contract.md, "POST /application/token/ — exchange credentials for
// a token"). The caller is told the same of an unknown client and of a wrong secret.
var (
	ParametersInURL      = oauth("parameters_in_url", InvalidRequest, "Parameters belong in the body, not in the URL, where logs keep them.")
	SeveralCredentials   = oauth("several_credentials", InvalidRequest, "Credentials may come in the body, by HTTP Basic or as an assertion: in one way only.")
	OtherClientID        = oauth("other_client_id", InvalidRequest, "The client_id of the body is another one than that of HTTP Basic.")
	TokenOfAnother       = oauth("token_of_another", InvalidRequest, "The token was issued to another application.")
	AddressNotValid      = oauth("address_not_valid", InvalidScope, "Scope should be a valid email address.")
	ScopeNotHeld         = oauth("scope_not_held", InvalidScope, "This application does not hold a scope that was asked for.")
	SeveralUsers         = oauth("several_users", InvalidScope, "Multiple user accounts share a common email.")
	ClientAuthentication = client("no_client_authentication", "Client authentication is required.")
	UnknownClient        = client("unknown_client", "Invalid credentials")
	WrongSecret          = client("wrong_secret", "Invalid credentials")
	WrongAssertion       = client("wrong_assertion", "Invalid credentials")
	MalformedBasic       = client("malformed_basic", "Invalid credentials")
	ApplicationInactive  = client("application_inactive", "Application is inactive")
	AssertionUsed        = Assertion("assertion_used", "its jti has been used already")
	DomainNotAllowed     = &Error{Kind: Forbidden, Code: "domain_not_allowed", OAuth: InvalidScope, Text: "This application is not authorized for this email domain."}
	AddressUnknown       = &Error{Kind: NotFound, Code: "address_unknown", OAuth: InvalidScope, Text: "User not found."}
	UserNotCreated       = &Error{Kind: Conflict, Code: "user_not_created", OAuth: InvalidScope, Text: "Failed to create or retrieve provisional user."}
)

func oauth(code, oauth, text string) *Error {
	return &Error{Kind: Invalid, Code: code, OAuth: oauth, Text: text}
}

func client(code, text string) *Error {
	return &Error{Kind: Unauthenticated, Code: code, OAuth: InvalidClient, Text: text}
}

// Assertion tells a client, whose key has signed its assertion, what else to change about it.
func Assertion(code, what string) *Error {
	return client(code, "The client assertion is refused: "+what+".")
}

// TooManyRequests refuses what is beyond a rate limit, and says when to try again. The code names the limit.
func TooManyRequests(code string, wait time.Duration) *Error {
	wait = max(wait, time.Second)
	return &Error{
		Kind: Throttled, Code: code, OAuth: TemporarilyUnavailable, RetryAfter: wait,
		Text: fmt.Sprintf("Too many requests. Try again in %d seconds.", int(math.Ceil(wait.Seconds()))),
	}
}

// Refusals of bearer authentication (docs/contract.md, "Bearer authentication of /rooms").
var (
	NoBearer            = &Error{Kind: Unauthenticated, Code: "no_bearer_token", Text: "Authentication credentials were not provided."}
	BearerAlone         = &Error{Kind: Unauthenticated, Code: "bearer_without_token", Text: "Invalid token header."}
	BearerHeader        = bearer("bearer_header", "Invalid token header.")
	InvalidToken        = bearer("invalid_token", "Invalid token.")
	TokenExpired        = bearer("token_expired", "Token expired.")
	TokenClaims         = bearer("token_claims", "Invalid token claims.")
	ApplicationNotFound = bearer("application_not_found", "Application not found.")
	ApplicationDisabled = bearer("application_disabled", "Application is disabled.")
	TokenType           = bearer("token_type", "Invalid token type.")
	UserNotFound        = bearer("user_not_found", "User not found.")
	UserDisabled        = bearer("user_disabled", "User account is disabled.")
	TokenRevoked        = bearer("token_revoked", "Token revoked.")
	SubjectUnknown      = bearer("subject_unknown", "Login failed: No user found for the given access token.")
)

func bearer(code, text string) *Error {
	return &Error{Kind: Unauthenticated, Code: code, OAuth: InvalidTokenCode, Text: text}
}

// NoScope refuses a token without any scope, where one is needed (docs/contract.md, "Scopes").
func NoScope(needed string) *Error {
	return &Error{Kind: Forbidden, Code: "no_scope", OAuth: InsufficientScope, Scope: needed, Text: "Insufficient permissions."}
}

// MissingScope refuses a token that has scopes, but not the one that is needed (docs/contract.md, "Scopes").
func MissingScope(needed string) *Error {
	return &Error{
		Kind: Forbidden, Code: "missing_scope", OAuth: InsufficientScope, Scope: needed,
		Text: "Insufficient permissions. Required scope: " + needed,
	}
}

// Refusals of rooms (docs/contract.md, "Roles", and the operations on rooms).
var (
	RoomNotFound        = &Error{Kind: NotFound, Code: "room_not_found", Text: "No Room matches the given query."}
	RoleMissing         = &Error{Kind: Forbidden, Code: "role_missing", Text: "You do not have permission to perform this action."}
	PageNotFound        = &Error{Kind: NotFound, Code: "page_not_found", Text: "Invalid page."}
	CursorNotValid      = Field("cursor", FieldNotCursor)
	PublicRoomsDisabled = Field("access_level", "Public rooms are disabled for the external API.")
	EmailNotValid       = Field("email", FieldNotEmail)
	ExpiryPast          = Field("expires_at", "Enter a time in the future.")
	ExpiryLate          = Field("expires_at", "Enter a time within a year from now.")
	RoomChanged         = &Error{Kind: PreconditionFailed, Code: "room_changed", Text: "The room has changed: its ETag is not the one of If-Match. Read it again."}
	KeyInUse            = &Error{Kind: Conflict, Code: "idempotency_key_in_use", Text: "A request with this Idempotency-Key is still running. Repeat it in a moment."}
	KeyReused           = &Error{Kind: Unprocessable, Code: "idempotency_key_reused", Text: "This Idempotency-Key was used for a request with another body. Take a new one."}
	NoConference        = &Error{Kind: PreconditionFailed, Code: "no_active_conference", Text: "There is no active conference in this space."}
	ConferenceUnknown   = &Error{Kind: PreconditionFailed, Code: "conference_unknown", Text: "This server does not know of conferences: LiveKit is not configured."}
	NotOwnRoom          = &Error{Kind: Forbidden, Code: "not_own_room", Text: "Only rooms that this application created can be deleted, or set to expire."}
	AccessNotFound      = &Error{Kind: NotFound, Code: "access_not_found", Text: "No ResourceAccess matches the given query."}
	LastOwner           = &Error{Kind: Conflict, Code: "last_owner", Text: "A resource should keep at least one owner."}
	DelegateUnknown     = &Error{Kind: NotFound, Code: "delegate_unknown", Text: "Delegate user not found and provisional user creation is disabled."}
	DelegateNotCreated  = &Error{Kind: Conflict, Code: "delegate_not_created", Text: "Failed to create or retrieve delegate user."}
)

// RoomReferredTo refuses to delete a room to which that table of Meet's refers; its name comes without "meet_".
func RoomReferredTo(table string) *Error {
	return &Error{Kind: Conflict, Code: "room_referred_to", Text: "The room cannot be deleted while this refers to it in Meet: " + table + "."}
}

// DelegateIsOwner is not a refusal: it tells why the role that was asked for is not the one that the user has.
const DelegateIsOwner = "Delegate is already owner of this room."
