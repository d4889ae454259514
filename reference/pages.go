package reference

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// mediaTypes are those of what pages load, by the end of the name.
var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// HTML is the type of the pages themselves.
const HTML = "text/html; charset=utf-8"

// page is what templates/base.html shows.
type page struct {
	// Name is that of the page below the path of all, and Template that of its template.
	Name, Template, Title string
	Headings              []heading
	Data                  any
	Site                  menu
}

// menu is what every page has beside its own content.
type menu struct {
	Base, API, Server, Version string
	Tags                       []tag
	Groups                     []group
}

// group is a part of the menu.
type group struct {
	Name   string
	Guides []*guide
}

func (s *site) parseTemplates() error {
	s.templates = map[string]*template.Template{}
	shared, err := template.New("").Funcs(s.functions()).ParseFS(templateFiles, "templates/base.html", "templates/parts.html")
	if err != nil {
		return err
	}
	for _, name := range []string{"start", "overview", "operation", "guide"} {
		own, err := shared.Clone()
		if err != nil {
			return err
		}
		if s.templates[name], err = own.ParseFS(templateFiles, "templates/"+name+".html"); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) functions() template.FuncMap {
	return template.FuncMap{
		"lower":  strings.ToLower,
		"join":   strings.Join,
		"code":   codeBlock,
		"sample": func(a sample) template.HTML { return codeBlock(a.highlighted, a.Code) },
		"statusText": func(status string) string {
			return statusTexts[status]
		},
	}
}

// statusTexts are the names of the statuses (RFC 9110, section 15).
var statusTexts = map[string]string{
	"200": "OK", "201": "Created", "204": "No Content", "304": "Not Modified", "400": "Bad Request", "401": "Unauthorized", "403": "Forbidden",
	"404": "Not Found", "405": "Method Not Allowed", "409": "Conflict", "412": "Precondition Failed", "413": "Content Too Large",
	"415": "Unsupported Media Type", "422": "Unprocessable Content", "429": "Too Many Requests", "500": "Internal Server Error",
	"503": "Service Unavailable", "default": "any other",
}

// pages renders all pages.
func (s *site) pages() (Files, error) {
	shared, err := s.menu()
	if err != nil {
		return nil, err
	}
	description, headings, err := s.markdown.render("openapi.yaml", []byte(s.document.Info.Description))
	if err != nil {
		return nil, err
	}
	all := []page{
		{Template: "start", Title: s.document.Info.Title},
		{Name: "reference", Template: "overview", Title: "All operations", Headings: headings, Data: description},
	}
	for _, o := range s.operations {
		all = append(all, page{Name: o.ID, Template: "operation", Title: o.Summary, Data: o})
	}
	for _, g := range s.guides {
		all = append(all, page{Name: g.Name, Template: "guide", Title: g.Title, Headings: g.Headings[1:], Data: g})
	}
	made := Files{}
	for _, p := range all {
		p.Site = shared
		var html bytes.Buffer
		if err := s.templates[p.Template].ExecuteTemplate(&html, "base", p); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		made[p.Name] = File{ContentType: HTML, Body: html.Bytes()}
	}
	return made, nil
}

func (s *site) menu() (menu, error) {
	tags, err := s.tags()
	m := menu{Base: s.base, API: s.api, Server: Server, Version: s.document.Info.Version, Tags: tags}
	for _, name := range []string{guidesGroup, clientsGroup, referenceGroup} {
		g := group{Name: name}
		for _, guide := range s.guides {
			if guide.Group == name {
				g.Guides = append(g.Guides, guide)
			}
		}
		m.Groups = append(m.Groups, g)
	}
	return m, err
}

// staticFiles are what pages load.
func (s *site) staticFiles() (Files, error) {
	made := Files{}
	names, err := fs.Glob(staticFiles, "static/*")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		content, err := staticFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		made[path.Base(name)] = File{ContentType: mediaTypes[path.Ext(name)], Body: content}
	}
	return made, nil
}
