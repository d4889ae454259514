package middleware

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

type urlKey struct{}

// URL notes the absolute URL that the caller asked for, from which the links in answers are made. Its scheme and host are
// those of public where it is not nil; else those that a trusted proxy forwards, the last ones where several are named, since
// those before may come from anybody; else those of the request itself.
func URL(public *url.URL, trusted []netip.Prefix) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			request := c.Request()
			absolute := *request.URL
			absolute.Scheme, absolute.Host = "http", request.Host
			if request.TLS != nil {
				absolute.Scheme = "https"
			}
			switch {
			case public != nil:
				absolute.Scheme, absolute.Host = public.Scheme, public.Host
			case isTrusted(request.RemoteAddr, trusted):
				forwarded(request.Header, &absolute)
			}
			c.SetRequest(request.WithContext(context.WithValue(request.Context(), urlKey{}, &absolute)))
			return next(c)
		}
	}
}

func isTrusted(remote string, trusted []netip.Prefix) bool {
	address, err := netip.ParseAddrPort(remote)
	return err == nil && slices.ContainsFunc(trusted, func(network netip.Prefix) bool {
		return network.Contains(address.Addr().Unmap())
	})
}

func forwarded(header http.Header, absolute *url.URL) {
	if scheme := last(header, echo.HeaderXForwardedProto); scheme == "http" || scheme == "https" {
		absolute.Scheme = scheme
	}
	if host := last(header, "X-Forwarded-Host"); isHost.MatchString(host) {
		absolute.Host = host
	}
}

// isHost is a host name or an address, with or without a port.
var isHost = regexp.MustCompile(`^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

func last(header http.Header, name string) string {
	values := strings.Split(strings.Join(header.Values(name), ","), ",")
	return strings.TrimSpace(values[len(values)-1])
}

// CallerAddress finds the address of callers behind trusted proxies, by X-Forwarded-For; the limits count by it.
func CallerAddress(trusted []netip.Prefix) echo.IPExtractor {
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

// RequestURL returns a copy of the URL that was noted for the request of ctx.
func RequestURL(ctx context.Context) url.URL {
	if noted, ok := ctx.Value(urlKey{}).(*url.URL); ok {
		return *noted
	}
	return url.URL{}
}
