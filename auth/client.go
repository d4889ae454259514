package auth

// ClientMethod is a method of client authentication (OpenID Connect Core, section 9).
type ClientMethod int

// The methods of client authentication that are supported (RFC 6749, section 2.3.1; RFC 7523, section 2.2).
const (
	ClientSecret  ClientMethod = iota // client_secret_basic and client_secret_post
	PrivateKeyJWT                     // private_key_jwt
)

// Client is an application as it presents itself, with credentials that nothing has checked yet.
type Client struct {
	// ID is the client id that was sent, or that the assertion names; empty where it names none that could be one.
	ID     string
	Method ClientMethod
	// Proof is the secret or the assertion (RFC 7523), by the method. It must not be logged.
	Proof string
}
