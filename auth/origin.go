package auth

import (
	"net/url"
)

// Origin is where a request comes from, and what it asked for.
type Origin struct {
	// Address is the IP address of the caller, by which limits count.
	Address string
	// URL is the absolute URL that the caller asked for, of which the links in answers are made.
	URL url.URL
	// Trusted is whether the caller alone could not choose the host of URL: it is configured, or a trusted proxy names it, or it is
	// this machine, which is calling itself.
	Trusted bool
}
