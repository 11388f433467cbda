package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"tally/infra/settings"
	"tally/lambda/job"
)

// Where the schemas are, relative to the project's root.
const (
	Jobs        = "infra/schema/jobs.schema.json"
	Environment = "infra/schema/environment.schema.json"
)

// Files are the schemas' files, by their path in the project at root, whose code
// has the comments.
func Files(root string) (map[string][]byte, error) {
	jobs, environment := reflect.TypeFor[job.File](), reflect.TypeFor[settings.Environment]()
	comments, err := readComments(root, jobs.PkgPath(), environment.PkgPath())
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for path, schema := range map[string]*Schema{
		Jobs:        generate(jobs, job.Rules(), comments),
		Environment: generate(environment, settings.Rules(), comments),
	} {
		schema.Draft = "http://json-schema.org/draft-07/schema#"
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(schema); err != nil {
			return nil, fmt.Errorf("encode %s: %w", path, err)
		}
		files[path] = text.Bytes()
	}
	return files, nil
}
