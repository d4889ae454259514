package operator

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"meet-external-api/refusal"
)

// Declaration is what a file says that an application is to be like. What it leaves out stays as it is.
type Declaration struct {
	// ID is the client id or the UUID of an application that is there; empty: it is the one with the name, which is registered where
	// there is none.
	ID   string
	Name string
	ApplicationChange
	// lines are where the members stand, by name; that of "" is where the declaration begins.
	lines map[string]int
}

// fault is what is wrong with one line of a file.
type fault struct {
	line int
	text string
}

// Faults are what is wrong with a file.
type Faults []fault

// Error names each with its line, in their order.
func (f Faults) Error() string {
	slices.SortStableFunc(f, func(a, b fault) int { return a.line - b.line })
	texts := make([]string, len(f))
	for i, one := range f {
		texts[i] = fmt.Sprintf("line %d: %s", one.line, one.text)
	}
	return strings.Join(texts, "; ")
}

func (f *Faults) add(line int, text string) { *f = append(*f, fault{line, text}) }

// err is nil where there are none.
func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// ReadDeclarations reads a file of applications such as docs/applications.yaml, in YAML or JSON. What it says is checked as far as that can be done
// without the database. Files with public keys are read by keys. Errors: Faults.
func ReadDeclarations(text []byte, keys func(name string) ([]byte, error)) ([]Declaration, error) {
	var document yaml.Node
	var faults Faults
	if err := yaml.Load(text, &document); err != nil {
		faults.addSyntax(err)
		return nil, faults
	}
	r := reader{faults: &faults, keys: keys}
	var declared []Declaration
	r.mapping(document.Content[0], map[string]func(*yaml.Node){
		"applications": func(list *yaml.Node) {
			for _, one := range r.sequence(list, "applications") {
				declared = append(declared, r.declaration(one))
			}
		},
	})
	if len(declared) == 0 {
		faults.add(document.Content[0].Line, "there are no `applications`")
	}
	return declared, faults.err()
}

// addSyntax adds what is no YAML, or more than one document.
func (f *Faults) addSyntax(err error) {
	line := 1
	if several, is := errors.AsType[*yaml.LoadErrors](err); is && len(several.Errors) > 0 {
		err = several.Errors[0]
	}
	if one, is := errors.AsType[*yaml.LoadError](err); is {
		line, err = max(one.Mark.Line, 1), errors.New(strings.TrimPrefix(one.Message, "yaml: "))
	}
	f.add(line, err.Error())
}

// check adds what the rules refuse.
func (d Declaration) check(faults *Faults) {
	identified := max(d.lines["id"], d.lines["client_id"])
	switch {
	case d.ID == "" && identified > 0:
		faults.add(identified, refusal.FieldBlank)
	case d.ID == "" && d.lines["name"] == 0:
		faults.add(d.lines[""], "name: "+refusal.FieldRequired)
	}
	if d.Domains == nil && !d.AnyDomain {
		d.Domains = &[]string{} // it has to be said
	}
	_, wrong := d.ApplicationChange.check(nil)
	for name, messages := range wrong {
		line := d.lines[name]
		if line == 0 {
			line = d.lines[""]
		}
		faults.add(line, name+": "+strings.Join(messages, " "))
	}
}
