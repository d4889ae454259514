package auth

import (
	"net/netip"
	"net/url"
)

// Origin is where a request comes from, and what it asked for.
type Origin struct {
	// Address is the IP address of the caller, by which limits count.
	Address string
	// RequestID is the X-Request-Id of the answer.
	RequestID string
	// URL is the absolute URL that the caller asked for, of which the links in answers are made.
	URL url.URL
	// Trusted is whether the caller alone could not choose the host of URL: it is configured, or a trusted proxy names it, or it is
	// this machine, which is calling itself.
	Trusted bool
}

// networkBits is how much of an IPv6 address counts: a caller mostly has as many as they like that begin alike.
const networkBits = 64

// Network returns what of the address counts for limits: all of IPv4, the first 64 bits of IPv6, in CIDR form. A text that is no
// address is returned as it is.
func (o Origin) Network() string {
	parsed, err := netip.ParseAddr(o.Address)
	if err != nil {
		return o.Address
	}
	parsed = parsed.Unmap().WithZone("")
	network, _ := parsed.Prefix(min(parsed.BitLen(), networkBits)) // never fails for so few bits
	return network.String()
}
