package auth

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

var emails = []struct {
	name    string
	address string
	valid   bool
}{
	{"plain", "user@example.com", true},
	{"upper case", "USER@EXAMPLE.COM", true},
	{"one letter", "a@b.fr", true},
	{"tag", "a+x@example.com", true},
	{"every sign of an atom", "-!#$%&'*+/=?^_`{|}~@example.com", true},
	{"inner dots", "a.b.c@example.com", true},
	{"local part over 64", strings.Repeat("a", 65) + "@example.com", true},
	{"localhost", "a@localhost", true},
	{"LocalHost", "a@LocalHost", true},
	{"sub-domain", "a@b.c.example.com", true},
	{"hyphens", "a@my--host.ex-ample.co-op", true},
	{"punycode", "a@xn--bcher-kva.XN--P1AI", true},
	{"digits before the last label", "a@1.2.example", true},
	{"label of 63", "a@" + strings.Repeat("b", 63) + ".com", true},
	{"last label of 63", "a@b." + strings.Repeat("c", 63), true},
	{"254 characters", strings.Repeat("a", 254-len("@example.com")) + "@example.com", true},

	{"empty", "", false},
	{"255 characters", strings.Repeat("a", 255-len("@example.com")) + "@example.com", false},
	{"no @", "example.com", false},
	{"only @", "@", false},
	{"no local part", "@example.com", false},
	{"no host", "a@", false},
	{"two @", "a@b@example.com", false},
	{"two @ together", "a@@example.com", false},
	{"quoted local part", `"a"@example.com`, false},
	{"quoted @", `"a@b"@example.com`, false},
	{"comment", "a(b)@example.com", false},
	{"display name", "A <a@example.com>", false},
	{"list", "a@example.com,b@example.com", false},
	{"escape", `a\b@example.com`, false},
	{"leading dot", ".a@example.com", false},
	{"trailing dot", "a.@example.com", false},
	{"double dot", "a..b@example.com", false},
	{"space before", " a@example.com", false},
	{"space after", "a@example.com ", false},
	{"space within", "a b@example.com", false},
	{"tab", "a\t@example.com", false},
	{"line end after", "a@example.com\n", false},
	{"line end before", "\na@example.com", false},
	{"second line", "a@example.com\nb@example.com", false},
	{"carriage return", "a@example.com\r", false},
	{"NUL after", "a@example.com\x00", false},
	{"NUL within", "a\x00b@example.com", false},
	{"DEL", "a\x7f@example.com", false},
	{"dotless i", "adm\u0131n@example.com", false},
	{"dotted I", "ADM\u0130N@example.com", false},
	{"long s", "u\u017fer@example.com", false},
	{"Kelvin sign", "a@\u212aelvin.com", false},
	{"dotless i in the host", "a@example.\u0131o", false},
	{"long s in the host", "a@te\u017ft.com", false},
	{"long s in localhost", "a@localho\u017ft", false},
	{"full-width @", "a\uff20example.com", false},
	{"full-width letter", "\uff41@example.com", false},
	{"ideographic dot", "a@example\u3002com", false},
	{"accent", "é@example.com", false},
	{"internationalised host", "a@bücher.example", false},
	{"zero-width space", "a\u200b@example.com", false},
	{"right-to-left override", "a\u202e@example.com", false},
	{"byte order mark", "\ufeffa@example.com", false},
	{"no UTF-8", "a\xff@example.com", false},
	{"host without a dot", "a@example", false},
	{"host with a trailing dot", "a@example.com.", false},
	{"localhost with a trailing dot", "a@localhost.", false},
	{"host with a leading dot", "a@.example.com", false},
	{"host with a double dot", "a@example..com", false},
	{"label with a leading hyphen", "a@-example.com", false},
	{"label with a trailing hyphen", "a@example-.com", false},
	{"inner label with a leading hyphen", "a@b.-example.com", false},
	{"inner label with a trailing hyphen", "a@b.example-.com", false},
	{"last label with a leading hyphen", "a@example.-com", false},
	{"last label with a trailing hyphen", "a@example.com-", false},
	{"label of 64", "a@" + strings.Repeat("b", 64) + ".com", false},
	{"last label of 64", "a@b." + strings.Repeat("c", 64), false},
	{"last label of 1", "a@example.c", true},
	{"last label with a digit", "a@example.c0m", true},
	{"last label a number", "a@example.123", false},
	{"underscore in the host", "a@my_host.com", false},
	{"port", "a@example.com:25", false},
	{"percent in the host", "a@example%2ecom", false},
	{"IPv4", "a@127.0.0.1", false},
	{"IPv4 literal", "a@[127.0.0.1]", false},
	{"IPv6 literal", "a@[IPv6:::1]", false},
	{"IPv6 literal without a tag", "a@[::1]", false},
}

