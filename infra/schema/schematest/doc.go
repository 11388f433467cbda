// Package schematest holds files against the schemas that the project has, with a
// validator of JSON Schema. Only tests import it.
package schematest
