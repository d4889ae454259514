package middleware

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

type originKey struct{}

// origin is where a request comes from, and what it was sent to.
type origin struct {
	url     url.URL
	trusted bool
	address string
}

// Origin notes the address of the caller and the absolute URL that it asked for, from which the links in answers are made.
// Its scheme and host are those of public where it is not nil; else those that a trusted proxy forwards, the last ones where
// several are named, since those before may come from anybody; else those of the request itself.
func Origin(public *url.URL, trusted []netip.Prefix) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			request := c.Request()
			from := &origin{url: *request.URL, address: c.RealIP()}
			from.url.Scheme, from.url.Host = "http", request.Host
			if request.TLS != nil {
				from.url.Scheme = "https"
			}
			switch {
			case public != nil:
				from.url.Scheme, from.url.Host, from.trusted = public.Scheme, public.Host, true
			case isTrusted(request.RemoteAddr, trusted):
				from.trusted = forwarded(request.Header, &from.url)
			default:
				from.trusted = isLocal(request, &from.url)
			}
			c.SetRequest(request.WithContext(context.WithValue(request.Context(), originKey{}, from)))
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

// RequestURL returns the URL that the caller of the request of ctx asked for.
func RequestURL(ctx context.Context) url.URL { return originOf(ctx).url }

// TrustedURL is RequestURL where the caller alone could not choose the host: it is configured, or a trusted proxy names it, or
// it is this machine, which is calling itself.
func TrustedURL(ctx context.Context) (requested url.URL, ok bool) {
	from := originOf(ctx)
	return from.url, from.trusted
}

// RemoteAddress returns the IP address of the caller of the request of ctx.
func RemoteAddress(ctx context.Context) string { return originOf(ctx).address }

func originOf(ctx context.Context) origin {
	if noted, ok := ctx.Value(originKey{}).(*origin); ok {
		return *noted
	}
	return origin{}
}
