package middleware

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

// What proxies write, the one that counts, and what callers write to be counted as another.
func TestAddressExtractor(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:1::/48")}
	for name, c := range map[string]struct {
		remote  string
		headers []string
		counts  string
	}{
		"no header":                      {"10.0.0.1:1", nil, "10.0.0.1"},
		"an address":                     {"10.0.0.1:1", []string{"192.0.2.1"}, "192.0.2.1"},
		"and a port":                     {"10.0.0.1:1", []string{"192.0.2.1:5678"}, "192.0.2.1"},
		"IPv6":                           {"10.0.0.1:1", []string{"2001:db8::1"}, "2001:db8::1"},
		"IPv6 in brackets":               {"10.0.0.1:1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		"IPv6 and a port":                {"10.0.0.1:1", []string{"[2001:db8::1]:443"}, "2001:db8::1"},
		"IPv6 and a port, no brackets":   {"10.0.0.1:1", []string{"2001:db8:2:3:4:5:6:7:443"}, "2001:db8:2:3:4:5:6:7"},
		"quotes":                         {"10.0.0.1:1", []string{`"[2001:db8::1]:443"`}, "2001:db8::1"},
		"mapped":                         {"10.0.0.1:1", []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		"mapped, and a port":             {"10.0.0.1:1", []string{"[::ffff:192.0.2.1]:443"}, "192.0.2.1"},
		"a zone":                         {"10.0.0.1:1", []string{"fe80::1%eth0"}, "fe80::1"},
		"a zone and a port":              {"10.0.0.1:1", []string{"[fe80::1%eth0]:443"}, "fe80::1"},
		"tabs and spaces":                {"10.0.0.1:1", []string{"\t 192.0.2.1 \t"}, "192.0.2.1"},
		"a mapped proxy":                 {"[::ffff:10.0.0.1]:1", []string{"192.0.2.1"}, "192.0.2.1"},
		"several proxies":                {"10.0.0.1:1", []string{"192.0.2.9, 192.0.2.1, 10.0.0.2:80, [2001:db8:1::7]:80, ::ffff:10.0.0.3"}, "192.0.2.1"},
		"several lines":                  {"10.0.0.1:1", []string{"192.0.2.9", "192.0.2.1, 10.0.0.2", "10.0.0.3"}, "192.0.2.1"},
		"all of them proxies":            {"10.0.0.1:1", []string{"10.0.0.7, 10.0.0.2"}, "10.0.0.7"},
		"empty parts":                    {"10.0.0.1:1", []string{"192.0.2.9, , 192.0.2.1, ,10.0.0.2,", "", " "}, "192.0.2.1"},
		"a socket of this machine":       {"10.0.0.1:1", []string{"192.0.2.1, unix:, 10.0.0.2"}, "192.0.2.1"},
		"unknown":                        {"10.0.0.1:1", []string{"unknown"}, "10.0.0.1"},
		"hidden":                         {"10.0.0.1:1", []string{"_hidden"}, "10.0.0.1"},
		"hidden before a proxy":          {"10.0.0.1:1", []string{"192.0.2.9, _hidden, 10.0.0.2"}, "10.0.0.2"},
		"hidden before the caller":       {"10.0.0.1:1", []string{"_hidden, unknown, 192.0.2.1"}, "192.0.2.1"},
		"nonsense before the caller":     {"10.0.0.1:1", []string{"<script>, 999.1.1.1, 192.0.2.1"}, "192.0.2.1"},
		"no address at the end":          {"10.0.0.1:1", []string{"192.0.2.9, 999.1.1.1"}, "10.0.0.1"},
		"a port that is none":            {"10.0.0.1:1", []string{"192.0.2.9:http"}, "10.0.0.1"},
		"a port too high":                {"10.0.0.1:1", []string{"192.0.2.9:65536"}, "10.0.0.1"},
		"a port alone":                   {"10.0.0.1:1", []string{":80"}, "10.0.0.1"},
		"brackets alone":                 {"10.0.0.1:1", []string{"[]"}, "10.0.0.1"},
		"from nobody that is trusted":    {"192.0.2.1:1", []string{"192.0.2.9"}, "192.0.2.1"},
		"from nobody, through a trusted": {"192.0.2.1:1", []string{"192.0.2.9, 10.0.0.2"}, "192.0.2.1"},
		"over IPv6":                      {"[2001:db8::1%eth0]:1", nil, "2001:db8::1"},
		"a remote that is no address":    {"@", []string{"192.0.2.9"}, "@"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := &http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": c.headers}}
			require.Equal(t, c.counts, AddressExtractor(trusted)(request))
		})
	}
	request := &http.Request{RemoteAddr: "10.0.0.1:1", Header: http.Header{"X-Forwarded-For": {"192.0.2.1"}}}
	require.Equal(t, "10.0.0.1", AddressExtractor(nil)(request), "where no proxy is trusted")
}
