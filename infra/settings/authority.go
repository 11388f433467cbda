package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"tally/infra/rdsca"
	"tally/lambda/strictyaml"
)

// readCA reads the certificate authorities that the function verifies databases with:
// the file that the environment names, or the region's.
func (e *Environment) readCA(source Source, document *strictyaml.Document) {
	if e.RDSCAFile != "" {
		data, err := os.ReadFile(filepath.Join(source.path(source.Environments), e.RDSCAFile))
		if err == nil {
			err = rdsca.Check(data)
		}
		if path, is := errors.AsType[*fs.PathError](err); is {
			err = path.Err // without the folders of this machine
		}
		if err != nil {
			document.Report("rds_ca_file", "%s: %v; write the path of a PEM file, relative to this file", e.RDSCAFile, err)
		}
		e.RDSCA = data
		return
	}
	var err error
	hasProxy := slices.ContainsFunc(e.Databases, func(database strictyaml.Entry[Database]) bool { return database.Value.isProxy() })
	e.RDSCA, err = rdsca.Bundle(e.Region, hasProxy)
	if err != nil && len(e.Databases) > 0 { // else there is nothing to verify
		document.Report("region", "%v; download the region's bundle from AWS (Using SSL/TLS to encrypt a connection, RDS user guide) and write rds_ca_file: its path", err)
	}
}
