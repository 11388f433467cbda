package settings

import (
	"errors"
	"os"
	"path/filepath"
)

// Root finds the project: the nearest folder, from folder upwards, that holds
// go.mod and cdk.json.
func Root(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	for {
		if isFile(filepath.Join(folder, "go.mod")) && isFile(filepath.Join(folder, "cdk.json")) {
			return folder, nil
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", errors.New("find the project: no folder from here upwards holds go.mod and cdk.json; run this inside the project")
		}
		folder = above
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
