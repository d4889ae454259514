package auth

import (
	"regexp"
	"slices"
	"strings"
)

const maxEmailLength = 254

// emailForm is an address in lower case: a dot-atom (RFC 5322, section 3.2.3), and a host name (RFC 1123, section 2.1).
var emailForm = regexp.MustCompile("^" + atom + `(\.` + atom + ")*@(localhost|" + label + `(\.` + label + ")+)$")

const (
	atom  = "[-!#$%&'*+/=?^_`{|}~0-9a-z]+"
	label = "[0-9a-z]([-0-9a-z]{0,61}[0-9a-z])?"
)

// numberAtEnd tells an IPv4 address from a host name (WHATWG URL, "ends in a number").
var numberAtEnd = regexp.MustCompile(`\.[0-9]+$`)

// ValidEmail reports whether s is an e-mail address: ASCII, at most 254 characters, a dot-atom, one @, and localhost or a host
// name with a dot in it: labels of letters, digits and inner hyphens, no dot at the end, no IP address (docs/contract.md, "POST
// /application/token/ — exchange credentials for a token").
func ValidEmail(s string) bool {
	return len(s) <= maxEmailLength && emailForm.MatchString(FoldASCII(s)) && !numberAtEnd.MatchString(s)
}

// FoldASCII returns s with its ASCII letters in lower case and nothing else changed. Two addresses, and two scopes, are the same
// when they fold to the same text.
func FoldASCII(s string) string {
	if !strings.ContainsFunc(s, isUpper) {
		return s
	}
	folded := []byte(s) // by bytes: strings.ToLower makes a k of the Kelvin sign
	for i, c := range folded {
		if isUpper(rune(c)) {
			folded[i] = c + 'a' - 'A'
		}
	}
	return string(folded)
}

func isUpper(r rune) bool { return 'A' <= r && r <= 'Z' }

// EmailDomain returns what follows the last @ of address, folded; nothing when there is no @.
func EmailDomain(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return ""
	}
	return FoldASCII(address[at+1:])
}

// DomainAllowed reports whether an application that is restricted to domains may act for address: with no domains for any
// address, else where one of them, folded, is its domain. Sub-domains are not included (docs/contract.md, "POST
// /application/token/ — exchange credentials for a token").
func DomainAllowed(address string, domains []string) bool {
	domain := EmailDomain(address)
	return len(domains) == 0 || domain != "" && slices.ContainsFunc(domains, func(allowed string) bool {
		return FoldASCII(allowed) == domain
	})
}
