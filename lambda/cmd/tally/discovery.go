package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"tally/infra/rdsca"
	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/dbuser/grant"
	"tally/lambda/internal/discover"
)

// discovery is what was found on AWS, as facts and as an environment file.
type discovery struct {
	Region   string             `json:"region"`
	Database *discover.Database `json:"database,omitempty"`
	Network  *discover.Network  `json:"network,omitempty"`
	Bucket   *discover.Bucket   `json:"bucket,omitempty"`
	Steps    []string           `json:"steps"` // to be done before the first deploy
	Notes    []string           `json:"notes"` // good to know
	SQL      string             `json:"sql,omitempty"`
	YAML     string             `json:"yaml"`
	// What jobs call the source, and how the counter logs in.
	Key       string `json:"key,omitempty"`
	Auth      string `json:"auth,omitempty"`
	SecretARN string `json:"-"`
	CAFile    string `json:"-"` // of a region whose authorities the project lacks
}

// reader is the user that counts.
const reader = "tally_reader"

func (o *discoverOptions) network(ctx context.Context, aws *discover.Finder, vpc string, d *discovery) error {
	network, err := aws.Network(ctx, vpc)
	d.Network, d.Notes = &network, append(d.Notes, network.Notes...)
	return err
}

func (o *discoverOptions) bucket(ctx context.Context, aws *discover.Finder, name string, d *discovery) error {
	if rule := settings.Rules()["buckets.*.name"]; !rule.Pattern.MatchString(name) {
		return invalid("%q is not a bucket; write %s", name, rule.Write)
	}
	bucket, err := aws.Bucket(ctx, name)
	if err != nil {
		return err
	}
	d.Bucket, d.Network, d.Key = &bucket, bucket.Network, cmp.Or(o.key, "logs")
	d.Steps, d.Notes = append(d.Steps, bucket.Steps...), append(d.Notes, bucket.Notes...)
	for _, layout := range bucket.Sources {
		source := "source: {bucket: " + d.Key
		if layout.Prefix != "" {
			source += fmt.Sprintf(", prefix: %q", layout.Prefix)
		}
		if layout.Format != "" {
			source += ", format: " + layout.Format
		}
		d.Notes = append(d.Notes, "A job can say: "+source+"}")
	}
	return nil
}

func (o *discoverOptions) database(ctx context.Context, aws *discover.Finder, name string, d *discovery) error {
	database, err := aws.Database(ctx, name)
	if err != nil {
		return err
	}
	network, err := aws.Network(ctx, database.VPC, database.Subnets...)
	if err != nil {
		return err
	}
	if database.DBName = cmp.Or(o.dbname, database.DBName); database.DBName == "" {
		return invalid("RDS does not say which databases are on %s; write --dbname", database.Name)
	}
	d.Database, d.Network, d.Key = &database, &network, cmp.Or(o.key, "app")
	if err := d.setLogin(o.secretARN); err != nil {
		return err
	}
	if _, err := rdsca.Bundle(d.Region, false); err != nil {
		d.CAFile = d.Region + "-bundle.pem"
		d.Steps = append(d.Steps, "The project has no certificate authority of this region. Put it beside the environment file:\n   curl -O https://truststore.pki.rds.amazonaws.com/"+d.Region+"/"+d.CAFile)
	}
	d.Notes = append(append(d.Notes, database.Notes...), network.Notes...)
	return d.setSQL()
}

// setLogin chooses IAM wherever the server knows it: a token cannot leak for long, and the reader
// can only read. RDS's own secret is that of a user who may write.
func (d *discovery) setLogin(secretARN string) error {
	database := d.Database
	d.Auth, d.SecretARN = contract.AuthSecret, secretARN
	switch {
	case secretARN != "":
		d.Steps = append(d.Steps, "The secret must hold the username and the password of the reader: {\"username\": \"tally_reader\", \"password\": \"…\"}. If it has a key of KMS of its own, write its ARN as secret_kms_key_arn.")
	case database.KnowsIAM():
		d.Auth = contract.AuthIAM
		if !database.IAM {
			d.Steps = append(d.Steps, fmt.Sprintf("IAM login is off. Switch it on, which needs no restart:\n   aws rds modify-db-%[1]s --db-%[1]s-identifier %[2]s --region %[3]s --enable-iam-database-authentication --apply-immediately", database.Kind, database.Name, d.Region))
		}
		if database.MasterSecret != "" {
			d.Notes = append(d.Notes, "The secret that RDS manages is the master user's, who may write. Do not count with it. Where IAM login may not be: make a secret of the reader's, and write --secret-arn.")
		}
		return nil
	default:
		return invalid("MariaDB %s does not know IAM login, 10.11 and later do; make a user who can only read, and a secret with its username and password, and write --secret-arn", database.Version)
	}
	if slices.ContainsFunc(d.Network.Endpoints, func(service string) bool { return strings.HasSuffix(service, ".secretsmanager") }) {
		d.Notes = append(d.Notes, "The VPC has an endpoint of Secrets Manager. If its security group lets the counter in, write secrets_endpoint: existing, which saves one by the hour.")
	}
	return nil
}

