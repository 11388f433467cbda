package docs

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestLimits compares the numbers of the table of limits with the constants that it
// names, as folder.name.
func TestLimits(t *testing.T) {
	for _, row := range readPages(t)["docs/cost-and-limits.md"].table(t, "limit").rows {
		code := strings.Trim(strings.Split(row[2], ",")[0], "`")
		dot := strings.LastIndex(code, ".")
		if dot < 0 {
			t.Errorf("%q names no constant", row[2])
			continue
		}
		value, found := constants(t, code[:dot])[code[dot+1:]]
		if !found {
			t.Errorf("there is no constant %s", code)
			continue
		}
		if number, isNumber := value.(string); !isNumber || number != strings.ReplaceAll(row[1], ",", "") {
			t.Errorf("%s is %v, and the table says %s", code, value, row[1])
		}
	}
}

// constants are the texts and whole numbers that the files of a folder declare,
// numbers in decimal and times in seconds. What is made of other packages' constants is left
// out.
func constants(t *testing.T, folder string) map[string]any {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no Go files (%v)", folder, err)
	}
	declared := map[string]ast.Expr{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			list, _ := declaration.(*ast.GenDecl)
			if list == nil || list.Tok != token.CONST || strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, spec := range list.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, name := range spec.Names {
					if i < len(spec.Values) {
						declared[name.Name] = spec.Values[i]
					}
				}
			}
		}
	}
	values := map[string]any{}
	for name, expression := range declared {
		switch value := valueOfConstant(expression, declared); value.Kind() {
		case constant.String:
			values[name] = constant.StringVal(value)
		case constant.Int, constant.Float:
			if whole := constant.ToInt(value); whole.Kind() == constant.Int {
				values[name] = whole.ExactString()
			}
		}
	}
	return values
}

// valueOfConstant computes literals, names of the same package, and operators.
func valueOfConstant(expression ast.Expr, declared map[string]ast.Expr) constant.Value {
	switch e := expression.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	case *ast.Ident:
		if of, known := declared[e.Name]; known {
			return valueOfConstant(of, declared)
		}
	case *ast.SelectorExpr:
		seconds := map[string]int64{"Second": 1, "Minute": 60, "Hour": 3600}
		if of, isName := e.X.(*ast.Ident); isName && of.Name == "time" && seconds[e.Sel.Name] > 0 {
			return constant.MakeInt64(seconds[e.Sel.Name])
		}
	case *ast.ParenExpr:
		return valueOfConstant(e.X, declared)
	case *ast.BinaryExpr:
		x, y := valueOfConstant(e.X, declared), valueOfConstant(e.Y, declared)
		if x.Kind() == constant.Unknown || y.Kind() == constant.Unknown {
			break
		}
		if e.Op == token.SHL || e.Op == token.SHR {
			by, _ := constant.Uint64Val(y)
			return constant.Shift(x, e.Op, uint(by))
		}
		return constant.BinaryOp(x, e.Op, y)
	}
	return constant.MakeUnknown()
}
