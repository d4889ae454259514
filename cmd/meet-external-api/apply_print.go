package main

import (
	"fmt"
	"strings"

	"meet-external-api/audit"
	"meet-external-api/operator"
)

// members is the order in which a plan shows what is another one.
var members = []string{"name", "is_active", "scopes", "domains", "visibility", "public_keys"}

// planText is what is to be done, for people.
func planText(steps []operator.Step, others int) string {
	var text strings.Builder
	counts := map[audit.Action]int{}
	for _, step := range steps {
		counts[step.Action]++
		if step.Action == audit.ApplicationCreate {
			fmt.Fprintf(&text, "+ %s\n", quotedName(step.Becomes.Name))
		}
		if step.Action == audit.ApplicationUpdate {
			fmt.Fprintf(&text, "~ %s (%s)\n", quotedName(step.Was.Name), printable(step.Was.ClientID))
		}
		for _, name := range members {
			change, is := step.Changes[name].(map[string]any)
			switch {
			case !is:
			case step.Action == audit.ApplicationCreate:
				fmt.Fprintf(&text, "    %s: %s\n", name, valueText(name, change["to"]))
			default:
				fmt.Fprintf(&text, "    %s: %s -> %s\n", name, valueText(name, change["from"]), valueText(name, change["to"]))
			}
		}
	}
	fmt.Fprintf(&text, "%d to create, %d to change, %d as declared; %d others stay as they are\n",
		counts[audit.ApplicationCreate], counts[audit.ApplicationUpdate], counts[""], others)
	return text.String()
}

func quotedName(name string) string { return `"` + printable(name) + `"` }

// valueText is one value of a difference.
func valueText(name string, value any) string {
	switch v := value.(type) {
	case string:
		if name == "name" {
			return quotedName(v)
		}
		return v
	case []string:
		none := "none"
		if name == "domains" {
			none = "any"
		}
		return printable(joined(v, none))
	case nil:
		return "none"
	case map[string]any: // a JWK Set
		keys, _ := v["keys"].([]any)
		ids := make([]string, len(keys))
		for i, key := range keys {
			members, _ := key.(map[string]any)
			ids[i] = fmt.Sprint(members["kid"])
		}
		return printable(joined(ids, "none"))
	}
	return fmt.Sprint(value)
}

// printedStep is a step as it is printed with --json.
type printedStep struct {
	Action   string         `json:"action"`
	Done     bool           `json:"done"`
	ID       string         `json:"id,omitempty"`
	ClientID string         `json:"client_id,omitempty"`
	Secret   string         `json:"client_secret,omitempty"`
	Name     string         `json:"name"`
	Changes  map[string]any `json:"changes,omitempty"`
}

// actionNames are those of --json.
var actionNames = map[audit.Action]string{audit.ApplicationCreate: "create", audit.ApplicationUpdate: "update", "": "keep"}

// print prints all steps with --json; done are those that were taken, by their index.
func (c applyCommand) print(e environment, steps []operator.Step, done map[int]printedApplication) error {
	if !c.JSON {
		return nil
	}
	printed := make([]printedStep, len(steps))
	for i, step := range steps {
		printed[i] = printedStep{
			Action: actionNames[step.Action], ID: step.Was.ID, ClientID: step.Was.ClientID, Name: step.Becomes.Name, Changes: step.Changes,
		}
		if a, is := done[i]; is {
			printed[i].Done, printed[i].ID, printed[i].ClientID, printed[i].Secret = true, a.ID, a.ClientID, a.ClientSecret
		}
	}
	return printJSON(e, map[string]any{"applications": printed})
}

// printDone says for people that a step was taken, at once: a secret is nowhere else.
func (c applyCommand) printDone(e environment, step operator.Step, a printedApplication) (err error) {
	switch {
	case c.JSON:
	case step.Action == audit.ApplicationUpdate:
		_, err = fmt.Fprintf(e.stdout, "changed %s (%s)\n", quotedName(a.Name), printable(a.ClientID))
	case a.ClientSecret == "":
		_, err = fmt.Fprintf(e.stdout, "created %s\n  client_id      %s\n", quotedName(a.Name), a.ClientID)
	default:
		_, err = fmt.Fprintf(e.stdout, "created %s\n  client_id      %s\n  client_secret  %s\n", quotedName(a.Name), a.ClientID, a.ClientSecret)
	}
	return err
}
