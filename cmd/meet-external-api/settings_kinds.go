package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kind is what a setting takes, and where it goes.
type kind struct {
	takes    string // the words behind "give" in a fault; empty: any text
	set      func(text string) error
	isSecret bool
	replaced string   // the setting beside which this one is not read
	needed   []string // the settings that this one needs
}

// read takes NAME or, of a secret, the file that NAME_FILE names, without one newline at its end; where there is neither, or
// a fault, the default.
func (o setting) read(getenv func(string) string) (given bool, err error) {
	text := getenv(o.name)
	if path := getenv(o.name + "_FILE"); o.isSecret && path != "" {
		content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		if err != nil {
			return false, fmt.Errorf("%s_FILE: %w", o.name, err)
		}
		text = strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
	}
	if o.byDefault != "" {
		err = o.set(o.byDefault)
	}
	if text != "" {
		err = o.set(text)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", o.name, err)
	}
	return text != "", err
}

// secret makes it a setting that may be given in a file.
func (k kind) secret() kind { k.isSecret = true; return k }

// insteadOfDatabaseURL makes it a setting that is read only where DATABASE_URL is not given.
func (k kind) insteadOfDatabaseURL() kind { k.replaced = "DATABASE_URL"; return k }

// needs makes others that are missing a fault where this one is given.
func (k kind) needs(names ...string) kind { k.needed = names; return k }

// and asks more of the text.
func (k kind) and(takes string, fits func(text string) bool) kind {
	set := k.set
	k.takes, k.set = takes, func(text string) error {
		if err := set(text); err != nil || fits(text) {
			return err
		}
		return errors.New("give " + takes)
	}
	return k
}

// parsed takes what parse takes.
func parsed[T any](target *T, takes string, parse func(text string) (T, bool)) kind {
	return kind{takes: takes, set: func(text string) error {
		value, ok := parse(text)
		if !ok {
			return errors.New("give " + takes)
		}
		*target = value
		return nil
	}}
}

func text[T ~string | ~[]byte](target *T) kind {
	return parsed(target, "", func(text string) (T, bool) { return T(text), true })
}

func choice(target *string, choices ...string) kind {
	return parsed(target, "one of "+strings.Join(choices, ", "), func(text string) (string, bool) {
		return text, slices.Contains(choices, text)
	})
}

func boolean(target *bool) kind { return parsed(target, "true or false", parseBoolean) }

// inverse is a boolean for a field that says the opposite.
func inverse(target *bool) kind {
	return parsed(target, "true or false", func(text string) (bool, bool) {
		value, ok := parseBoolean(text)
		return !value, ok
	})
}

func parseBoolean(text string) (value, ok bool) {
	value = slices.Contains([]string{"true", "1", "yes", "on"}, strings.ToLower(text))
	return value, value || slices.Contains([]string{"false", "0", "no", "off"}, strings.ToLower(text))
}

func number(target *int, least, most int) kind { return multiple(target, 1, least, most) }

func seconds(target *time.Duration, least, most int) kind {
	return multiple(target, time.Second, least, most)
}

func multiple[T int | time.Duration](target *T, unit T, least, most int) kind {
	return parsed(target, fmt.Sprintf("a whole number from %d to %d", least, most), func(text string) (T, bool) {
		n, err := strconv.Atoi(text)
		return T(n) * unit, err == nil && n >= least && n <= most
	})
}

// parseListen takes an address to listen on.
func parseListen(text string) (string, bool) {
	_, port, err := net.SplitHostPort(text)
	_, bad := strconv.ParseUint(port, 10, 16)
	return text, err == nil && bad == nil
}

const absoluteURL = "an absolute http or https URL"

func parseURL(text string) (*url.URL, bool) {
	parsed, err := url.Parse(text)
	return parsed, err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != ""
}

func parseURLText(text string) (string, bool) {
	parsed, ok := parseURL(text)
	if !ok {
		return "", false
	}
	return parsed.String(), true
}

// isPublicURL takes a slash behind the host for nothing.
func isPublicURL(text string) bool { return isOrigin(strings.ToLower(strings.TrimSuffix(text, "/"))) }

// isBaseURL is whether a path can be added.
func isBaseURL(text string) bool {
	parsed, ok := parseURL(text)
	return ok && parsed.User == nil && parsed.RawQuery == "" && parsed.Fragment == ""
}

// isOrigin is whether a text is the origin of a web page (RFC 6454): scheme and host, and nothing behind them.
func isOrigin(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.Scheme != "" && parsed.Host != "" && parsed.Scheme+"://"+parsed.Host == text
}

func parseList(text string) (items []string, ok bool) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items, true
}

// parseOrigins takes no asterisk: the middleware would let more pages in than anybody can count.
func parseOrigins(text string) (origins []string, ok bool) {
	origins, _ = parseList(text)
	return origins, !strings.Contains(text, "*") && !slices.ContainsFunc(origins, func(origin string) bool { return !isOrigin(origin) })
}

// parseNetworks takes CIDRs; an address stands for itself alone.
func parseNetworks(text string) (networks []netip.Prefix, ok bool) {
	items, _ := parseList(text)
	for _, item := range items {
		network, err := netip.ParsePrefix(item)
		if address, single := netip.ParseAddr(item); single == nil {
			network, err = address.Prefix(address.BitLen())
		}
		if err != nil {
			return nil, false
		}
		networks = append(networks, network.Masked())
	}
	return networks, true
}
