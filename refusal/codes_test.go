package refusal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each reason has a code of its own, and operators find all codes, and no others, in docs/refusals.md.
func TestCodesAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/refusals.md")
	require.NoError(t, err)
	var documented []string
	for line := range strings.SplitSeq(string(page), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, code := range regexp.MustCompile("`([a-z0-9_]+)`").FindAllStringSubmatch(cells[1], -1) {
			documented = append(documented, code[1])
		}
	}
	documented = slices.DeleteFunc(documented, func(code string) bool { return code == "reason" })
	slices.Sort(documented)
	require.Equal(t, slices.Compact(slices.Clone(documented)), documented, "a code stands in the page twice")
	require.Equal(t, codesInSource(t), documented)
}

// codesInSource finds the codes in the whole program: what follows `Code:` in a refusal, and the first argument of the functions
// that make one.
func codesInSource(t *testing.T) []string {
	t.Helper()
	makers := []string{"oauth", "client", "bearer", "Assertion", "NotAvailable", "TooManyRequests"}
	var codes []string
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && (name == "node_modules" || name == "generated" || len(name) > 2 && name[0] == '.'):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			var code ast.Expr
			switch n := node.(type) {
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && strings.EqualFold(key.Name, "code") {
					code = n.Value
				}
			case *ast.CallExpr:
				if slices.Contains(makers, nameOf(n.Fun)) && len(n.Args) > 1 {
					code = n.Args[0]
				}
			}
			if literal, ok := code.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				codes = append(codes, text)
			}
			return true
		})
		return nil
	}))
	slices.Sort(codes)
	return slices.Compact(codes)
}

func nameOf(called ast.Expr) string {
	switch f := called.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func TestRefusalsWithACauseAreTheSame(t *testing.T) {
	t.Parallel()
	with := InvalidToken.Because("its aud is another one")
	require.ErrorIs(t, with, InvalidToken)
	require.NotErrorIs(t, with, TokenExpired)
	require.Equal(t, "invalid token: its aud is another one", with.Error())
	require.Equal(t, "Invalid token.", InvalidToken.Error(), "the original has none")
}
