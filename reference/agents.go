package reference

import (
	"bytes"
	"fmt"
)

// forAgents makes llms.txt (https://llmstxt.org), which names what there is to read as text, and llms-full.txt, which is all of it.
func (s *site) forAgents() (Files, error) {
	var index, full bytes.Buffer
	fmt.Fprintf(&index, "# %s\n\n", s.document.Info.Title)
	fmt.Fprintf(&index, "> Another application exchanges its credentials for a short-lived token and creates, lists, reads, changes, shares and deletes "+
		"meeting rooms of La Suite Meet as a user. The API is at %s. A request for a token is `POST %s/application/token/` with "+
		"`grant_type=client_credentials`, `client_id`, `client_secret` and the user's e-mail address as `scope`; a room is `POST %s/rooms/` with "+
		"`Authorization: Bearer <access_token>`.\n\n", Server, Server, Server)
	fmt.Fprintf(&index, "Everything below in one file: [llms-full.txt](%s/docs/llms-full.txt).\n\n", Server)
	fmt.Fprintf(&index, "## Specification\n\n- [openapi.yaml](%s/openapi.yaml): OpenAPI 3.0, every operation with its fields, answers and examples\n"+
		"- [openapi.json](%s/openapi.json): the same as JSON\n", Server, Server)
	for _, group := range []string{guidesGroup, clientsGroup, referenceGroup} {
		fmt.Fprintf(&index, "\n## %s\n\n", group)
		for _, g := range s.guides {
			if g.Group == group {
				fmt.Fprintf(&index, "- [%s](%s/docs/%s.md): %s\n", g.Title, Server, g.Name, g.Summary)
			}
		}
	}
	full.Write(index.Bytes())
	for _, g := range s.guides {
		fmt.Fprintf(&full, "\n\n<!-- %s/docs/%s.md -->\n\n%s", Server, g.Name, g.source)
	}
	fmt.Fprintf(&full, "\n\n<!-- %s/openapi.yaml -->\n\n```yaml\n%s```\n", Server, bytes.Replace(s.specification, []byte("  - url: "+s.api), []byte("  - url: "+Server), 1))
	const text = "text/plain; charset=utf-8"
	return Files{"llms.txt": {text, index.Bytes()}, "llms-full.txt": {text, full.Bytes()}}, nil
}
