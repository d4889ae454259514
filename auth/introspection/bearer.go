package introspection

import (
	"encoding/base64"
	"regexp"
	"unicode/utf8"
)

// maxTokenLength is that of a token that the provider is asked about, in bytes.
const maxTokenLength = 8 << 10

// b64token is the syntax of bearer tokens (RFC 6750, section 2.1).
var b64token = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

// tokenOf returns the token that a bearer stands for: where it is the standard base64 of UTF-8 text, that text, as
// ResourceServerAuthentication.get_access_token of django-lasuite has it; else itself. It reports whether the provider may be asked
// about it: nothing else than a bearer token of bounded length is sent there, decoded or not.
func tokenOf(bearer string) (token string, ok bool) {
	if len(bearer) > maxTokenLength {
		return "", false
	}
	token = bearer
	if decoded, err := base64.StdEncoding.DecodeString(bearer); err == nil && utf8.Valid(decoded) {
		token = string(decoded)
	}
	return token, b64token.MatchString(bearer) && b64token.MatchString(token)
}
