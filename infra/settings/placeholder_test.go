package settings_test

import (
	"strings"
	"testing"

	"tally/infra/settings"
)

const examples = `account: "111122223333"
region: ap-northeast-2
network:
  vpc_id: vpc-0123456789abcdef1
  s3_endpoint: existing
  subnets:
    - {id: subnet-0000000000000001a, availability_zone: ap-northeast-2a, route_table_id: rtb-0000000000000001a}
databases:
  app:
    engine: mysql
    host: app-dev.abcdefghijkl.ap-northeast-2.rds.amazonaws.com
    dbname: app
    username: tally_reader
    auth: iam
    resource_id: db-ABCDEFGHIJKLMNOPQRSTUVWXYZ
    security_group_id: sg-0123456789abcdef1
alarms: {email: [data@acme.com, oncall@example.com]}
`

func TestPlaceholdersAreRefusedOnlyByADeploy(t *testing.T) {
	const refused = ": is the shipped example; write your own before you deploy"
	files := map[string]string{"infra/jobs.yaml": goodJobs, "infra/environments/mine.yaml": goodEnvironment, "infra/environments/shipped.yaml": examples}
	for _, test := range []struct {
		name      string
		only      string
		deploying bool
		want      []string
	}{
		{"synth", "", false, nil},
		{"deploy of another", "mine", true, nil},
		{"deploy", "shipped", true, []string{
			"infra/environments/shipped.yaml:1:10: account" + refused,
			"infra/environments/shipped.yaml:4:11: network.vpc_id" + refused,
			"infra/environments/shipped.yaml:7:12: network.subnets[0].id" + refused,
			"infra/environments/shipped.yaml:7:90: network.subnets[0].route_table_id" + refused,
			"infra/environments/shipped.yaml:11:11: databases.app.host" + refused,
			"infra/environments/shipped.yaml:15:18: databases.app.resource_id" + refused,
			"infra/environments/shipped.yaml:16:24: databases.app.security_group_id" + refused,
			"infra/environments/shipped.yaml:17:33: alarms.email[1]" + refused,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := settings.Load(settings.Source{Root: project(t, files), Only: test.only, Deploying: test.deploying})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if want := strings.Join(test.want, "\n"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}
