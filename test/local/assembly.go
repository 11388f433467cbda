package local

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tally/infra/assembly"
)

// Assembly is a synthesized environment: its two templates and the assets they
// name (CDK cloud assembly schema).
type Assembly struct {
	folder  string
	data    template
	counter template
}

func openAssembly(folder, environment string) (*Assembly, error) {
	stacks, err := assembly.Read(folder)
	if err != nil {
		return nil, err
	}
	opened := &Assembly{folder: folder}
	for name, into := range map[string]*template{"Data": &opened.data, "Counter": &opened.counter} {
		at := slices.IndexFunc(stacks, func(s assembly.Stack) bool { return s.Name == environment+"/"+name })
		if at < 0 {
			return nil, fmt.Errorf("open cloud assembly: %s holds no stack %s/%s", folder, environment, name)
		}
		if err := readJSON(stacks[at].TemplateFile, into); err != nil {
			return nil, fmt.Errorf("open cloud assembly: %w", err)
		}
	}
	return opened, nil
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
