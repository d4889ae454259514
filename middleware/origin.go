package middleware

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
)

// Origin puts the origin of a request into its context. The scheme and host of its URL are those of public where it is not nil; else
// those that a trusted proxy forwards, the last ones where several are named, since those before may come from anybody; else those
// of the request itself.
func Origin(public *url.URL, trusted []netip.Prefix) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			request := c.Request()
			from := auth.Origin{URL: *request.URL, Address: c.RealIP()}
			from.URL.Scheme, from.URL.Host = "http", request.Host
			if request.TLS != nil {
				from.URL.Scheme = "https"
			}
			switch {
			case public != nil:
				from.URL.Scheme, from.URL.Host, from.Trusted = public.Scheme, public.Host, true
			case isTrusted(request.RemoteAddr, trusted):
				from.Trusted = forwarded(request.Header, &from.URL)
			default:
				from.Trusted = isLocal(request, &from.URL)
			}
			c.SetRequest(request.WithContext(auth.NewContext(request.Context(), from)))
			return next(c)
		}
	}
}

// isLocal reports whether the request came from this machine, to it, and by the port that is listened on: it cannot mean
// another server.
func isLocal(request *http.Request, named *url.URL) bool {
	listening, ok := request.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	remote, err := netip.ParseAddrPort(request.RemoteAddr)
	return ok && err == nil && remote.Addr().IsLoopback() && isLoopback(named.Hostname()) &&
		named.Port() == strconv.Itoa(listening.Port)
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func isTrusted(remote string, trusted []netip.Prefix) bool {
	address, err := netip.ParseAddrPort(remote)
	return err == nil && slices.ContainsFunc(trusted, func(network netip.Prefix) bool {
		return network.Contains(address.Addr().Unmap())
	})
}

// forwarded tells whether the proxy names the host.
func forwarded(header http.Header, absolute *url.URL) bool {
	if scheme := last(header, echo.HeaderXForwardedProto); scheme == "http" || scheme == "https" {
		absolute.Scheme = scheme
	}
	host := last(header, "X-Forwarded-Host")
	if !isHost.MatchString(host) {
		return false
	}
	absolute.Host = host
	return true
}

// isHost is a host name or an address, with or without a port.
var isHost = regexp.MustCompile(`^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

func last(header http.Header, name string) string {
	values := strings.Split(strings.Join(header.Values(name), ","), ",")
	return strings.TrimSpace(values[len(values)-1])
}

// AddressExtractor finds the address of callers behind trusted proxies, by X-Forwarded-For; the limits count by it.
func AddressExtractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, network := range trusted {
		address := network.Addr()
		mask := net.CIDRMask(network.Bits(), address.BitLen())
		options = append(options, echo.TrustIPRange(&net.IPNet{IP: address.AsSlice(), Mask: mask}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}
