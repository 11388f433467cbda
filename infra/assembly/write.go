package assembly

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Template is a stack together with the text of its template.
type Template struct {
	Stack
	Text string
}

// Write makes the folder, with as much of a cloud assembly of one environment as Read
// takes. What was in the folder before is deleted.
func Write(folder, environment string, templates []Template) error {
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("write cloud assembly: %w", err)
	}
	within := filepath.Join(folder, "assembly-"+environment)
	if err := os.MkdirAll(within, 0o755); err != nil {
		return fmt.Errorf("write cloud assembly: %w", err)
	}
	content := manifest{Artifacts: map[string]artifact{}}
	for _, template := range templates {
		file := template.StackName + ".template.json"
		if err := os.WriteFile(filepath.Join(within, file), []byte(template.Text), 0o644); err != nil {
			return fmt.Errorf("write cloud assembly: %w", err)
		}
		content.Artifacts[template.StackName] = artifact{Type: stackType, Environment: template.Target, DisplayName: template.Name, Properties: properties{
			StackName: template.StackName, TemplateFile: file, TerminationProtection: template.TerminationProtection, Tags: template.Tags,
		}}
	}
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("write cloud assembly: %w", err)
	}
	return os.WriteFile(filepath.Join(within, "manifest.json"), text, 0o644)
}
