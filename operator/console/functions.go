package console

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"meet-external-api/audit"
)

// functions are what templates can call beside what is built in.
func functions(language string) template.FuncMap {
	return template.FuncMap{
		// t is a text of the console in the language of the reader. It may hold verbs of package fmt.
		"t": func(text string, args ...any) string { return translate(language, text, args...) },
		// said is a text that another package has made, such as that of a refusal.
		"said":    func(text string) string { return translateMade(language, text) },
		"time":    timeElement,
		"number":  func(number int) string { return formatNumber(language, number) },
		"dict":    dictionary,
		"shorten": shorten,
		// application is the page of one. Meet takes any text for a client id, also one with a slash or a question mark.
		"application": applicationPath,
		"action":      actionText,
		"channel":     channelText,
		"target":      targetText,
		"reason":      func(code string) reason { return reasons[code] },
		"changes":     changesOf,
	}
}

// dictionary makes one value for a template of several, by names.
func dictionary(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("a name without a value among %d", len(pairs))
	}
	values := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		values[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return values, nil
}

// timeElement is a time for people, and for programs. All times are in UTC, as the pages say.
func timeElement(at time.Time) template.HTML {
	at = at.UTC()
	return template.HTML(`<time datetime="` + at.Format(time.RFC3339) + `">` + at.Format("2006-01-02 15:04:05") + `</time>`) //nolint:gosec // It is made of digits.
}

// shorten is the beginning of an id, where the whole of it is one click away.
func shorten(id string) string {
	if len(id) <= 12 {
		return id
	}
	return id[:8] + "…"
}

// changed is one member of what an event tells of a change; where IsChange is not set, To is a fact.
type changed struct {
	Name, From, To string
	IsChange       bool
}

// changesOf are the members of what an event tells, by their names.
func changesOf(e audit.Event) []changed {
	var all []changed
	for _, name := range slices.Sorted(maps.Keys(e.Changes)) {
		value := e.Changes[name]
		if both, ok := value.(map[string]any); ok && len(both) == 2 {
			from, hasFrom := both["from"]
			to, hasTo := both["to"]
			if hasFrom && hasTo {
				all = append(all, changed{name, plain(from), plain(to), true})
				continue
			}
		}
		all = append(all, changed{Name: name, To: plain(value)})
	}
	return all
}

// plain is a value of JSON for people.
func plain(value any) string {
	switch value := value.(type) {
	case string:
		if value != "" {
			return value
		}
	case []any:
		texts := make([]string, len(value))
		for i, element := range value {
			texts[i] = plain(element)
		}
		if len(texts) > 0 {
			return strings.Join(texts, ", ")
		}
	case nil:
	default:
		text, _ := json.Marshal(value) // it was read from JSON
		return string(text)
	}
	return "–"
}
