// Package schema writes JSON Schemas of the files that users edit, from the Go types
// that the files are read into. With them an editor completes keys, shows the comments
// of the code, and marks what synth would refuse.
//
// A schema refuses nothing that synth accepts. It may accept what synth refuses, because
// a value depends on other keys or on other files.
package schema

// Schema is a JSON Schema as far as the files need it. It is of draft 7, which every
// editor knows, and holds no references.
type Schema struct {
	Draft       string `json:"$schema,omitempty"`
	Description string `json:"description,omitempty"`

	Type    string    `json:"type,omitempty"`
	AnyOf   []*Schema `json:"anyOf,omitempty"`
	Const   any       `json:"const,omitempty"`
	Enum    []any     `json:"enum,omitempty"`
	Default any       `json:"default,omitempty"`

	Examples []any `json:"examples,omitempty"`

	Pattern   string `json:"pattern,omitempty"`
	MinLength int    `json:"minLength,omitempty"`
	Minimum   *int   `json:"minimum,omitempty"`
	Maximum   *int   `json:"maximum,omitempty"`

	Items       *Schema `json:"items,omitempty"`
	MinItems    int     `json:"minItems,omitempty"`
	MaxItems    int     `json:"maxItems,omitempty"`
	UniqueItems bool    `json:"uniqueItems,omitempty"`

	Required             []string       `json:"required,omitempty"`
	Properties           map[string]any `json:"properties,omitempty"` // a *Schema, or false for none
	PropertyNames        *Schema        `json:"propertyNames,omitempty"`
	AdditionalProperties any            `json:"additionalProperties,omitempty"` // likewise
	MinProperties        int            `json:"minProperties,omitempty"`
	MaxProperties        int            `json:"maxProperties,omitempty"`

	AllOf []*Schema `json:"allOf,omitempty"`
	If    *Schema   `json:"if,omitempty"`
	Then  *Schema   `json:"then,omitempty"`
	Else  *Schema   `json:"else,omitempty"`
}
