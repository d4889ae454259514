package middleware

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// AddressExtractor finds the address of callers behind trusted proxies, by X-Forwarded-For; the limits count by it. Each proxy adds
// at the right who called it. So the addresses are read from there, and the first one that is no trusted proxy's counts, since what
// stands before it may come from anybody; where all are, the last one read. A proxy that names its caller by a word (`unknown`,
// `_hidden`) counts itself: a word may be another one for each request. An empty part says nothing (RFC 9110, section 5.6.1.2), and
// `unix:` is what nginx calls a proxy on its own machine.
func AddressExtractor(trusted []netip.Prefix) echo.IPExtractor {
	return func(request *http.Request) string {
		counts, ok := parseAddress(request.RemoteAddr)
		if !ok {
			return request.RemoteAddr
		}
		hops := strings.Split(strings.Join(request.Header.Values(echo.HeaderXForwardedFor), ","), ",")
		for _, hop := range slices.Backward(hops) {
			if !containsAddress(trusted, counts) {
				break
			}
			if hop = strings.Trim(hop, ` "`+"\t"); hop == "" || hop == "unix:" {
				continue
			}
			next, ok := parseAddress(hop)
			if !ok {
				break
			}
			counts = next
		}
		return counts.String()
	}
}

func containsAddress(networks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// parseAddress reads an IP address with or without a port, in the forms that proxies write: IPv6 with and without brackets, also
// before a port.
func parseAddress(text string) (address netip.Addr, ok bool) {
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if colon := strings.LastIndexByte(text, ':'); err != nil && colon >= 0 {
		if _, bad := strconv.ParseUint(text[colon+1:], 10, 16); bad != nil {
			return address, false
		}
		address, err = netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text[:colon], "["), "]"))
	}
	return address.Unmap().WithZone(""), err == nil
}
