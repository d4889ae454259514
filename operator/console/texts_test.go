package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each text that a page can show has a French one with the same verbs.
func TestEachTextIsFrenchToo(t *testing.T) {
	t.Parallel()
	shown := textsOfTemplates(t)
	for _, table := range []map[string]string{scopeMeanings, targetTexts, fieldLabels} {
		shown = slices.AppendSeq(shown, maps.Values(table))
	}
	shown = slices.AppendSeq(shown, maps.Values(actionTexts))
	shown = slices.AppendSeq(shown, maps.Values(channelTexts))
	shown = slices.AppendSeq(shown, maps.Values(errorTitles))
	for _, o := range overlaps {
		shown = append(shown, o.Text)
	}
	for _, p := range periods {
		shown = append(shown, p.Text)
	}
	for _, r := range reasons {
		shown = append(shown, r.Meaning, r.Advice)
	}
	shown = append(shown, "public", "trusted", "restricted")
	shown = append(shown, textsOfHandlers(t)...)
	shown = append(shown, literals(t, "../../refusal/operators.go", func(n ast.Node) []ast.Expr { return append(refusalTexts(n), constants(n)...) })...)
	shown = append(shown, literals(t, "../verdict.go", func(n ast.Node) []ast.Expr { return append(values(n), constants(n)...) })...)
	require.Greater(t, len(shown), 400)
	for _, text := range shown {
		if text == "" {
			continue
		}
		translated, known := french[text]
		if assert.Truef(t, known, "%q has no French text", text) {
			assert.Equal(t, verb.FindAllString(text, -1), verb.FindAllString(translated, -1), text)
		}
	}
}

// Each French text is one of something that is shown.
func TestEachFrenchTextIsShown(t *testing.T) {
	t.Parallel()
	used := map[string]bool{"public": true, "trusted": true, "restricted": true}
	for _, text := range textsOfTemplates(t) {
		used[text] = true
	}
	for _, pattern := range []string{"*.go", "../*.go", "../../refusal/*.go", "../../middleware/errors.go", "../../auth/jose/*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasPrefix(file, "french") || strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, text := range literals(t, file, anyLiteral) {
				used[strings.ReplaceAll(text, "%w", "%s")] = true
				used[strings.ReplaceAll(text, `"`, "")] = true
			}
		}
	}
	for text := range french {
		// What these two say begins or ends with what the caller sent.
		if text == "Method %s not allowed." || text == "Too many requests. Try again in %d seconds." {
			continue
		}
		assert.Truef(t, used[text], "nothing shows %q", text)
	}
}

// A reader of French is told in French also what another package has put together.
func TestMadeTexts(t *testing.T) {
	t.Parallel()
	require.Equal(t, `"a b" n’est pas un domaine comme example.com.`, translateMade("fr", `"a b" is not a domain like example.com.`))
	require.Equal(t, "L’application a déjà 5 secrets valables : terminez-en un, ou renouvelez sans chevauchement, ce qui les termine tous.",
		translateMade("fr", "The application has 5 valid secrets already: end one, or rotate without an overlap, which ends them all."))
	require.Equal(t, "something else", translateMade("fr", "something else"))
	require.Equal(t, "Invalid value.", translateMade("en", "Invalid value."))
}

// Each code of docs/refusals.md and of what operators are refused is explained, and no other.
func TestEachReasonIsExplained(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/refusals.md")
	require.NoError(t, err)
	var documented []string
	for line := range strings.SplitSeq(string(page), "\n") {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, code := range regexp.MustCompile("`([a-z0-9_]+)`").FindAllStringSubmatch(cells[1], -1) {
				documented = append(documented, code[1])
			}
		}
	}
	documented = slices.DeleteFunc(documented, func(code string) bool { return code == "reason" })
	operators, err := os.ReadFile("../../refusal/operators.go")
	require.NoError(t, err)
	for _, code := range regexp.MustCompile(`(?:Code: |bearer\()"([a-z_]+)"`).FindAllStringSubmatch(string(operators), -1) {
		documented = append(documented, code[1])
	}
	slices.Sort(documented)
	require.Equal(t, slices.Compact(documented), slices.Sorted(maps.Keys(reasons)))
}

