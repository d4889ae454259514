package reference

import (
	"bytes"
	"encoding/json"
	"strings"
)

// found is what the search finds.
type found struct {
	Title string `json:"title"`
	// Part is the page, or the group of pages, that it is on.
	Part string `json:"part"`
	URL  string `json:"url"`
	Text string `json:"text"`
}

// forScripts makes what the scripts of the pages ask for: the index of the search, and what to change after an error.
func (s *site) forScripts() (Files, error) {
	made := Files{}
	for name, value := range map[string]any{"search.json": s.index(), "errors.json": s.explanations()} {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err != nil {
			return nil, err
		}
		made[name] = File{ContentType: "application/json", Body: text.Bytes()}
	}
	return made, nil
}

// index are the operations and each heading of the guides, with the text below it.
func (s *site) index() []found {
	all := []found{{Title: "Your first room, step by step", Part: "Start", URL: s.base, Text: "credentials token client_id client_secret"}}
	for _, o := range s.operations {
		words := []string{o.Method, o.Path, o.ID, o.Scope}
		for _, p := range o.Own {
			words = append(words, p.Name)
		}
		if o.Body != nil {
			for _, f := range o.Body.Fields {
				words = append(words, f.Name)
			}
		}
		all = append(all, found{Title: o.Summary, Part: o.Method + " " + o.Path, URL: s.base + "/" + o.ID, Text: strings.Join(words, " ")})
	}
	for _, g := range s.guides {
		for i, h := range g.Headings {
			f := found{Title: h.Text, Part: g.Label, URL: s.base + "/" + g.Name, Text: strings.TrimSpace(h.paragraph)}
			if i > 0 {
				f.URL += "#" + h.ID
			}
			all = append(all, f)
		}
	}
	for _, e := range s.explanations() {
		all = append(all, found{Title: e.Text, Part: "Error " + e.Status, URL: s.base + "/errors#" + e.Section, Text: e.Why + " " + e.Change})
	}
	return all
}
