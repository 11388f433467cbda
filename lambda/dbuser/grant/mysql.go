package grant

import "strings"

// mySQL is for Aurora MySQL. REQUIRE SSL because a token is sent as it is.
//
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
func mySQL(database, username string) []string {
	user, schema := quoteMySQL(username), quoteMySQL(escapePattern(database))
	const login = " IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL"
	return []string{
		"CREATE USER IF NOT EXISTS " + user + login,
		"ALTER USER " + user + login, // one that was there before
		"GRANT SELECT ON " + schema + ".* TO " + user,
		// Not ALL, which would take SELECT as well. Without IF EXISTS (since 8.0.30) a
		// privilege that the user does not have is an error, and none is taken away.
		"REVOKE IF EXISTS " + strings.Join(otherPrivileges, ", ") + " ON " + schema + ".* FROM " + user,
	}
}

// otherPrivileges are all that a database can grant but SELECT (MySQL manual,
// "Privileges Provided by MySQL", those of databases).
var otherPrivileges = []string{
	"ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES", "CREATE VIEW", "DELETE", "DROP", "EVENT",
	"EXECUTE", "INDEX", "INSERT", "LOCK TABLES", "REFERENCES", "SHOW VIEW", "TRIGGER", "UPDATE", "GRANT OPTION",
}

// escapePattern escapes the name of a database, which is a pattern in a GRANT: _
// would stand for any character.
func escapePattern(database string) string {
	return strings.NewReplacer("_", `\_`, "%", `\%`).Replace(database)
}

func quoteMySQL(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
