package schema

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"tally/lambda/strictyaml"
)

// comments are the comments of types and struct fields, by package/path.Type and
// package/path.Type.Field.
type comments map[string]string

// readComments reads the comments of the module's packages.
func readComments(root string, packages ...string) (comments, error) {
	all := comments{}
	for _, path := range packages {
		folder := filepath.Join(root, strings.TrimPrefix(path, "tally/"))
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", folder, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
			if err != nil {
				return nil, fmt.Errorf("read comments: %w", err)
			}
			all.add(path, parsed)
		}
	}
	return all, nil
}

func (c comments) add(path string, file *ast.File) {
	ast.Inspect(file, func(node ast.Node) bool {
		declaration, ok := node.(*ast.GenDecl)
		if !ok || declaration.Tok != token.TYPE {
			return true
		}
		for _, spec := range declaration.Specs {
			named := spec.(*ast.TypeSpec)
			name := path + "." + named.Name.Name
			c[name] = new(doc.Package).Synopsis(declaration.Doc.Text())
			if structure, ok := named.Type.(*ast.StructType); ok {
				for _, field := range structure.Fields.List {
					for _, identifier := range field.Names {
						c[name+"."+identifier.Name] = field.Doc.Text() + " " + field.Comment.Text()
					}
				}
			}
		}
		return false
	})
}

// ofType is the first sentence about a type; empty for types of other modules.
func (c comments) ofType(t reflect.Type) string {
	return c[t.PkgPath()+"."+t.Name()]
}

var (
	leftOut = regexp.MustCompile(`\bif (nil|empty|0)\b`) // how Go says that a key is left out
	word    = regexp.MustCompile(`\b[A-Z]\w*`)
)

// ofField is the comment of a field, with keys of the file instead of the names of
// fields. Names such as CSV stay, because they may be words.
func (c comments) ofField(structure reflect.Type, index int) string {
	text := c[structure.PkgPath()+"."+structure.Name()+"."+structure.Field(index).Name]
	text = leftOut.ReplaceAllString(strings.Join(strings.Fields(text), " "), "if left out")
	return word.ReplaceAllStringFunc(text, func(name string) string {
		for _, field := range strictyaml.Fields(structure) {
			if structure.Field(field.Index).Name == name && name != strings.ToUpper(name) {
				return field.Name
			}
		}
		return name
	})
}
