package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
)

//go:embed templates
var templateFiles embed.FS

// pages are the templates by language and name, each in templates/shared/base.html. They are parsed once for each language, so that `t` knows it, and when the first page is asked for: most commands show none.
var pages = sync.OnceValue(parsePages)

func parsePages() map[string]map[string]*template.Template {
	all := map[string]map[string]*template.Template{}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		panic(err)
	}
	for _, language := range languages {
		all[language] = map[string]*template.Template{}
		shared := template.Must(template.New("").Funcs(functions(language)).
			ParseFS(templateFiles, "templates/shared/*.html"))
		for _, file := range files {
			name := strings.TrimSuffix(path.Base(file), ".html")
			all[language][name] = template.Must(template.Must(shared.Clone()).ParseFS(templateFiles, file))
		}
	}
	return all
}

// layout is what templates/shared/base.html needs beside the data of the page.
type layout struct {
	Language string
	Operator auth.Operator
	// Here is the address of the page, to which a change of the language goes back; for the answer to a form, that of the page before.
	Here string
	// Section is the entry of the menu that the page belongs to.
	Section string
	// Done tells what was done by the form before; empty: nothing.
	Done string
	Data any
}

// page answers with templates/<name>.html, in the layout and in the language of the reader.
func (c *Console) page(e echo.Context, status int, name string, data any) error {
	request := e.Request()
	language := languageOf(request)
	here := request.URL.RequestURI()
	if request.Method != http.MethodGet && request.Method != http.MethodHead {
		here = path.Dir(path.Clean(request.URL.Path)) + "/"
	}
	section, _, _ := strings.Cut(strings.TrimPrefix(request.URL.Path, Path+"/"), "/")
	var html bytes.Buffer
	err := pages()[language][name].ExecuteTemplate(&html, "base", layout{
		Language: language, Operator: auth.FromContext[auth.Operator](request.Context()),
		Here: here, Section: section, Done: takeDone(e), Data: data,
	})
	if err != nil {
		return fmt.Errorf("the page %s: %w", name, err)
	}
	return e.HTMLBlob(status, html.Bytes())
}
