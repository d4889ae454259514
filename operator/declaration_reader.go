package operator

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"meet-external-api/refusal"
)

// reader reads the nodes of a file of applications, and notes what is wrong with them. It follows no alias: each says what it says where
// it stands.
type reader struct {
	faults *Faults
	keys   func(name string) ([]byte, error)
}

func (r reader) declaration(n *yaml.Node) Declaration {
	d, faults := Declaration{lines: map[string]int{"": n.Line}}, len(*r.faults)
	r.mapping(n, map[string]func(*yaml.Node){
		"id":        func(n *yaml.Node) { d.ID = strings.ToLower(r.text(n, "id")) },
		"client_id": func(n *yaml.Node) { d.ID = r.text(n, "client_id") },
		"name": func(n *yaml.Node) {
			d.Name = r.text(n, "name")
			d.ApplicationChange.Name = &d.Name
		},
		"is_active":  func(n *yaml.Node) { d.IsActive = r.boolean(n, "is_active") },
		"scopes":     func(n *yaml.Node) { d.Scopes = new(r.texts(n, "scopes")) },
		"domains":    func(n *yaml.Node) { d.Domains = new(r.texts(n, "domains")) },
		"any_domain": func(n *yaml.Node) { d.AnyDomain = *r.boolean(n, "any_domain") },
		"visibility": func(n *yaml.Node) { d.Visibility = new(r.text(n, "visibility")) },
		"public_keys": func(n *yaml.Node) {
			d.PublicKeys = new(r.text(n, "public_keys"))
		},
		"public_keys_file": func(n *yaml.Node) { d.PublicKeys = r.file(n) },
	})
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		d.lines[n.Content[i].Value] = n.Content[i].Line
	}
	if d.lines["public_keys"] == 0 {
		d.lines["public_keys"] = d.lines["public_keys_file"]
	} else if line := d.lines["public_keys_file"]; line > 0 {
		r.faults.add(line, "public_keys_file: public_keys is given already")
	}
	if line := d.lines["client_id"]; line > 0 && d.lines["id"] > 0 {
		r.faults.add(line, "client_id: id is given already")
	}
	if len(*r.faults) == faults {
		d.check(r.faults)
	}
	return d
}

// mapping hands each member to what reads it.
func (r reader) mapping(n *yaml.Node, members map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.faults.add(n.Line, fmt.Sprintf(refusal.FieldNotDictionary, kindOf(n)))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, known := members[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode || !known:
			r.faults.add(key.Line, refusal.Shorten(key.Value)+": it is not known here")
		case seen[key.Value]:
			r.faults.add(key.Line, key.Value+": it is given twice")
		default:
			seen[key.Value] = true
			read(value)
		}
	}
}

func (r reader) sequence(n *yaml.Node, name string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.faults.add(n.Line, name+": "+fmt.Sprintf(refusal.FieldNotList, kindOf(n)))
		return nil
	}
	return n.Content
}

func (r reader) texts(n *yaml.Node, name string) []string {
	texts := []string{}
	for _, element := range r.sequence(n, name) {
		text := r.text(element, name)
		if slices.Contains(texts, text) && text != "" {
			r.faults.add(element.Line, name+": "+refusal.Quote(text)+" is given twice")
		}
		texts = append(texts, text)
	}
	return texts
}

func (r reader) text(n *yaml.Node, name string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		r.faults.add(n.Line, name+": "+refusal.FieldNotString)
		return ""
	}
	return n.Value
}

func (r reader) boolean(n *yaml.Node, name string) *bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		r.faults.add(n.Line, name+": "+refusal.FieldNotBoolean)
	}
	return new(strings.EqualFold(n.Value, "true"))
}

// file is what a file with public keys holds.
func (r reader) file(n *yaml.Node) *string {
	text, err := r.keys(r.text(n, "public_keys_file"))
	if err != nil {
		r.faults.add(n.Line, "public_keys_file: "+err.Error())
	}
	return new(string(text))
}

// kindOf is what Meet calls the type of a value.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.AliasNode:
		return "alias"
	case n.Kind == yaml.MappingNode:
		return "dict"
	case n.Kind == yaml.SequenceNode:
		return "list"
	case n.ShortTag() == "!!null":
		return "null"
	}
	return "str"
}
