// Package grant is the reader's user in a database: the SQL that makes it, and
// what the stack tells the custom resource that runs that SQL. The stack imports
// it too, so it knows the standard library and the contract only.
package grant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"tally/lambda/contract"
)

// Reader are the properties of the custom resource: a user of one database, who
// logs in with IAM and can only SELECT there. There is no secret among them.
type Reader struct {
	Engine     string // contract.EngineMySQL or contract.EnginePostgres
	ClusterARN string
	SecretARN  string // of the cluster's master user
	Cluster    string // the cluster's resource id, cluster-…
	Database   string
	Username   string
	// Digest is what Sum gives: CloudFormation runs the SQL again when a property
	// changes, and the SQL itself is none.
	Digest string
}

// Statements are the SQL that makes the user, or makes it again what it should be:
// each one statement, in their order. Running them twice changes nothing, and no
// one of them takes away for a moment what the user should have: a count may be
// under way. What somebody has granted to the user elsewhere, in other databases
// and schemas, stays.
func (r Reader) Statements() ([]string, error) {
	switch r.Engine {
	case contract.EngineMySQL:
		return mySQL(r.Database, r.Username), nil
	case contract.EnginePostgres:
		block, err := postgres(r.Database, r.Username)
		return []string{block}, err
	}
	return nil, fmt.Errorf("engine %q is not known", r.Engine)
}

// Sum is the digest of what Statements gives.
func (r Reader) Sum() (string, error) {
	statements, err := r.Statements()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.Join(statements, ";\n")))
	return hex.EncodeToString(sum[:8]), nil
}
