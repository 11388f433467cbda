package grant

import (
	"fmt"
	"strings"
)

// postgres is for Aurora PostgreSQL. It is one statement, so that other sessions never see
// a half-made user. It runs as the owner of the database, connected to it. Names with $ or
// ' are an error: they would end the block's texts.
//
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
func postgres(database, username string) (string, error) {
	for _, name := range []string{database, username} {
		if strings.ContainsAny(name, "$'") {
			return "", fmt.Errorf("the name %q holds $ or '", name)
		}
	}
	return strings.NewReplacer(
		"{database}", quote(database, `"`),
		"{user}", quote(username, `"`),
		"{name}", "'"+username+"'",
	).Replace(postgresBlock), nil
}

// postgresBlock first revokes rights from everybody, because the user has those too, and
// then from the user. It skips tables of owners whose rights the master user does not
// have: only the owner can grant those, and ON ALL TABLES would fail at the first.
const postgresBlock = `DO $reader$
DECLARE
  owned text;
BEGIN
  REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
    CREATE USER {user};
  END IF;
  GRANT rds_iam TO {user};
  REVOKE ALL ON DATABASE {database} FROM {user};
  REVOKE ALL ON SCHEMA public FROM {user};
  GRANT CONNECT ON DATABASE {database} TO {user};
  GRANT USAGE ON SCHEMA public TO {user};
  FOR owned IN
    SELECT oid::regclass FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_has_role(relowner, 'USAGE')
  LOOP
    EXECUTE 'REVOKE ALL ON ' || owned || ' FROM {user}';
    EXECUTE 'GRANT SELECT ON ' || owned || ' TO {user}';
  END LOOP;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {user};
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {user};
END
$reader$`
