package local

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// Catalog is what the template tells Athena about the results.
type Catalog struct {
	Tables  map[string]Table // by name
	View    View
	Queries map[string]string // the saved queries' SQL, by name
}

// Table is the definition of a table: where its lines are and what is in them.
type Table struct {
	Columns    []Column // of a line
	Partition  Column   // of a folder
	SerDe      string   // the Java class that reads a line
	Parameters map[string]string
}

// View is the definition of the view, in Presto's types.
type View struct {
	SQL     string   `json:"originalSql"`
	Schema  string   `json:"schema"`
	Columns []Column `json:"columns"`
}

// Column is a column of a table or view.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// catalog reads the Glue tables and Athena's saved queries out of the template.
func (a *Assembly) catalog() (Catalog, error) {
	found := Catalog{Tables: map[string]Table{}, Queries: map[string]string{}}
	for id, resource := range a.counter.ofType("AWS::Glue::Table") {
		var properties struct{ TableInput glueTable }
		if err := convert(resource.Properties, &properties); err != nil {
			return Catalog{}, fmt.Errorf("%s: %w", id, err)
		}
		var err error
		switch input := properties.TableInput; input.TableType {
		case "EXTERNAL_TABLE":
			found.Tables[input.Name], err = a.table(input)
		case "VIRTUAL_VIEW":
			found.View, err = input.view()
		default:
			err = fmt.Errorf("table type %q is not supported here", input.TableType)
		}
		if err != nil {
			return Catalog{}, fmt.Errorf("%s: %w", id, err)
		}
	}
	for id, resource := range a.counter.ofType("AWS::Athena::NamedQuery") {
		var properties struct{ Name, QueryString string }
		if err := convert(resource.Properties, &properties); err != nil {
			return Catalog{}, fmt.Errorf("%s: %w", id, err)
		}
		found.Queries[properties.Name] = properties.QueryString
	}
	return found, nil
}

// glueTable is a table of AWS::Glue::Table.
type glueTable struct {
	Name, TableType   string
	ViewOriginalText  string
	Parameters        map[string]any
	PartitionKeys     []Column
	StorageDescriptor struct {
		Columns   []Column
		SerdeInfo struct{ SerializationLibrary string }
	}
}

func (a *Assembly) table(input glueTable) (Table, error) {
	if len(input.PartitionKeys) != 1 {
		return Table{}, fmt.Errorf("it has %d partition keys, want one", len(input.PartitionKeys))
	}
	table := Table{
		Columns:    input.StorageDescriptor.Columns,
		Partition:  input.PartitionKeys[0],
		SerDe:      input.StorageDescriptor.SerdeInfo.SerializationLibrary,
		Parameters: map[string]string{},
	}
	for name, value := range input.Parameters {
		text, err := resolve(value, a.reference)
		if err != nil {
			return Table{}, fmt.Errorf("parameter %s: %w", name, err)
		}
		table.Parameters[name] = text
	}
	return table, nil
}

// view decodes the form in which Athena keeps a view.
func (t glueTable) view() (View, error) {
	encoded, isView := strings.CutPrefix(t.ViewOriginalText, "/* Presto View: ")
	encoded, isClosed := strings.CutSuffix(encoded, " */")
	if !isView || !isClosed {
		return View{}, fmt.Errorf("no Presto view: %q", t.ViewOriginalText)
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return View{}, fmt.Errorf("decode view: %w", err)
	}
	var view View
	if err := json.Unmarshal(text, &view); err != nil {
		return View{}, fmt.Errorf("decode view: %w", err)
	}
	return view, nil
}
