package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"

	"tally/test/local"
)

// engine is a database and its own client.
type engine struct {
	name   string
	client string
	start  func(ctx context.Context, root string) (*local.Database, error)
	load   func(ctx context.Context, database *local.Database) error
	// countIf is the engine's best spelling of a conditional count.
	countIf string
	rounds  rounds
	limits  struct{ full, day float64 }
	run     func(ctx context.Context, database *local.Database, file string) *exec.Cmd
}

var engines = []engine{
	{
		name: "PostgreSQL", client: "psql", start: startPostgres, load: loading(
			`CREATE TABLE scans (`+columns+`created_at timestamp(3) NOT NULL, updated_at timestamp(3))`,
			fill("generate_series(0, 3999999::bigint) AS s(i)", "timestamp '2022-01-01' + i * interval '216 milliseconds'"),
			"CREATE TABLE few AS SELECT * FROM scans LIMIT 100",
			"CREATE INDEX scans_at ON scans (created_at)", "CREATE INDEX scans_ticket ON scans (ticket)",
			"ANALYZE scans", "VACUUM scans"),
		countIf: "count(*) FILTER (WHERE %s)",
		rounds:  rounds{full: 5, day: 15},
		limits:  struct{ full, day float64 }{0.45, 0.28},
		run: func(ctx context.Context, database *local.Database, file string) *exec.Cmd {
			at := mustParse(database.ReaderURL)
			password, _ := at.User.Password()
			at.User = url.User(at.User.Username())
			command := exec.CommandContext(ctx, "psql", "-X", "-q", "-At", "-f", file, at.String())
			command.Env = append(os.Environ(), "PGPASSWORD="+password)
			return command
		},
	},
	{
		name: "MariaDB", client: "mariadb", start: func(ctx context.Context, _ string) (*local.Database, error) { return local.StartMariaDB(ctx) }, load: loading(
			`CREATE TABLE scans (`+columns+`created_at datetime(3) NOT NULL, updated_at datetime(3))`,
			fill("(SELECT seq AS i FROM seq_0_to_3999999) s", "TIMESTAMPADD(MICROSECOND, i * 216000, '2022-01-01')"),
			"CREATE TABLE few AS SELECT * FROM scans LIMIT 100",
			"CREATE INDEX scans_at ON scans (created_at)", "CREATE INDEX scans_ticket ON scans (ticket)",
			"ANALYZE TABLE scans"),
		countIf: "COUNT(CASE WHEN %s THEN 1 END)",
		rounds:  rounds{full: 3, day: 3},
		limits:  struct{ full, day float64 }{0.50, 0.22},
		run: func(ctx context.Context, database *local.Database, file string) *exec.Cmd {
			at := mustParse(database.ReaderURL)
			password, _ := at.User.Password()
			command := exec.CommandContext(ctx, "mariadb", "--no-defaults", "--skip-column-names", "--batch", "--skip-ssl",
				"--host="+at.Hostname(), "--port="+at.Port(), "--user="+at.User.Username(), "--execute=source "+file, strings.TrimPrefix(at.Path, "/"))
			command.Env = append(os.Environ(), "MYSQL_PWD="+password)
			return command
		},
	},
}

func startPostgres(ctx context.Context, root string) (*local.Database, error) {
	if _, err := exec.LookPath("psql"); err != nil {
		return nil, errors.New("its client is missing; install it: apt-get install -y postgresql-client")
	}
	return local.StartPostgres(ctx, root)
}

// columns are those of a table that people have, some 250 bytes a row; ticket is
// nearly unique.
const columns = `id bigint PRIMARY KEY, clinic_id integer NOT NULL, patient_id integer NOT NULL, ticket integer NOT NULL,
	device varchar(20) NOT NULL, operator varchar(60) NOT NULL, image_key varchar(120) NOT NULL, result varchar(20),
	confidence numeric(3,2), priority smallint NOT NULL, note varchar(200), `

// fill fills scans from a series i, spread over ten days.
func fill(series, at string) string {
	return fmt.Sprintf(`INSERT INTO scans SELECT i, (i * 7919) %% 1000, (i * 40503) %% 50000, (i * 48271) %% 3999971,
		CONCAT('scanner-', i %% 40), CONCAT('operator-', i %% 300, '@clinic-', i * 7919 %% 1000, '.example'),
		CONCAT('images/2022/01/', i %% 31, '/', MD5(CAST(i AS char(10))), '.jpg'),
		CASE (i * 48271) %% 65537 %% 8 WHEN 0 THEN 'normal' WHEN 1 THEN 'normal' WHEN 2 THEN 'normal' WHEN 3 THEN 'caries'
			WHEN 4 THEN 'fracture' WHEN 5 THEN 'implant' WHEN 6 THEN 'unclear' END,
		((i * 40503) %% 101) / 100.0, i %% 5,
		CASE WHEN i %% 3 = 0 THEN CONCAT('checked again by operator ', i %% 300, '; compared with the picture of the last visit') END,
		%[2]s, %[2]s FROM %[1]s`, series, at)
}

func loading(statements ...string) func(context.Context, *local.Database) error {
	return func(ctx context.Context, database *local.Database) error {
		admin, err := database.Open()
		if err != nil {
			return err
		}
		defer admin.Close()
		for _, statement := range statements {
			if _, err := admin.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%.60s …: %w", statement, err)
			}
		}
		return nil
	}
}

func mustParse(text string) *url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		panic("the database's own URL cannot be read")
	}
	return parsed
}
