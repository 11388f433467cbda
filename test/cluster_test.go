package test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/dbuser/grant"
)

// What a created cluster costs while nobody uses it, who gets in, and whether it
// stays. A version that AWS offers for long and that can pause is a decision.
func TestCreatedClustersPauseAndAreClosed(t *testing.T) {
	for environment, want := range map[string]struct {
		protected bool
		days      float64
		versions  []string
	}{
		"created":  {true, 7, []string{"aurora-mysql 8.0.mysql_aurora.3.10.4", "aurora-postgresql 17.7"}},
		"endpoint": {false, 1, []string{"aurora-postgresql 17.7"}},
	} {
		data := templateOf(t, environment+"-Data")
		var versions []string
		for id, cluster := range data.ofType("AWS::RDS::DBCluster") {
			p := cluster.Properties
			versions = append(versions, asJSON(p["Engine"])+" "+asJSON(p["EngineVersion"]))
			for name, value := range map[string]any{
				"EnableHttpEndpoint": true, "EnableIAMDatabaseAuthentication": true, "StorageEncrypted": true, "ManageMasterUserPassword": true,
				"EngineLifecycleSupport": "open-source-rds-extended-support-disabled", "MasterUsername": settings.MasterUsername,
				"DeletionProtection": want.protected, "BackupRetentionPeriod": want.days, "MasterUserPassword": nil, "EnableCloudwatchLogsExports": nil,
			} {
				if p[name] != value {
					t.Errorf("%s: %s is %v, want %v", id, name, p[name], value)
				}
			}
			if scaling := p["ServerlessV2ScalingConfiguration"].(map[string]any); scaling["MinCapacity"] != 0.0 || scaling["SecondsUntilAutoPause"] != 300.0 {
				t.Errorf("%s scales as %v", id, scaling)
			}
		}
		slices.Sort(versions)
		if difference := cmp.Diff(want.versions, versions); difference != "" {
			t.Errorf("%s: engines (- want, + got):\n%s", environment, difference)
		}
		for id, group := range data.ofType("AWS::EC2::SecurityGroup") {
			if ingress, open := group.Properties["SecurityGroupIngress"]; open {
				t.Errorf("%s: %s lets in %v; the Counter stack lets in the function", environment, id, ingress)
			}
		}
		for id := range data.ofType("AWS::EC2::SecurityGroupIngress") {
			t.Errorf("%s: %s lets somebody in", environment, id)
		}
		for id, instance := range data.ofType("AWS::RDS::DBInstance") {
			if p := instance.Properties; p["DBInstanceClass"] != "db.serverless" || p["PubliclyAccessible"] != false || p["CACertificateIdentifier"] != "rds-ca-rsa2048-g1" {
				t.Errorf("%s: %v", id, p)
			}
		}
	}
}

// A created cluster is told to the function as any other database, and its reader
// is the only user that the function may log in as.
func TestTheFunctionReachesCreatedClusters(t *testing.T) {
	counter := templateOf(t, "created-Counter")
	var config contract.Config
	variables := counter.Resources["CounterFunctionAC303B5B"].Properties["Environment"].(map[string]any)["Variables"].(map[string]any)
	if err := json.Unmarshal([]byte(resolved(t, "created", variables[contract.ConfigVariable])), &config); err != nil {
		t.Fatal(err)
	}
	want := map[string]contract.Database{
		"app":     {Engine: "mysql", Host: ofData("created", "DatabasesappClusterDACE3C99", "Endpoint.Address"), Port: 3306, DBName: "app", Username: "tally_reader", Auth: "iam"},
		"archive": {Engine: "mysql", Host: "app.proxy-abcdefghijkl.ap-northeast-2.rds.amazonaws.com", Port: 3306, DBName: "archive", Username: "tally_reader", Auth: "iam"},
		"shop":    {Engine: "postgres", Host: ofData("created", "DatabasesshopCluster3D22D446", "Endpoint.Address"), Port: 5432, DBName: "shop_1", Username: "tally_reader", Auth: "iam"},
	}
	if difference := cmp.Diff(want, config.Databases); difference != "" {
		t.Errorf("databases (- want, + got):\n%s", difference)
	}
	const user = "arn:aws:rds-db:ap-northeast-2:111122223333:dbuser:"
	logins := []string{
		user + ofData("created", "DatabasesappClusterDACE3C99", "DBClusterResourceId") + "/tally_reader",
		user + ofData("created", "DatabasesshopCluster3D22D446", "DBClusterResourceId") + "/tally_reader",
		user + "prx-0123456789abcdef0/tally_reader",
	}
	if difference := cmp.Diff(logins, allowed(t, "created", "rds-db:connect")); difference != "" {
		t.Errorf("rds-db:connect (- want, + got):\n%s", difference)
	}
}

