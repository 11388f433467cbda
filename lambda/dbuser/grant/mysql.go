package grant

import "strings"

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
