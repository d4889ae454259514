package reference

import (
	"html/template"

	"github.com/yuin/goldmark/ast"
	extensions "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// blocks renders what may be wider than a page, so that it can be moved sideways, by the keyboard too.
type blocks struct{}

func (blocks) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindFencedCodeBlock, renderCode)
	register.Register(ast.KindCodeBlock, renderCode)
	register.Register(extensions.KindTable, renderTable)
	register.Register(extensions.KindTableCell, renderCell)
}

func renderCode(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	language := ""
	if fenced, ok := node.(*ast.FencedCodeBlock); ok {
		language = string(fenced.Language(source))
	}
	var code []byte
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		code = append(code, line.Value(source)...)
	}
	_, err := w.WriteString(string(codeBlock(language, string(code))))
	return ast.WalkSkipChildren, err
}

// codeBlock is code that is copied by a button, where there are scripts.
func codeBlock(language, code string) template.HTML {
	return `<div class="code"><pre tabindex="0"><code>` + highlight(language, code) + "</code></pre></div>\n"
}

func renderTable(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := `<div class="scroll" tabindex="0"><table>` + "\n"
	if !entering {
		tag = "</table></div>\n"
	}
	_, err := w.WriteString(tag)
	return ast.WalkContinue, err
}

// renderCell leaves a heading that says nothing what it is, a cell.
func renderCell(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "td"
	if node.Parent().Kind() == extensions.KindTableHeader && node.HasChildren() {
		tag = "th"
	}
	if !entering {
		tag = "/" + tag
	}
	_, err := w.WriteString("<" + tag + ">")
	return ast.WalkContinue, err
}