// textsOfTemplates are those that templates have translated.
func textsOfTemplates(t *testing.T) []string {
	t.Helper()
	var texts []string
	require.NoError(t, fs.WalkDir(templateFiles, "templates", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := templateFiles.ReadFile(path)
		for _, found := range regexp.MustCompile(`[({]t "((?:[^"\\]|\\.)*)"`).FindAllStringSubmatch(string(content), -1) {
			texts = append(texts, found[1])
		}
		return err
	}))
	require.NotEmpty(t, texts)
	return texts
}

// textsOfHandlers are what handlers say was done, or was wrong.
func textsOfHandlers(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var texts []string
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			texts = append(texts, literals(t, file, said)...)
		}
	}
	require.NotEmpty(t, texts)
	return texts
}

// said are the texts of problems, and what handlers hand to what tells them on the next page.
func said(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch function := n.Fun.(type) {
		case *ast.SelectorExpr:
			name = function.Sel.Name
		case *ast.Ident:
			name = function.Name
		}
		if slices.Contains([]string{"done", "doneWith", "switchApplication"}, name) {
			return n.Args
		}
	case *ast.CompositeLit:
		if name, is := n.Type.(*ast.Ident); (is && name.Name == "problem" || n.Type == nil) && len(n.Elts) == 2 {
			return n.Elts[1:]
		}
	case *ast.AssignStmt:
		if selected, is := n.Lhs[0].(*ast.SelectorExpr); is && selected.Sel.Name == "Text" {
			return n.Rhs
		}
	}
	return nil
}

// refusalTexts are those of refusals.
func refusalTexts(n ast.Node) []ast.Expr {
	if pair, is := n.(*ast.KeyValueExpr); is {
		if name, is := pair.Key.(*ast.Ident); is && name.Name == "Text" {
			return []ast.Expr{pair.Value}
		}
	}
	return nil
}

// values are those of a table.
func values(n ast.Node) []ast.Expr {
	if pair, is := n.(*ast.KeyValueExpr); is {
		if _, is := pair.Key.(*ast.SelectorExpr); is {
			return []ast.Expr{pair.Value}
		}
	}
	return nil
}

// constants are the values of constants.
func constants(n ast.Node) []ast.Expr {
	if declared, is := n.(*ast.GenDecl); is && declared.Tok == token.CONST {
		var all []ast.Expr
		for _, spec := range declared.Specs {
			all = append(all, spec.(*ast.ValueSpec).Values...)
		}
		return all
	}
	return nil
}

func anyLiteral(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.BasicLit:
		return []ast.Expr{n}
	case *ast.BinaryExpr: // a text of two lines
		first, one := n.X.(*ast.BasicLit)
		second, two := n.Y.(*ast.BasicLit)
		if one && two && first.Kind == token.STRING {
			whole := strings.TrimSuffix(first.Value, `"`) + strings.TrimPrefix(second.Value, `"`)
			return []ast.Expr{&ast.BasicLit{Kind: token.STRING, Value: whole}}
		}
	}
	return nil
}

// literals are the texts among what choose takes of a file; paths and single words in lower case are none.
func literals(t *testing.T, file string, choose func(ast.Node) []ast.Expr) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var texts []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		if n == nil {
			return true
		}
		for _, expression := range choose(n) {
			literal, is := expression.(*ast.BasicLit)
			if !is || literal.Kind != token.STRING {
				continue
			}
			text, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			if regexp.MustCompile(`[A-Z% ]`).MatchString(text) && !strings.HasPrefix(text, "/") {
				texts = append(texts, text)
			}
		}
		return true
	})
	return texts
}
