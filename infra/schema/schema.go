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

// draft is the version of JSON Schema.
const draft = "http://json-schema.org/draft-07/schema#"
