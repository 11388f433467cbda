package test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/job"
)

// What Athena does with the counter's rights: it looks up the tables of one database, and reads
// files below what the environment names, for nobody but itself. What no job counts in is not
// touched.
func TestTheCounterReadsThroughAthenaOnly(t *testing.T) {
	const (
		ours   = ":eu-central-1:111122223333:"
		athena = ` if {"ForAnyValue:StringEquals":{"aws:CalledVia":"athena.amazonaws.com"}`
		key    = "arn:aws:kms" + ours + "key/"
	)
	want := []string{
		"athena:GetDataCatalog on arn:aws:athena" + ours + "datacatalog/AwsDataCatalog arn:aws:athena" + ours + "datacatalog/s3tablescatalog arn:aws:athena" + ours + "datacatalog/s3tablescatalog/aws-s3",
		"athena:GetQueryExecution athena:GetQueryResults athena:GetWorkGroup athena:StartQueryExecution athena:StopQueryExecution on " +
			"arn:aws:athena" + ours + "workgroup/analysts arn:aws:athena" + ours + "workgroup/tally-lake-source_events arn:aws:athena" + ours + "workgroup/tally-lake-source_inventory",
		"glue:BatchGetPartition glue:GetDatabase glue:GetPartition glue:GetPartitions glue:GetTable glue:GetTables on " +
			"arn:aws:glue" + ours + "catalog arn:aws:glue" + ours + "database/analytics arn:aws:glue" + ours + "database/finance arn:aws:glue" + ours + "table/analytics/* arn:aws:glue" + ours + "table/finance/*",
		"glue:GetCatalog glue:GetDatabase glue:GetTable glue:GetTables on " +
			"arn:aws:glue" + ours + "catalog arn:aws:glue" + ours + "catalog/s3tablescatalog arn:aws:glue" + ours + "catalog/s3tablescatalog/aws-s3 " +
			"arn:aws:glue" + ours + "database/s3tablescatalog/aws-s3/b_acme-lake arn:aws:glue" + ours + "table/s3tablescatalog/aws-s3/b_acme-lake/*",
		"glue:GetDatabase on arn:aws:glue" + ours + "database/default",
		"kms:Decrypt on " + key + "12345678-1234-1234-1234-123456789012 " + key + `87654321-1234-1234-1234-123456789012 if {"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}`,
		"kms:Decrypt on " + key + `87654321-1234-1234-1234-123456789012 if {"StringEquals":{"kms:ViaService":"s3tables.eu-central-1.amazonaws.com"}}`,
		"lakeformation:GetDataAccess on *",
		"s3:GetBucketLocation on arn:aws:s3:::acme-governed arn:aws:s3:::acme-lake" + athena + "}",
		"s3:GetBucketLocation s3:ListBucket on arn:aws:s3:::acme-archive" + athena + "}",
		"s3:GetObject on arn:aws:s3:::acme-archive/* arn:aws:s3:::acme-governed/ledger/* arn:aws:s3:::acme-lake/events/* arn:aws:s3:::acme-lake/sessions/*" + athena + "}",
		"s3:ListBucket on arn:aws:s3:::acme-governed" + athena + `,"StringLike":{"s3:prefix":["ledger/*"]}}`,
		"s3:ListBucket on arn:aws:s3:::acme-lake" + athena + `,"StringLike":{"s3:prefix":["events/*","sessions/*"]}}`,
		"s3tables:GetNamespace s3tables:GetTableBucket on arn:aws:s3tables" + ours + "bucket/aws-s3",
		"s3tables:GetTable s3tables:GetTableData s3tables:GetTableMetadataLocation on arn:aws:s3tables" + ours + "bucket/aws-s3 arn:aws:s3tables" + ours + `bucket/aws-s3/table/* if {"StringEquals":{"s3tables:namespace":"b_acme-lake"}}`,
	}
	var got []string
	for _, line := range grants(t, "lake-Counter", ":athena:", ":glue:", ":kms:", "*", "arn:aws:s3:::acme-", ":s3tables:") {
		if !slices.ContainsFunc([]string{"ec2:", "logs:", "lambda:", "rds-db:"}, func(other string) bool { return strings.HasPrefix(line, other) }) &&
			!strings.Contains(line, "acme-lake-uploads") && !strings.Contains(line, "Fn::") {
			got = append(got, line)
		}
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
	for id, role := range templateOf(t, "lake-Counter").ofType("AWS::IAM::Role") {
		if id != "OutsideCounterRole5E392D6E" && strings.Contains(asJSON(role.Properties), "athena:") {
			t.Errorf("%s may ask Athena", id)
		}
	}
}

// A workgroup is made for each database that names none and that jobs count in. Its queries have
// a limit that nobody can set aside, and its results need no bucket.
func TestWorkgroupsThatAreCountedIn(t *testing.T) {
	template := templateOf(t, "lake-Counter")
	limits := map[string]any{}
	for id, workgroup := range template.ofType("AWS::Athena::WorkGroup") {
		name := workgroup.Properties["Name"].(string)
		if name == "tally-lake" {
			continue // for questions
		}
		configuration := workgroup.Properties["WorkGroupConfiguration"].(map[string]any)
		limits[name] = configuration["BytesScannedCutoffPerQuery"]
		if got := asJSON(configuration["ManagedQueryResultsConfiguration"]); got != `{"Enabled":true}` || configuration["ResultConfiguration"] != nil || configuration["EnforceWorkGroupConfiguration"] != true {
			t.Errorf("%s is %s", name, asJSON(configuration))
		}
		if !slices.Contains(texts(template.Resources[outsideCounter].DependsOn), id) {
			t.Errorf("the counter may be there before %s", name)
		}
	}
	want := map[string]any{"tally-lake-source_events": 200e9, "tally-lake-source_inventory": 1000e9}
	if difference := cmp.Diff(want, limits); difference != "" {
		t.Errorf("limits (- want, + got):\n%s", difference)
	}
	if text := string(lakeStacks["lake-Counter"].Template); strings.Contains(text, "acme-unused") || strings.Contains(text, "source_unused") {
		t.Error("there is something for a database that no job counts in")
	}
}

// A run waits for its query as long as Lambda lets it. That is no alarm, and the monitor waits as
// long before it takes a slot for a gap. The counter of databases keeps its timeout.
func TestRunsMayWaitForAthena(t *testing.T) {
	template := templateOf(t, "lake-Counter")
	for id, want := range map[string]float64{vpcCounter: 300, outsideCounter: 900} {
		if got := number(template.Resources[id], "Timeout"); got != want {
			t.Errorf("%s has %v s, want %v", id, got, want)
		}
	}
	if config := asJSON(template.Resources[monitor].Properties["Environment"]); !strings.Contains(config, `\"timeout_seconds\":900`) || !strings.Contains(config, `\"athena/events\"`) {
		t.Errorf("the monitor knows %s", config)
	}
	if got, want := durationAlarm(t, template), "tally-lake-vpc-counter 240000"; got != want {
		t.Errorf("the alarm about duration watches %s, want %s", got, want)
	}
	// Without databases there is the same alarm, over nothing.
	loaded := load(t, lake)
	loaded.Jobs.Jobs = slices.DeleteFunc(loaded.Jobs.Jobs, func(j job.Job) bool { return j.Source.Kind() == job.KindDatabase })
	template = parse(t, synthesized(t, loaded, standIn)["lake-Counter"].Template)
	if _, exists := template.Resources[vpcCounter]; exists {
		t.Fatal("there is a counter in the VPC")
	}
	if got, want := durationAlarm(t, template), "tally-lake-vpc-counter 240000"; got != want {
		t.Errorf("the alarm about duration watches %s, want %s", got, want)
	}
}

func durationAlarm(t *testing.T, template template) string {
	t.Helper()
	for _, alarm := range template.ofType("AWS::CloudWatch::Alarm") {
		if alarm.Properties["AlarmName"] == "tally-lake-duration" {
			return asJSON(alarm.Properties["Dimensions"].([]any)[0].(map[string]any)["Value"]) + " " + asJSON(alarm.Properties["Threshold"])
		}
	}
	t.Fatal("no alarm about duration")
	return ""
}

// The keys a-b and ab are two workgroups, for CloudFormation, too.
func TestKeysThatDifferByDashes(t *testing.T) {
	loaded := load(t, lake)
	environment := &loaded.Environments[0]
	for i := range environment.Athena {
		switch entry := &environment.Athena[i]; entry.Key {
		case "events":
			entry.Key, entry.Value.OwnWorkgroup = "a-b", "tally-lake-source_a-b"
		case "inventory":
			entry.Key, entry.Value.OwnWorkgroup = "ab", "tally-lake-source_ab"
		}
	}
	for i := range loaded.Jobs.Jobs {
		source := &loaded.Jobs.Jobs[i].Source
		if renamed, found := map[string]string{"events": "a-b", "inventory": "ab"}[source.Athena]; found {
			source.Athena = renamed
		}
	}
	template := parse(t, synthesized(t, loaded, standIn)["lake-Counter"].Template)
	if made := template.ofType("AWS::Athena::WorkGroup"); len(made) != 3 {
		t.Errorf("workgroups %v", slices.Collect(maps.Keys(made)))
	}
}

// Nothing of an environment without Athena as a source is about it.
func TestWithoutAthenaThereIsNothingOfIt(t *testing.T) {
	for name, stack := range stacks {
		for _, text := range []string{"athena:", "glue:", "s3tables", "lakeformation", `\"athena\"`, "source_", "Counts in S3 and Athena"} {
			if strings.Contains(string(stack.Template), text) {
				t.Errorf("%s has %s", name, text)
			}
		}
	}
}
