package reference

import (
	"bytes"
	"html/template"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extensions "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown renders the documents as GitHub does, with links that lead to pages of the site.
type markdown struct {
	engine goldmark.Markdown
	// resolve is where a link of a document leads on the site; false where to nothing that can be read.
	resolve func(document, destination string) (string, bool)
}

// heading is one that a reader may go to.
type heading struct {
	Level     int
	Text, ID  string
	paragraph string // the text below it, for the search
}

func newMarkdown(resolve func(document, destination string) (string, bool)) *markdown {
	m := &markdown{resolve: resolve}
	m.engine = goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(blocks{}, 100))),
	)
	return m
}

// render makes HTML of the text of a document.
func (m *markdown) render(document string, source []byte) (template.HTML, []heading, error) {
	root := m.engine.Parser().Parse(text.NewReader(source), parser.WithContext(parser.NewContext(parser.WithIDs(&anchors{}))))
	headings, err := m.walk(document, root, source)
	if err != nil {
		return "", nil, err
	}
	var html bytes.Buffer
	if err := m.engine.Renderer().Render(&html, source, root); err != nil {
		return "", nil, err
	}
	return template.HTML(html.String()), headings, nil //nolint:gosec // rendered of our own documents, without raw HTML
}

// inline makes HTML of a text of the specification that stands within a line.
func (m *markdown) inline(source string) (template.HTML, error) {
	html, _, err := m.render("openapi.yaml", []byte(strings.TrimSpace(source)))
	trimmed := strings.TrimSpace(string(html))
	if strings.Count(trimmed, "<p>") == 1 && strings.HasPrefix(trimmed, "<p>") && strings.HasSuffix(trimmed, "</p>") {
		trimmed = strings.TrimSuffix(strings.TrimPrefix(trimmed, "<p>"), "</p>")
	}
	return template.HTML(trimmed), err //nolint:gosec // as in render
}

// walk gives the links where they lead here, and collects the headings.
func (m *markdown) walk(document string, root ast.Node, source []byte) ([]heading, error) {
	var headings []heading
	var dead []*ast.Link
	err := ast.Walk(root, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := node.(type) {
		case *ast.Heading:
			if entering {
				id, _ := n.AttributeString("id")
				headings = append(headings, heading{Level: n.Level, Text: textOf(n, source), ID: string(id.([]byte))})
				return ast.WalkSkipChildren, nil
			}
		case *ast.Link:
			if entering {
				destination, found := m.resolve(document, string(n.Destination))
				n.Destination = []byte(destination)
				if !found {
					dead = append(dead, n)
				}
			}
		case *ast.Paragraph, *ast.TextBlock, *extensions.TableCell:
			if entering && len(headings) > 0 {
				headings[len(headings)-1].paragraph += textOf(n, source) + " "
			}
		}
		return ast.WalkContinue, nil
	})
	for _, link := range dead {
		for child := link.FirstChild(); child != nil; child = link.FirstChild() {
			link.Parent().InsertBefore(link.Parent(), link, child)
		}
		link.Parent().RemoveChild(link.Parent(), link)
	}
	return headings, err
}

// textOf is what a reader sees of a node, without its form.
func textOf(node ast.Node, source []byte) string {
	var words strings.Builder
	_ = ast.Walk(node, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			words.Write(t.Value(source))
			if t.SoftLineBreak() {
				words.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return words.String()
}

// anchors gives headings the ids that GitHub gives them.
type anchors struct{ taken map[string]int }

var anchorless = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)

func (a *anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	id := strings.ReplaceAll(anchorless.ReplaceAllString(strings.ToLower(strings.TrimSpace(string(value))), ""), " ", "-")
	if a.taken == nil {
		a.taken = map[string]int{}
	}
	n := a.taken[id]
	a.taken[id]++
	if n > 0 {
		id += "-" + strconv.Itoa(n)
	}
	return []byte(id)
}

func (a *anchors) Put([]byte) {}
