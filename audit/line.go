package audit

import (
	"net/netip"
	"strings"
)

// ecsVersion is that of the Elastic Common Schema whose names the lines have.
const ecsVersion = "8.11.0"

// class is what the Elastic Common Schema calls an action: event.category, and event.type, which has further words for some of them.
type class struct{ category, types string }

// classes are those of the actions, by their verbs where the category is that of what is before the dot.
var (
	categories = map[string]string{
		"token": "authentication", "room": "api", "access": "iam", "application": "iam", "user": "iam", "operator": "iam",
		"operator_token": "iam", "audit": "api", "metadata": "api",
	}
	types = map[string]string{
		"issue": "start", "introspect": "info", "revoke": "end", "list": "access", "retrieve": "access", "create": "creation",
		"update": "change", "delete": "deletion", "grant": "change", "remove": "deletion", "rotate_secret": "change",
		"end_secret": "deletion", "revoke_tokens": "change", "end_conference": "end",
	}
	signing = map[Action]class{
		OperatorSignIn: {"authentication", "start"}, OperatorSignOut: {"authentication", "end"}, OperatorTokenRevoke: {"iam", "deletion"},
	}
)

func (a Action) class() class {
	if c, special := signing[a]; special {
		return c
	}
	kind, verb, _ := strings.Cut(string(a), ".")
	return class{categories[kind], types[verb]}
}

// AppendLine appends an event as one line of JSON, with the names of the Elastic Common Schema (ECS), in the dotted form that its
// libraries for logs write. What ECS has no name for stands below labels, where every value is a text.
func AppendLine(text []byte, e Event) []byte {
	o := object{text: append(text, '{')}
	o.addTime("@timestamp", e.Time)
	o.add("log.level", "info")
	o.add("message", strings.TrimSpace(string(e.Action)+" "+string(e.Outcome)+" "+e.Reason))
	o.add("ecs.version", ecsVersion)
	o.add("service.name", "meet-external-api")
	o.add("event.dataset", "meet-external-api.audit")
	o.add("event.kind", "event")
	c := e.Action.class()
	o.list("event.category", c.category)
	if e.Outcome == Failure && c.category == "api" {
		o.list("event.type", c.types, "denied")
	} else {
		o.list("event.type", c.types)
	}
	o.add("event.action", string(e.Action))
	o.add("event.outcome", string(e.Outcome))
	o.add("event.reason", e.Reason)
	o.add("event.id", e.ID)
	if _, err := netip.ParseAddr(e.Address); err == nil {
		o.add("source.ip", e.Address)
	} else {
		o.add("source.address", e.Address)
	}
	o.add("http.request.id", e.RequestID)
	o.add("user.name", e.Operator)
	switch {
	case !isUUID(e.UserID):
	case e.Operator == "":
		o.add("user.id", e.UserID)
	default:
		o.add("user.target.id", e.UserID)
	}
	o.add("labels.channel", string(e.Channel))
	o.add("labels.client_id", e.ClientID)
	o.add("labels.target_kind", e.TargetKind)
	o.add("labels.target_id", e.TargetID)
	if changes := e.changes(); changes != nil {
		o.addAny("labels.changes", string(changes))
	}
	return append(o.text, '}', '\n')
}

// list adds a list of texts.
func (o *object) list(name string, values ...string) {
	o.name(name)
	o.text = append(o.text, '[')
	for i, value := range values {
		if i > 0 {
			o.text = append(o.text, ',')
		}
		o.text = append(o.text, '"')
		o.text = append(o.text, value...)
		o.text = append(o.text, '"')
	}
	o.text = append(o.text, ']')
}
