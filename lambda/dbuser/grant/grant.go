// Package grant holds the SQL that creates the function's user in a database, and the
// properties of the custom resource that runs the SQL. The stack imports it too, so it
// imports only the standard library and the contract.
package grant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"tally/lambda/contract"
)

// User are the properties of the custom resource: a user of one database, who logs in with
// IAM and can only SELECT there. None of them is a secret.
type User struct {
	Engine     string // contract.EngineMySQL or contract.EnginePostgres
	ClusterARN string
	SecretARN  string // of the cluster's master user
	Cluster    string // the cluster's resource id, cluster-…
	Database   string
	Username   string
	// Digest is the result of Sum. CloudFormation runs the SQL again only if a property
	// changes, so there has to be one that changes with the SQL.
	Digest string
}

// Statements are the SQL statements, in order, that create the user or repair its rights.
// To run them twice changes nothing. No statement revokes a right that the user should
// have, not even for a moment: a count may be running. Rights in other databases and
// schemas stay.
func (u User) Statements() ([]string, error) {
	switch u.Engine {
	case contract.EngineMySQL:
		return mySQL(u.Database, u.Username), nil
	case contract.EnginePostgres:
		block, err := postgres(u.Database, u.Username)
		return []string{block}, err
	}
	return nil, fmt.Errorf("engine %q is not known", u.Engine)
}

// Sum is a digest of Statements: 16 hexadecimal digits.
func (u User) Sum() (string, error) {
	statements, err := u.Statements()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.Join(statements, ";\n")))
	return hex.EncodeToString(sum[:8]), nil
}

// quote quotes a name with an engine's quotation mark.
func quote(name, mark string) string {
	return mark + strings.ReplaceAll(name, mark, mark+mark) + mark
}

// mySQL is for Aurora MySQL. It has REQUIRE SSL because the client sends the token in plain
// text.
//
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
func mySQL(database, username string) []string {
	user, schema := quote(username, "`"), quote(patternEscaper.Replace(database), "`")
	const login = " IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL"
	return []string{
		"CREATE USER IF NOT EXISTS " + user + login,
		"ALTER USER " + user + login, // if the user existed before
		"GRANT SELECT ON " + schema + ".* TO " + user,
		// ALL would revoke SELECT too. Without IF EXISTS (since 8.0.30) a privilege that the
		// user does not have is an error, and none is revoked.
		"REVOKE IF EXISTS " + otherPrivileges + " ON " + schema + ".* FROM " + user,
	}
}

// otherPrivileges are all privileges on a database except SELECT (MySQL manual,
// "Privileges Provided by MySQL").
const otherPrivileges = "ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE VIEW, DELETE, DROP, EVENT, " +
	"EXECUTE, INDEX, INSERT, LOCK TABLES, REFERENCES, SHOW VIEW, TRIGGER, UPDATE, GRANT OPTION"

// patternEscaper escapes the name of a database. In a GRANT it is a pattern, where _
// stands for any character.
var patternEscaper = strings.NewReplacer("_", `\_`, "%", `\%`)
