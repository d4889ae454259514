package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// ourPrefix begins the names of settings that Meet does not have, but for a few of its own.
const ourPrefix = "EXTERNAL_API_"

// serviceLink is a variable that Kubernetes sets for a service called external-api, or something behind that.
var serviceLink = regexp.MustCompile(`^EXTERNAL_API_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)=|PORT_\d+_\w+=|PORT=(tcp|udp|sctp)://)`)

// unknownSettings are names that can only be meant for this program, and that it does not know.
func unknownSettings(env map[string]string, rows []setting) (faults []*finding) {
	var known []string
	for _, row := range rows {
		known = append(known, row.name)
		if row.isSecret {
			known = append(known, row.name+"_FILE")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !strings.HasPrefix(name, ourPrefix) || slices.Contains(known, name) || serviceLink.MatchString(name+"="+env[name]) {
			continue
		}
		text := "there is no such setting"
		if setting := strings.TrimSuffix(name, "_FILE"); slices.Contains(known, setting) {
			text += ", as only secrets come from files: set " + setting
		} else if near := nearest(name, known); near != "" {
			text += "; is it " + near + "?"
		}
		faults = append(faults, aboutSetting(codeUnknown, name, text))
	}
	return faults
}

// nearest is the known name that is written most alike; empty: none is much alike.
func nearest(name string, known []string) (near string) {
	least := len(strings.TrimPrefix(name, ourPrefix))/3 + 2
	for _, candidate := range known {
		if d := distance(name, candidate); d < least {
			near, least = candidate, d
		}
	}
	return near
}

// distance is how many letters have to be put in, taken out or exchanged to make one text of the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			exchanged := diagonal
			if a[i] != b[j] {
				exchanged++
			}
			diagonal = row[j+1]
			row[j+1] = min(exchanged, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
