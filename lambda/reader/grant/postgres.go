package grant

import "strings"

// postgres is for Aurora PostgreSQL: one statement, so that others see the user as
// it was or as it will be. It runs connected to the database, as the owner of its
// tables.
//
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
func postgres(database, username string) string {
	return strings.NewReplacer(
		"{database}", quotePostgres(database),
		"{user}", quotePostgres(username),
		"{name}", "'"+strings.ReplaceAll(username, "'", "''")+"'",
	).Replace(postgresBlock)
}

// postgresBlock first takes from everybody what everybody may do, since the reader
// may it too, and from the reader what it should not have.
const postgresBlock = `DO $reader$
BEGIN
  REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
    CREATE USER {user};
  END IF;
  GRANT rds_iam TO {user};
  REVOKE ALL ON DATABASE {database} FROM {user};
  REVOKE ALL ON SCHEMA public FROM {user};
  REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {user};
  GRANT CONNECT ON DATABASE {database} TO {user};
  GRANT USAGE ON SCHEMA public TO {user};
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user};
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {user};
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {user};
END
$reader$`

func quotePostgres(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