func TestValidEmail(t *testing.T) {
	t.Parallel()
	for _, test := range emails {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.valid, ValidEmail(test.address))
		})
	}
}

func TestFoldASCII(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ in, out string }{
		"empty":        {"", ""},
		"every letter": {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"},
		"beside A-Z":   {"@[`{", "@[`{"},
		"mixed":        {"A.User+X@Example.COM", "a.user+x@example.com"},
		"dotted I":     {"\u0130", "\u0130"},
		"dotless i":    {"\u0131", "\u0131"},
		"long s":       {"\u017f", "\u017f"},
		"Kelvin sign":  {"\u212a", "\u212a"},
		"É":            {"É", "É"},
		"no UTF-8":     {"A\xff", "a\xff"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.out, FoldASCII(test.in))
		})
	}
}

func TestEmailDomain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ address, domain string }{
		"plain":      {"a@example.com", "example.com"},
		"upper case": {"A@Example.COM", "example.com"},
		"two @":      {"a@evil.org@example.com", "example.com"},
		"no @":       {"example.com", ""},
		"no host":    {"a@", ""},
		"empty":      {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.domain, EmailDomain(test.address))
		})
	}
}

func TestDomainAllowed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		address string
		domains []string
		allowed bool
	}{
		{"no domains", "a@example.com", nil, true},
		{"empty list of domains", "a@example.com", []string{}, true},
		{"the domain", "a@example.com", []string{"example.com"}, true},
		{"one of several", "a@example.com", []string{"example.org", "example.com"}, true},
		{"address in upper case", "A@EXAMPLE.COM", []string{"example.com"}, true},
		{"domain in upper case", "a@example.com", []string{"EXAMPLE.com"}, true},
		{"another domain", "a@example.com", []string{"example.org"}, false},
		{"sub-domain of it", "a@mail.example.com", []string{"example.com"}, false},
		{"parent of it", "a@example.com", []string{"mail.example.com"}, false},
		{"it as a suffix", "a@evilexample.com", []string{"example.com"}, false},
		{"it as a prefix", "a@example.com.evil.org", []string{"example.com"}, false},
		{"it before the last @", "a@example.com@evil.org", []string{"example.com"}, false},
		{"it in the local part", "example.com@evil.org", []string{"example.com"}, false},
		{"leading dot", "a@mail.example.com", []string{".example.com"}, false},
		{"wildcard", "a@mail.example.com", []string{"*.example.com"}, false},
		{"trailing dot", "a@example.com.", []string{"example.com"}, false},
		{"Kelvin sign", "a@\u212aelvin.com", []string{"kelvin.com"}, false},
		{"long s in the domain", "a@test.com", []string{"te\u017ft.com"}, false},
		{"empty domain", "a@example.com", []string{""}, false},
		{"empty domain and no host", "a@", []string{""}, false},
		{"no @", "example.com", []string{"example.com"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.allowed, DomainAllowed(test.address, test.domains))
		})
	}
}

func FuzzEmail(f *testing.F) {
	for _, test := range emails {
		f.Add(test.address, EmailDomain(test.address))
		f.Add(test.address, "example.com")
	}
	f.Fuzz(func(t *testing.T, address, domain string) {
		folded := FoldASCII(address)
		require.Equal(t, folded, FoldASCII(folded))
		require.Equal(t, ValidEmail(address), ValidEmail(folded))
		require.Equal(t, EmailDomain(address), EmailDomain(folded))

		require.True(t, DomainAllowed(address, nil))
		allowed := DomainAllowed(address, []string{domain})
		require.Equal(t, allowed, DomainAllowed(folded, []string{FoldASCII(domain)}))
		require.False(t, allowed && !strings.HasSuffix(folded, "@"+FoldASCII(domain)))

		if ValidEmail(address) {
			require.LessOrEqual(t, len(address), 254)
			require.Equal(t, -1, strings.IndexFunc(address, func(r rune) bool { return r <= ' ' || r >= unicode.MaxASCII }))
			require.Equal(t, 1, strings.Count(address, "@"))
			require.Equal(t, domain != "" && EmailDomain(address) == FoldASCII(domain), allowed)
			require.True(t, DomainAllowed(address, []string{EmailDomain(address)}))
		}
	})
}