const iamLogin = " IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"

// setSQL writes the SQL of the reader, who logs in as Auth says.
func (d *discovery) setSQL() error {
	database, rights := d.Database, ""
	engine := contract.EngineMySQL
	if database.Engine == contract.EnginePostgres {
		engine = contract.EnginePostgres
		rights = " It takes from everybody what is not granted by name: temporary tables, and new tables in schema public. Grant that again to users who need it."
	}
	statements, err := grant.User{Engine: engine, Database: database.DBName, Username: reader}.Statements()
	if err != nil {
		return invalid("write the SQL of the reader: %w; write another --dbname", err)
	}
	// Not every server knows REVOKE IF EXISTS, and a new user has nothing to lose.
	statements = slices.DeleteFunc(statements, func(sql string) bool { return strings.HasPrefix(sql, "REVOKE IF EXISTS") })
	d.SQL = strings.Join(statements, ";\n") + ";"
	if d.Auth == contract.AuthSecret {
		d.SQL = strings.ReplaceAll(d.SQL, iamLogin, " IDENTIFIED BY '<password>'")
		if engine == contract.EnginePostgres {
			d.SQL = strings.Replace(d.SQL, "  GRANT rds_iam TO \""+reader+"\";\n", "", 1) + "\n\\password " + reader
			rights += " With psql, which asks for the password at the end."
		}
	}
	d.Steps = append(d.Steps, fmt.Sprintf("Run the SQL below on %s, connected to database %s as the owner of that and of its tables.%s", database.Writer, database.DBName, rights))
	return nil
}

// write writes the environment file.
func (d *discovery) write() error {
	var text strings.Builder
	if err := environmentTemplate.Execute(&text, d); err != nil {
		return fmt.Errorf("write the environment file: %w", err)
	}
	d.YAML = text.String()
	return nil
}

// environmentTemplate quotes what AWS lets users choose freely.
var environmentTemplate = template.Must(template.New("environment").Parse(`
{{- with .Database}}account: "{{.Account}}"
{{end}}region: {{.Region}}
{{- if .Database}}
protect: true                          # keeps the records when the stacks go; false where nobody needs them
{{- end}}
{{- with .CAFile}}
rds_ca_file: {{.}}
{{- end}}
{{- with .Network}}
network:
  vpc_id: {{.VPC}}
  s3_endpoint: {{.S3Endpoint}}
{{- if eq $.Auth "secret"}}
  secrets_endpoint: create             # for the counter alone; it costs money by the hour
{{- end}}
  subnets:
{{- range .Subnets}}
    - {id: {{.ID}}, availability_zone: {{.Zone}}, route_table_id: {{.RouteTable}}}
{{- end}}
{{- end}}
{{- with .Database}}
databases:
  {{printf "%-36s" (print $.Key ":")}} # jobs name the database by this key
    engine: {{.Engine}}
{{- if eq .Engine "mariadb"}}
    version: "{{.ShortVersion}}"
{{- end}}
    host: {{.Host}}
    port: {{.Port}}
    dbname: {{printf "%q" .DBName}}
    username: ` + reader + `
    auth: {{$.Auth}}
{{- if eq $.Auth "iam"}}
    resource_id: {{.ResourceID}}
{{- else}}
    secret_arn: {{$.SecretARN}}
{{- end}}
    security_group_id: {{.SecurityGroup}}
    ingress: managed                   # the deploy adds one rule to that group; external: you add it
{{- end}}
{{- with .Bucket}}
buckets:
  {{printf "%-36s" (print $.Key ":")}} # jobs name the bucket by this key
    name: {{.Name}}
{{- with .KMSKey}}
    kms_key_arn: {{.}}
{{- end}}
{{- if .VPC}}
    vpc: true                          # its policy demands a way through the VPC
{{- end}}
{{- if .RequesterPays}}
    requester_pays: true
{{- end}}
{{- end}}
`))
