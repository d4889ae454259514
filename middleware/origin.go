package middleware

import (
	"cmp"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// Origin puts the origin of a request into its context. The scheme and host of its URL are those of public where it is not nil; else
// those that a trusted proxy forwards, the last ones where several are named, since those before may come from anybody; else those
// of the request itself. A request whose host is none is refused (RFC 9112, section 3.2). Nothing else of what a request line can
// hold gets into the URL, such as a user.
func Origin(public *url.URL, trusted []netip.Prefix) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			request := c.Request()
			asked := request.URL
			from := auth.Origin{Address: c.RealIP(), RequestID: requestID(c), URL: url.URL{
				Scheme: "http", Host: hostOf(request), Path: asked.Path, RawPath: asked.RawPath, RawQuery: asked.RawQuery,
			}}
			valid := isHost(from.URL.Host)
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
			from.URL.Host = strings.ToLower(from.URL.Host) // it does not differ by case (RFC 3986, section 3.2.2)
			c.SetRequest(request.WithContext(auth.NewContext(request.Context(), from)))
			if !valid {
				return refusal.HostNotValid
			}
			return next(c)
		}
	}
}

// hostOf is what the request says; HTTP/1.0, which some health checks speak, need not say it: then it is the address that was asked.
func hostOf(request *http.Request) string {
	listening, ok := request.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if request.Host == "" && !request.ProtoAtLeast(1, 1) && ok {
		return listening.String()
	}
	return request.Host
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
	return strings.EqualFold(host, "localhost") || err == nil && address.IsLoopback()
}

func isTrusted(remote string, trusted []netip.Prefix) bool {
	address, ok := parseAddress(remote)
	return ok && containsAddress(trusted, address)
}

// forwarded tells whether the proxy names the host.
func forwarded(header http.Header, absolute *url.URL) bool {
	if scheme := strings.ToLower(last(header, echo.HeaderXForwardedProto)); scheme == "http" || scheme == "https" {
		absolute.Scheme = scheme
	}
	host := last(header, "X-Forwarded-Host")
	if !isHost(host) {
		return false
	}
	absolute.Host = host
	return true
}

// maxHost is how many characters a host name has at most, with a dot at its end (RFC 1035, section 3.1).
const maxHost = 254

// isHost is whether a text is a host name or an address, with or without a port. Names of containers have underscores.
func isHost(text string) bool {
	parts := hostForm.FindStringSubmatch(text)
	if parts == nil || len(parts[1]) > maxHost {
		return false
	}
	_, err := strconv.ParseUint(cmp.Or(parts[3], "0"), 10, 16)
	if address := parts[2]; address != "" && err == nil {
		_, err = netip.ParseAddr(address)
	}
	return err == nil
}

var hostForm = regexp.MustCompile(`^((?:` + label + `\.)*` + label + `\.?|\[([0-9A-Fa-f:.]+)\])(?::([0-9]{1,5}))?$`)

const label = `[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?`

func last(header http.Header, name string) string {
	values := strings.Split(strings.Join(header.Values(name), ","), ",")
	return strings.TrimSpace(values[len(values)-1])
}
