package audit

import (
	"bytes"
	"encoding/json"
	"encoding/json/jsontext"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Rows are events as PostgreSQL makes rows of external_api.audit_event of them: an array of JSON objects, whose members are called as the
// columns. Whatever an event holds, they can be stored: what no row can hold is left out.
func Rows(events ...Event) string {
	// By hand: an event is made for each token.
	text := make([]byte, 0, 2+400*len(events))
	text = append(text, '[')
	for i, e := range events {
		if i > 0 {
			text = append(text, ',')
		}
		text = e.appendRow(text)
	}
	return string(append(text, ']'))
}

func (e Event) appendRow(text []byte) []byte {
	o := object{text: append(text, '{')}
	o.add("id", e.ID)
	o.addTime("time", e.Time)
	o.addAny("action", string(e.Action))
	o.addAny("outcome", string(e.Outcome))
	o.add("reason", e.Reason)
	o.addAny("channel", string(e.Channel))
	o.add("operator", e.Operator)
	o.add("client_id", e.ClientID)
	if isUUID(e.UserID) {
		o.add("user_id", e.UserID)
	}
	o.add("address", e.Address)
	o.add("request_id", e.RequestID)
	o.add("target_kind", e.TargetKind)
	o.add("target_id", e.TargetID)
	if changes := e.changes(); changes != nil {
		o.name("changes")
		o.text = append(o.text, changes...)
	}
	return append(o.text, '}')
}

// isUUID is whether a text has the form of a UUID that everybody takes for one, with hyphens.
func isUUID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }

// changes is Changes as JSON that jsonb can hold: without null characters. It is nil where there are none.
func (e Event) changes() []byte {
	if len(e.Changes) == 0 {
		return nil
	}
	text, err := json.Marshal(e.Changes)
	if err == nil && bytes.Contains(text, []byte(`\u0000`)) {
		var facts any
		err = json.Unmarshal(text, &facts)
		text, _ = json.Marshal(withoutNull(facts))
	}
	if err != nil {
		return nil
	}
	return text
}

// withoutNull takes the null characters out of the texts of a JSON value.
func withoutNull(value any) any {
	switch v := value.(type) {
	case string:
		return strings.ReplaceAll(v, "\x00", "")
	case []any:
		for i := range v {
			v[i] = withoutNull(v[i])
		}
	case map[string]any:
		clean := make(map[string]any, len(v))
		for name, member := range v {
			clean[strings.ReplaceAll(name, "\x00", "")] = withoutNull(member)
		}
		return clean
	}
	return value
}

// maxText is how much of a text is kept, in bytes. All that this program writes by itself is shorter.
const maxText = 1000

// object is a JSON object that is being written.
type object struct{ text []byte }

// name begins a member.
func (o *object) name(name string) {
	if last := o.text[len(o.text)-1]; last != '{' {
		o.text = append(o.text, ',')
	}
	o.text = append(o.text, '"')
	o.text = append(o.text, name...)
	o.text = append(o.text, '"', ':')
}

func (o *object) addTime(name string, at time.Time) {
	o.name(name)
	o.text = append(o.text, '"')
	o.text = at.UTC().AppendFormat(o.text, time.RFC3339Nano)
	o.text = append(o.text, '"')
}

// add adds a text, unless it is empty.
func (o *object) add(name, value string) {
	if len(value) > maxText {
		value = value[:maxText]
	}
	if strings.IndexByte(value, 0) >= 0 {
		value = strings.ReplaceAll(value, "\x00", "")
	}
	if value != "" {
		o.addAny(name, value)
	}
}

// addAny adds a text, also one that is empty or long.
func (o *object) addAny(name, value string) {
	o.name(name)
	o.text, _ = jsontext.AppendQuote(o.text, value) // what is no UTF-8 becomes U+FFFD
}
