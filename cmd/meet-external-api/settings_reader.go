package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// settingsReader collects the faults of what it reads.
type settingsReader struct {
	getenv func(string) string
	faults []error
}

func (r *settingsReader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf(format, args...))
}

func (r *settingsReader) text(name, otherwise string) string {
	if value := r.getenv(name); value != "" {
		return value
	}
	return otherwise
}

// secret reads NAME, or the file that NAME_FILE names, without one newline at its end.
func (r *settingsReader) secret(name string) string {
	path := r.getenv(name + "_FILE")
	if path == "" {
		return r.getenv(name)
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		r.fault("%s_FILE: %w", name, err)
		return ""
	}
	text := strings.TrimSuffix(string(content), "\n")
	return strings.TrimSuffix(text, "\r")
}

func (r *settingsReader) boolean(name string, otherwise bool) bool {
	switch strings.ToLower(r.getenv(name)) {
	case "":
		return otherwise
	case "true", "1", "yes", "on":
		return true
	case "false", "0", "no", "off":
		return false
	}
	r.fault("%s: give true or false", name)
	return otherwise
}

func (r *settingsReader) number(name string, otherwise, least, most int) int {
	text := r.getenv(name)
	if text == "" {
		return otherwise
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < least || number > most {
		r.fault("%s: give a whole number from %d to %d", name, least, most)
		return otherwise
	}
	return number
}

func (r *settingsReader) choice(name, otherwise string, choices ...string) string {
	value := r.text(name, otherwise)
	if value != otherwise && !slices.Contains(choices, value) {
		r.fault("%s: give one of %s", name, strings.Join(choices, ", "))
	}
	return value
}

func (r *settingsReader) url(name string) *url.URL {
	text := r.getenv(name)
	if text == "" {
		return nil
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
		r.fault("%s: give an absolute http or https URL", name)
		return nil
	}
	return parsed
}

// prefix reads a URL to which a path is added.
func (r *settingsReader) prefix(name string) string {
	parsed := r.url(name)
	if parsed == nil {
		return ""
	}
	if parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		r.fault("%s: give a URL without user, query and fragment, like https://meet.example.org", name)
	}
	return parsed.String()
}

// base reads the scheme and host of links; a slash behind them is nothing.
func (r *settingsReader) base(name string) *url.URL {
	parsed := r.url(name)
	if parsed != nil && !strings.EqualFold(strings.TrimSuffix(r.getenv(name), "/"), parsed.Scheme+"://"+parsed.Host) {
		r.fault("%s: give scheme and host alone, like https://meet.example.org", name)
	}
	return parsed
}

func (r *settingsReader) address(name, otherwise string) string {
	address := r.text(name, otherwise)
	if _, port, err := net.SplitHostPort(address); err != nil || !isPort(port) {
		r.fault("%s: give host:port, or :port for every address of this machine", name)
	}
	return address
}

func isPort(text string) bool {
	port, err := strconv.Atoi(text)
	return err == nil && port >= 0 && port <= 65535
}

// list reads what commas separate.
func (r *settingsReader) list(name, otherwise string) []string {
	var items []string
	for item := range strings.SplitSeq(r.text(name, otherwise), ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// networks reads CIDRs; an address stands for itself alone.
func (r *settingsReader) networks(name string) []netip.Prefix {
	var networks []netip.Prefix
	for _, item := range r.list(name, "") {
		network, err := netip.ParsePrefix(item)
		if address, single := netip.ParseAddr(item); single == nil {
			network, err = address.Prefix(address.BitLen())
		}
		if err != nil {
			r.fault("%s: give addresses or CIDRs like 10.0.0.0/8, separated by commas", name)
			return nil
		}
		networks = append(networks, network.Masked())
	}
	return networks
}

// origins reads the origins of web pages (RFC 6454): scheme and host, and nothing behind them. With an asterisk the middleware
// would let more pages in than anybody can count.
func (r *settingsReader) origins(name string) []string {
	origins := r.list(name, "")
	for _, origin := range origins {
		parsed, err := url.Parse(origin)
		if err != nil || parsed.Scheme == "" || parsed.Host == "" || parsed.Scheme+"://"+parsed.Host != origin || strings.Contains(origin, "*") {
			r.fault("%s: give origins like https://example.org, without wildcards, separated by commas", name)
			return nil
		}
	}
	return origins
}

func (r *settingsReader) urlText(name string) string {
	if parsed := r.url(name); parsed != nil {
		return parsed.String()
	}
	return ""
}