// Readers are made in every created cluster, by a function that may do that and
// nothing else, before the function that counts is there.
func TestReaders(t *testing.T) {
	for environment, clusters := range map[string]map[string]string{
		"created":  {"app": "DatabasesappClusterDACE3C99", "shop_1": "DatabasesshopCluster3D22D446"},
		"endpoint": {"scratch": "DatabasesscratchCluster534200DA"},
	} {
		counter := templateOf(t, environment+"-Counter")
		var arns, secrets, users []string
		for _, cluster := range clusters {
			arns = append(arns, ofData(environment, cluster, "DBClusterArn"))
			secrets = append(secrets, ofData(environment, cluster, "MasterUserSecret.SecretArn"))
		}
		slices.Sort(arns)
		slices.Sort(secrets)
		for action, want := range map[string][]string{"rds-data:ExecuteStatement": arns, "secretsmanager:GetSecretValue": secrets} {
			if difference := cmp.Diff(want, allowed(t, environment, action)); difference != "" {
				t.Errorf("%s: %s (- want, + got):\n%s", environment, action, difference)
			}
		}
		for id, user := range counter.ofType("Custom::TallyReader") {
			users = append(users, id)
			checkReader(t, environment, clusters, user)
		}
		if len(users) != len(clusters) {
			t.Errorf("%s: readers %v, want one in each of %v", environment, users, clusters)
		}
		waits := asJSON(counter.Resources["CounterFunctionAC303B5B"].DependsOn)
		for _, user := range users {
			if !strings.Contains(waits, `"`+user+`"`) {
				t.Errorf("%s: the function does not wait for %s, only for %s", environment, user, waits)
			}
		}
		if vpc, inside := counter.Resources["ReaderFunction09EC41FB"].Properties["VpcConfig"]; inside {
			t.Errorf("%s: what makes readers is in %v, with no way to the Data API", environment, vpc)
		}
	}
}

// checkReader reads a custom resource's properties as the function that gets them.
func checkReader(t *testing.T, environment string, clusters map[string]string, user resource) {
	t.Helper()
	properties := map[string]string{}
	for name, value := range user.Properties {
		properties[name] = resolved(t, environment, value)
	}
	text, err := json.Marshal(properties)
	if err != nil {
		t.Fatal(err)
	}
	var got grant.User
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	cluster := clusters[got.Database]
	want := grant.User{
		Engine: got.Engine, Database: got.Database, Username: "tally_reader", Cluster: ofData(environment, cluster, "DBClusterResourceId"),
		ClusterARN: ofData(environment, cluster, "DBClusterArn"), SecretARN: ofData(environment, cluster, "MasterUserSecret.SecretArn"),
	}
	if want.Digest, err = want.Sum(); err != nil {
		t.Error(err)
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("%s (- want, + got):\n%s", environment, difference)
	}
	if timeout := properties["ServiceTimeout"]; timeout != "600" {
		t.Errorf("CloudFormation waits %q s", timeout)
	}
}

// allowed lists what an action is allowed on in the Counter stack.
func allowed(t *testing.T, environment, action string) []string {
	t.Helper()
	var found []string
	for _, statement := range templateOf(t, environment+"-Counter").statements() {
		if slices.Contains(statement.Actions, action) {
			for _, text := range statement.Resources {
				var value any = text
				if strings.HasPrefix(text, "{") {
					if err := json.Unmarshal([]byte(text), &value); err != nil {
						t.Fatal(err)
					}
				}
				found = append(found, strings.ReplaceAll(resolved(t, environment, value), `{"Ref":"AWS::Partition"}`, "aws"))
			}
		}
	}
	slices.Sort(found)
	return found
}
