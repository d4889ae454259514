package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kind is what a setting takes, and where it goes.
type kind struct {
	takes    string // the words behind "give" in a fault; empty: any text
	set      func(text string) error
	isOn     func() bool // nil: it is on where it is given
	isSecret bool
	replaced string   // the setting beside which this one is not read
	needed   []string // the settings that this one needs where it is on
	beside   string   // the setting without which this one makes no sense
}

// value returns what is given of a setting: NAME or, of a secret, what is in the file that NAME_FILE names, without one newline at its
// end. An empty one counts as not given. Error: a file that cannot be read, or is empty.
func (o setting) value(env map[string]string) (string, *finding) {
	path := env[o.name+"_FILE"]
	if !o.isSecret || path == "" {
		return env[o.name], nil
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", aboutSetting(codeFile, o.name+"_FILE", err.Error())
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
	if text == "" {
		return "", aboutSetting(codeFile, o.name+"_FILE", "the file "+path+" is empty")
	}
	return text, nil
}

// read sets what is given; where nothing is, or a fault, the default.
func (o setting) read(env map[string]string) (given bool, fault *finding) {
	if o.byDefault != "" {
		_ = o.set(o.byDefault) // which is tested
	}
	text, fault := o.value(env)
	if text == "" {
		return fault != nil, fault
	}
	if !o.isSecret && placeholder.MatchString(text) {
		return true, aboutSetting(codeInvalid, o.name, "it has ${…} in it, which is filled in by Docker Compose and by shells, and was not: give the value itself")
	}
	if err := o.set(text); err != nil {
		return true, aboutSetting(codeInvalid, o.name, err.Error())
	}
	return true, nil
}

// placeholder is what some readers of environment files put the value of another variable in for, and others leave as it is.
var placeholder = regexp.MustCompile(`\$\{\w+\}`)

// secret makes it a setting that may be given in a file.
func (k kind) secret() kind { k.isSecret = true; return k }

// insteadOf makes it a setting that is read only where another is not given.
func (k kind) insteadOf(name string) kind { k.replaced = name; return k }

// needs makes others that are missing a fault where this one is given or, of a boolean, true.
func (k kind) needs(names ...string) kind { k.needed = names; return k }

// onlyWith makes it a fault that this one is given and another is missing, unless that one is empty on purpose: it is there, and empty.
func (k kind) onlyWith(name string) kind { k.beside = name; return k }

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

func boolean(target *bool) kind {
	k := parsed(target, "true or false", parseBoolean)
	k.isOn = func() bool { return *target }
	return k
}

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

// number takes a whole number of these units within its bounds.
func number(target *int, unit string, least, most int) kind {
	return multiple(target, 1, unit, least, most)
}

func port(target *int) kind {
	return parsed(target, "a port from 1 to 65535", func(text string) (int, bool) {
		n, err := strconv.ParseUint(text, 10, 16)
		return int(n), err == nil && n > 0
	})
}

func seconds(target *time.Duration, least, most int) kind {
	return multiple(target, time.Second, "seconds", least, most)
}

func multiple[T int | time.Duration](target *T, one T, unit string, least, most int) kind {
	return parsed(target, fmt.Sprintf("a whole number of %s from %d to %d", unit, least, most), func(text string) (T, bool) {
		n, err := strconv.Atoi(text)
		return T(n) * one, err == nil && n >= least && n <= most
	})
}

// parseLevel takes the levels of Python's logging.
func parseLevel(text string) (string, bool) {
	level, ok := map[string]string{"DEBUG": "debug", "INFO": "info", "WARNING": "warn", "ERROR": "error", "CRITICAL": "error"}[text]
	return level, ok
}

// parseListen takes an address to listen on.
func parseListen(text string) (string, bool) {
	_, port, err := net.SplitHostPort(text)
	_, bad := strconv.ParseUint(port, 10, 16)
	return text, err == nil && bad == nil
}

// noListener is what there is instead of an address.
const noListener = "none"

func parseListenOrNone(text string) (string, bool) {
	if text == noListener {
		return text, true
	}
	return parseListen(text)
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
func isPublicURL(text string) bool { return isOrigin(strings.TrimSuffix(text, "/")) }

// isBaseURL is whether a path can be added.
func isBaseURL(text string) bool {
	parsed, ok := parseURL(text)
	return ok && parsed.User == nil && parsed.RawQuery == "" && parsed.Fragment == ""
}

// isOrigin is whether a text is the origin of a web page (RFC 6454): scheme and host, and nothing behind them.
func isOrigin(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.Scheme != "" && parsed.Host != "" && strings.EqualFold(parsed.Scheme+"://"+parsed.Host, text)
}

func parseList(text string) (items []string, ok bool) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items, true
}

// parseOrigins takes no asterisk: the middleware would let more pages in than anybody can count. Browsers send origins in lower case.
func parseOrigins(text string) (origins []string, ok bool) {
	origins, _ = parseList(strings.ToLower(text))
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

// parsePatterns takes regular expressions; as in Meet, one fits what begins with what it says.
func parsePatterns(text string) (patterns []*regexp.Regexp, ok bool) {
	items, _ := parseList(text)
	for _, item := range items {
		pattern, err := regexp.Compile("^(?:" + item + ")")
		if err != nil {
			return nil, false
		}
		patterns = append(patterns, pattern)
	}
	return patterns, true
}
