package reference

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

// guide is a document that is a page.
type guide struct {
	// Name is that of the page, Path that of the document in the repository, and Label that of the menu.
	Name, Path, Label string
	// Summary is the line about it for those who look for one.
	Summary string
	// Group is the part of the menu that it stands in.
	Group string

	Title    string
	Content  template.HTML
	Headings []heading
	source   []byte
}

// The groups of the menu that hold guides.
const (
	guidesGroup    = "Guides"
	clientsGroup   = "Clients"
	referenceGroup = "Reference"
)

// guides are the documents in the order of the menu.
func guides() []*guide {
	return []*guide{
		{Name: "callers", Path: "docs/callers.md", Label: "Your first room in code", Group: guidesGroup,
			Summary: "a first room in curl, Python, JavaScript, Go and Java; tokens, retries, lists, errors"},
		{Name: "booking-page", Path: "docs/booking-page.md", Label: "A booking page", Group: guidesGroup,
			Summary: "one service account, and a room for each booking"},
		{Name: "calendar", Path: "docs/calendar.md", Label: "A calendar", Group: guidesGroup,
			Summary: "rooms that follow the events of a calendar"},
		{Name: "hand-over", Path: "docs/hand-over.md", Label: "A delegate", Group: guidesGroup,
			Summary: "give another user a role in a room, and take it back"},
		{Name: "sandbox", Path: "docs/sandbox.md", Label: "The sandbox", Group: guidesGroup,
			Summary: "a server to test your client against, which fails on request"},
		{Name: "contract-tests", Path: "docs/contract-tests.md", Label: "Contract tests", Group: guidesGroup,
			Summary: "check in your CI that a server keeps the contract"},
		{Name: "clients", Path: "sdk/README.md", Label: "In four languages", Group: clientsGroup,
			Summary: "what all clients do: tokens, retries, lists, errors"},
		{Name: "typescript", Path: "sdk/typescript/README.md", Label: "TypeScript, JavaScript", Group: clientsGroup,
			Summary: "install the client, and create a first room"},
		{Name: "python", Path: "sdk/python/README.md", Label: "Python", Group: clientsGroup,
			Summary: "install the client, and create a first room"},
		{Name: "java", Path: "sdk/java/README.md", Label: "Java", Group: clientsGroup,
			Summary: "install the client, and create a first room"},
		{Name: "google", Path: "docs/google.md", Label: "Google’s clients", Group: clientsGroup,
			Summary: "use Google Meet’s client libraries with this server"},
		{Name: "generators", Path: "docs/generators.md", Label: "Your own generator", Group: clientsGroup,
			Summary: "which generators work with the specification, and with which options"},
		{Name: "errors", Path: errorsPath, Label: "Errors", Group: referenceGroup,
			Summary: "every error message, and what to change"},
		{Name: "contract", Path: "docs/contract.md", Label: "The contract", Group: referenceGroup,
			Summary: "what the API promises, in every detail"},
		{Name: "changelog", Path: "CHANGELOG.md", Label: "What changed", Group: referenceGroup,
			Summary: "the change log"},
	}
}

// readGuides renders them.
func (s *site) readGuides() error {
	for _, g := range s.guides {
		source, err := fs.ReadFile(s.files, g.Path)
		if err != nil {
			return err
		}
		g.source = source
		if g.Content, g.Headings, err = s.markdown.render(g.Path, source); err != nil {
			return fmt.Errorf("%s: %w", g.Path, err)
		}
		if len(g.Headings) == 0 || g.Headings[0].Level != 1 {
			return fmt.Errorf("%s has no title", g.Path)
		}
		g.Title = g.Headings[0].Text
	}
	return nil
}

// guideSources are the documents as they are written, for agents.
func (s *site) guideSources() (Files, error) {
	made := Files{}
	for _, g := range s.guides {
		made[g.Name+".md"] = File{ContentType: "text/markdown; charset=utf-8", Body: g.source}
	}
	return made, nil
}

// resolve is where a link in a document leads on the site: to another page, to another site, or, false, to what is not there for callers.
func (s *site) resolve(document, destination string) (string, bool) {
	if strings.HasPrefix(destination, "https://") || strings.HasPrefix(destination, "http://") || strings.HasPrefix(destination, "mailto:") {
		return destination, true
	}
	if operation, found := strings.CutPrefix(destination, "#/"); found { // to an operation, as in the specification
		return s.base + "/" + path.Base(operation), true
	}
	file, anchor, anchored := strings.Cut(destination, "#")
	if anchored {
		anchor = "#" + anchor
	}
	if file == "" {
		return anchor, true
	}
	file = path.Join(path.Dir(document), file)
	if file == "openapi.yaml" {
		return s.api + "/openapi.yaml", true
	}
	for _, g := range s.guides {
		if g.Path == file {
			return s.base + "/" + g.Name + anchor, true
		}
	}
	return "", false
}
