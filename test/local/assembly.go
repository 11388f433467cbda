package local

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Assembly is a synthesized environment: its two templates and the assets they
// name (CDK cloud assembly schema).
type Assembly struct {
	folder  string
	data    template
	counter template
}

func openAssembly(folder, environment string) (*Assembly, error) {
	assembly := &Assembly{folder: folder}
	for name, into := range map[string]*template{"Data": &assembly.data, "Counter": &assembly.counter} {
		file, err := templateFile(filepath.Join(folder, "assembly-"+environment), environment+"/"+name)
		if err != nil {
			return nil, fmt.Errorf("open cloud assembly: %w", err)
		}
		if err := readJSON(file, into); err != nil {
			return nil, fmt.Errorf("open cloud assembly: %w", err)
		}
	}
	return assembly, nil
}

// templateFile finds the template of a stack by its display name, such as dev/Data.
func templateFile(folder, stack string) (string, error) {
	var manifest struct {
		Artifacts map[string]struct {
			DisplayName string `json:"displayName"`
			Properties  struct {
				TemplateFile string `json:"templateFile"`
			} `json:"properties"`
		} `json:"artifacts"`
	}
	if err := readJSON(filepath.Join(folder, "manifest.json"), &manifest); err != nil {
		return "", err
	}
	for _, artifact := range manifest.Artifacts {
		if artifact.DisplayName == stack {
			return filepath.Join(folder, artifact.Properties.TemplateFile), nil
		}
	}
	return "", fmt.Errorf("%s holds no stack %s", folder, stack)
}

// asset is the folder of a directory asset, named by the hash in its object key.
func (a *Assembly) asset(key string) string {
	hash := key[:len(key)-len(filepath.Ext(key))]
	return filepath.Join(a.folder, "asset."+hash)
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
