// Why no test shows some of what the specifications say, by the place in them (spectest).

package main

import "maps"

// The reasons that several places have.
const (
	replaced  = "what is no id of a request is replaced, and never refused"
	ignored   = "what is no preference is ignored, and never refused"
	proxies   = "ours have it; a client that is generated must not stumble over one of a proxy, which may not"
	otherPath = "an empty one makes another path"
)

var inBoth = map[string]string{
	"RequestID refused":                         replaced,
	"RequestID minLength":                       replaced,
	"RequestID maxLength":                       replaced,
	"RequestID pattern":                         replaced,
	"Prefer refused":                            ignored,
	"Prefer maxLength":                          ignored,
	"Unauthenticated WWW-Authenticate required": proxies,
	"MethodNotAllowed Allow required":           proxies,
	"Unavailable Retry-After required":          proxies,
}

var explained = with(inBoth, map[string]string{
	"TooManyBearers Retry-After required":            proxies,
	"TooManyRequests Retry-After required":           proxies,
	"InvalidClient WWW-Authenticate required":        proxies,
	"generateToken 200 Pragma required":              proxies,
	"listRooms cursor maxLength":                     "cursors are shorter",
	"RoomConfiguration.can_publish_sources maxItems": "there are four sources, and each may be there once",
	"TokenRequest.scope minLength":                   "an address is longer",
	"AccessGrant.email minLength":                    "an address is longer",
	"RoomID minLength":                               otherPath,
})

const everyTokenReads = "every token may read; another kind is a scope away"

var explainedToOperators = with(inBoth, map[string]string{
	"TooManyFailures Retry-After required": proxies,
	"Forbidden WWW-Authenticate required":  proxies,
	"listUsers 403":                        everyTokenReads,
	"listAuditEvents 403":                  everyTokenReads,
	"listApplications 403":                 everyTokenReads,
	"listCreatedRooms 403":                 everyTokenReads,
	"countTokens 403":                      everyTokenReads,
	"checkAddress 403":                     everyTokenReads,
	"readDeletion 403":                     everyTokenReads,
	"retrieveApplication 403":              everyTokenReads,
	"ApplicationID minLength":              otherPath,
	"endSecret secret_id minLength":        otherPath,
	"DomainList[] minLength":               "a domain has a dot in it",
	"DomainList[] maxLength":               "an address has 254 characters, of which its domain is a part",
	"PublicKeys.keys maxItems":             "an application has five keys at most",
	"PublicKeysPEM maxLength":              "the body is refused before",
})

func with(some, others map[string]string) map[string]string {
	all := maps.Clone(some)
	maps.Copy(all, others)
	return all
}
