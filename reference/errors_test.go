package reference_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/reference"
	"meet-external-api/refusal"
)

func explanations(t *testing.T) []reference.Explanation {
	t.Helper()
	document, err := spec.Guides.ReadFile("docs/errors.md")
	require.NoError(t, err)
	return reference.Explanations(string(document))
}

// Each text that turns a caller down is explained once for each of its statuses, and no other is.
func TestEveryTextIsExplained(t *testing.T) {
	t.Parallel()
	var explained []string
	seen := map[string]bool{}
	for _, e := range explanations(t) {
		assert.False(t, seen[e.Status+e.Text], "%s %s is explained twice", e.Status, e.Text)
		seen[e.Status+e.Text] = true
		explained = append(explained, e.Text)
	}
	slices.Sort(explained)
	require.Equal(t, textsInSource(t), slices.Compact(explained))
}

// textsInSource are the texts of package refusal for callers: whatever is a sentence there, with `…` for what is put into it.
func textsInSource(t *testing.T) []string {
	t.Helper()
	var texts []string
	var sentence func(node ast.Expr) string
	sentence = func(node ast.Expr) string {
		switch n := node.(type) {
		case *ast.BasicLit:
			if n.Kind != token.STRING {
				return "…"
			}
			text, err := strconv.Unquote(n.Value)
			require.NoError(t, err)
			return regexp.MustCompile(`%[sdvw]`).ReplaceAllString(text, "…")
		case *ast.BinaryExpr:
			return sentence(n.X) + sentence(n.Y)
		}
		return "…"
	}
	visit := func(node ast.Node) bool {
		expression, ok := node.(ast.Expr)
		if !ok {
			return true
		}
		switch expression.(type) {
		case *ast.BasicLit, *ast.BinaryExpr:
		default:
			return true
		}
		if text := sentence(expression); regexp.MustCompile(`^(…|[A-Z]|[a-z]+ is ).* `).MatchString(text) {
			texts = append(texts, text)
		}
		return false
	}
	for _, name := range []string{"texts.go", "sandbox.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), "../refusal/"+name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, visit)
	}
	// Of an owner, who is not refused.
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == refusal.DelegateIsOwner })
	slices.Sort(texts)
	return slices.Compact(texts)
}

// Each example of an error in the specification is explained with its status.
func TestEveryExampleOfAnErrorIsExplained(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	require.NoError(t, err)
	all := explanations(t)
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			for status, response := range operation.Responses.Map() {
				media := response.Value.Content["application/json"]
				if status < "4" || status == "default" || media == nil {
					continue
				}
				values := []any{media.Example}
				for _, example := range media.Examples {
					values = append(values, example.Value.Value)
				}
				for _, text := range messages(values) {
					assert.Truef(t, slices.ContainsFunc(all, func(e reference.Explanation) bool {
						pattern := "^(?:.*: )?" + strings.ReplaceAll(regexp.QuoteMeta(e.Text), "…", ".+") + "$"
						return e.Status == status && regexp.MustCompile(pattern).MatchString(text)
					}), "%s %s: docs/errors.md does not explain %s %s", method, path, status, text)
				}
			}
		}
	}
}

// messages are the texts for people in an example.
func messages(value any) (texts []string) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			texts = append(texts, messages(element)...)
		}
	case map[string]any:
		for name, member := range v {
			if name != "error" && name != "error_description" {
				texts = append(texts, messages(member)...)
			}
		}
	case string:
		texts = append(texts, v)
	}
	return texts
}

// Every status by which an operation turns a request down is in docs/errors.md, and no other.
func TestEveryStatusIsExplained(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	require.NoError(t, err)
	inSpecification, explained := map[string]bool{}, map[string]bool{}
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				if status >= "4" && status != "default" {
					inSpecification[status] = true
				}
			}
		}
	}
	for _, e := range explanations(t) {
		explained[e.Status] = true
	}
	require.Equal(t, inSpecification, explained)
}
