package db_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
)

// runners are what runs a statement in this package.
var runners = []string{
	"get", "list", "each", "eachRow", "exec", "row", "writeOnce", "GetContext", "SelectContext", "QueryContext", "QueryRowContext",
	"QueryRowxContext", "QueryxContext", "ExecContext",
}

// unexplained are the functions, or the files, whose statements no request runs, and no background work.
var unexplained = []string{
	// They pass statements on.
	"tx.get", "tx.row", "tx.list", "tx.exec", "share.get", "share.list", "share.each", "eachRow", "statements.go", "DB.read", "replicaRead.each", "replicaRead.query",
	// At the start, and while the server looks whether Meet has changed its tables: the catalog of PostgreSQL.
	"apply.go", "migrate.go", "inspection.go", "rights.go", "schema.go", "email_index.go", "indexes.go", "readColumns", "DB.ClockDifference", "DB.TransactionPooler",
	"connector.go", "DB.Ping", "sandbox.go",
	// Where there is a read replica: how far the write-ahead logs are, which is in no table, and a list of rooms for nobody.
	"share.readPosition", "replicaRead.check", "DB.LookAtReplica",
	// After a write of which the answer was lost: one row by its key.
	"share.confirm",
	// What is read again where another request has just made the user is the same.
	"DB.UserBySub",
	// What operators do now and then, by the console, the operators' API or a command.
	"DB.Applications", "DB.CountCreatedRooms", "DB.CreateApplication", "DB.UpdateApplication", "DB.DeleteApplication", "tx.updateApplication",
	"tx.updateOurs", "tx.insertDomains", "tx.deleteDomains", "DB.Secrets", "DB.RotateSecret", "tx.requireNewest", "tx.lockApplication", "tx.requireOnlyName", "DB.EndSecret", "tx.setSecret", "tx.insertSecret",
	"tx.endSecrets", "DB.ApplicationNames", "DB.UserAddresses", "DB.LastUses", "DB.User", "DB.Users", "DB.RevokeUserTokens",
	"DB.CreateOperatorToken", "DB.OperatorTokens", "DB.RevokeOperatorToken",
	// At the start and now and then: the hashes of all applications.
	"DB.SecretHashes",
}

// requireEveryStatement asserts that each line of the package that runs a statement has done so.
func requireEveryStatement(t *testing.T, recorders []*db.Recorder) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || slices.Contains(unexplained, name) {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, 0)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			function, is := declaration.(*ast.FuncDecl)
			if !is || slices.Contains(unexplained, nameOf(function)) {
				continue
			}
			ast.Inspect(function, func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if is && slices.Contains(runners, called(call)) {
					first, last := files.Position(call.Pos()), files.Position(call.End())
					ran := func(r *db.Recorder) bool { return r.Ran(name, first.Line, last.Line) }
					if !slices.ContainsFunc(recorders, ran) {
						t.Errorf("%s: the statement of %s is not among those that are explained", first, nameOf(function))
					}
				}
				return true
			})
		}
	}
}

// nameOf is the name of a function, after that of its receiver.
func nameOf(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return function.Name.Name
	}
	receiver := function.Recv.List[0].Type
	if pointer, is := receiver.(*ast.StarExpr); is {
		receiver = pointer.X
	}
	if identifier, is := receiver.(*ast.Ident); is {
		return identifier.Name + "." + function.Name.Name
	}
	return function.Name.Name
}

// called is the name of the function or the method of a call.
func called(call *ast.CallExpr) string {
	switch function := call.Fun.(type) {
	case *ast.SelectorExpr:
		return function.Sel.Name
	case *ast.Ident:
		return function.Name
	}
	return ""
}
