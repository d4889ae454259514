package middleware

import (
	"regexp"
	"strings"
	"time"
)

// formatTime is the format of texts that are a time.
const formatTime = "date-time"

// timeForm is a time as RFC 3339, section 5.6 has it, in capitals: package time takes others too. There are no leap seconds: when there
// will be one is not known.
var timeForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// bareOffset is an offset without its colon, as clients in Python write it that openapi-generator makes.
var bareOffset = regexp.MustCompile(`([+-]\d\d)(\d\d)$`)

// readTime reads a time of the years 1 to 9999 in UTC: beyond them, package time and PostgreSQL have no form in common.
func readTime(text string) (at time.Time, ok bool) {
	text = bareOffset.ReplaceAllString(strings.ToUpper(text), "$1:$2")
	at, err := time.Parse(time.RFC3339, text)
	at = at.UTC()
	return at, err == nil && timeForm.MatchString(text) && at.Year() >= 1 && at.Year() <= 9999
}

func isTime(text string) bool {
	_, ok := readTime(text)
	return ok
}

// canonicalTime writes a time that is one in UTC, as package time writes it.
func canonicalTime(text string) string {
	at, _ := readTime(text)
	return at.Format(time.RFC3339Nano)
}
