package test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

// tableInput is a table or view of the Glue catalog.
type tableInput struct {
	Name              string
	Parameters        map[string]any
	PartitionKeys     []map[string]string
	StorageDescriptor struct {
		Columns []map[string]string
	}
}

func tableNamed(t *testing.T, environment, name string) tableInput {
	t.Helper()
	for _, table := range templateOf(t, environment+"-Counter").ofType("AWS::Glue::Table") {
		var properties struct{ TableInput tableInput }
		if err := json.Unmarshal([]byte(asJSON(table.Properties)), &properties); err != nil {
			t.Fatal(err)
		}
		if properties.TableInput.Name == name {
			return properties.TableInput
		}
	}
	t.Fatalf("%s: no table %s", environment, name)
	return tableInput{}
}

// A key that a function writes and the table lacks would not be seen by anybody.
func TestTheTablesHaveAColumnForEveryKeyOfALine(t *testing.T) {
	record, err := contract.EncodeRecords([]contract.Record{full[contract.Record](t)})
	if err != nil {
		t.Fatal(err)
	}
	result, err := contract.EncodeResults([]contract.CheckResult{full[contract.CheckResult](t)})
	if err != nil {
		t.Fatal(err)
	}
	testColumns[contract.Record](t, "counts", record)
	testColumns[contract.CheckResult](t, "checks", result)
}

func testColumns[Line any](t *testing.T, table string, line []byte) {
	t.Helper()
	var keys map[string]any
	if err := json.Unmarshal(line, &keys); err != nil {
		t.Fatal(err)
	}
	if fields := reflect.TypeFor[Line]().NumField(); len(keys) != fields {
		t.Fatalf("the line of %s has %d of %d fields: this test would miss some", table, len(keys), fields)
	}
	want := map[string]string{}
	for key, value := range keys {
		switch value := value.(type) {
		case string:
			want[key] = "string"
		case float64:
			want[key] = "bigint"
			if value != math.Trunc(value) {
				want[key] = "double"
			}
		case bool:
			want[key] = "boolean"
		case map[string]any:
			want[key] = "map<string,string>"
		case []any:
			want[key] = "array<string>"
		}
	}
	for _, environment := range environments {
		got := map[string]string{}
		for _, column := range tableNamed(t, environment, table).StorageDescriptor.Columns {
			got[column["Name"]] = column["Type"]
		}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("%s: columns of %s (- a line's keys, + the table's):\n%s", environment, table, difference)
		}
	}
}

// full has something in every field, so that none is left out of its line.
func full[Line any](t *testing.T) Line {
	t.Helper()
	var line Line
	value := reflect.ValueOf(&line).Elem()
	for i := range value.NumField() {
		field := value.Field(i)
		if field.Kind() == reflect.Pointer {
			field.Set(reflect.New(field.Type().Elem()))
			field = field.Elem()
		}
		switch {
		case field.Type() == reflect.TypeFor[time.Time]():
			field.Set(reflect.ValueOf(time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)))
		case field.Kind() == reflect.Map:
			field.Set(reflect.ValueOf(contract.Groups{"clinic_id": nil}))
		case field.Type() == reflect.TypeFor[[]string]():
			field.Set(reflect.ValueOf([]string{"text"}))
		case field.Type() == reflect.TypeFor[[]time.Time]():
			field.Set(reflect.ValueOf([]time.Time{{}}))
		case field.CanFloat():
			field.SetFloat(7.5)
		case field.Kind() == reflect.String:
			field.SetString("text")
		case field.CanInt():
			field.SetInt(7)
		case field.Kind() == reflect.Bool:
			field.SetBool(true)
		default:
			t.Fatalf("no example of %s, a field of %T", field.Type(), line)
		}
	}
	return line
}

// Partitions by job would have to be changed with the jobs, and hide retired ones.
func TestTheTablesAreProjectedByDateOnly(t *testing.T) {
	for _, environment := range environments {
		testProjection(t, environment, tableNamed(t, environment, "counts"), "/counts/date=${date}/")
		testProjection(t, environment, tableNamed(t, environment, "checks"), "/checks/date=${date}/")
	}
}

func testProjection(t *testing.T, environment string, table tableInput, folder string) {
	t.Helper()
	if got := asJSON(table.Parameters["storage.location.template"]); !strings.Contains(got, folder) {
		t.Errorf("%s: %s is at %s", environment, table.Name, got)
	}
	if difference := cmp.Diff([]map[string]string{{"Name": "date", "Type": "string"}}, table.PartitionKeys); difference != "" {
		t.Errorf("%s: partition keys (- want, + got):\n%s", environment, difference)
	}
	for name := range table.Parameters {
		if strings.HasPrefix(name, "projection.") && name != "projection.enabled" && !strings.HasPrefix(name, "projection.date.") {
			t.Errorf("%s: %s is a projection of something else", environment, name)
		}
	}
	if got := table.Parameters["projection.enabled"]; got != "true" {
		t.Errorf("%s: projection.enabled is %v", environment, got)
	}
	if got := table.Parameters["projection.date.range"]; got != "2020-01-01,NOW+1DAY" {
		t.Errorf("%s: the range is %v", environment, got)
	}
}

func TestOnlyAthenasAnswersExpire(t *testing.T) {
	for _, environment := range owners {
		for id, bucket := range templateOf(t, environment+"-Data").ofType("AWS::S3::Bucket") {
			lifecycle := bucket.Properties["LifecycleConfiguration"].(map[string]any)
			expires := false
			for _, rule := range lifecycle["Rules"].([]any) {
				rule := rule.(map[string]any)
				got := asJSON(rule)
				switch rule["Prefix"] {
				case "athena/":
					expires = true
					want := `{"ExpirationInDays":7,"Id":"forget-athena-answers","NoncurrentVersionExpiration":{"NoncurrentDays":1},"Prefix":"athena/","Status":"Enabled"}`
					if got != want {
						t.Errorf("%s: %s: got %s, want %s", environment, id, got, want)
					}
				default:
					if strings.Contains(got, "Expiration") || strings.Contains(got, "Transition") {
						t.Errorf("%s: %s: records would go, or move: %s", environment, id, got)
					}
				}
			}
			if !expires {
				t.Errorf("%s: %s: Athena's answers stay for ever", environment, id)
			}
		}
	}
}

func TestTheWorkgroupEnforcesWhereAnswersGo(t *testing.T) {
	for _, environment := range environments {
		workgroups := templateOf(t, environment+"-Counter").ofType("AWS::Athena::WorkGroup")
		if len(workgroups) != 1 {
			t.Errorf("%s: %d workgroups, want 1", environment, len(workgroups))
		}
		for _, workgroup := range workgroups {
			var properties struct {
				Name                   string
				RecursiveDeleteOption  bool
				WorkGroupConfiguration struct {
					EnforceWorkGroupConfiguration bool
					BytesScannedCutoffPerQuery    int64
					ResultConfiguration           map[string]any
				}
			}
			if err := json.Unmarshal([]byte(asJSON(workgroup.Properties)), &properties); err != nil {
				t.Fatal(err)
			}
			configuration := properties.WorkGroupConfiguration
			if properties.Name != "tally-"+environment || !properties.RecursiveDeleteOption || !configuration.EnforceWorkGroupConfiguration || configuration.BytesScannedCutoffPerQuery != 100e9 {
				t.Errorf("%s: %+v", environment, properties)
			}
			answers := configuration.ResultConfiguration
			location, encryption := asJSON(answers["OutputLocation"]), asJSON(answers["EncryptionConfiguration"])
			if environment == "guest" { // encrypted with the key of the records
				if location != "s3://acme-guest-results/athena/" || encryption != `{"EncryptionOption":"SSE_KMS","KmsKey":"arn:aws:kms:eu-central-1:111122223333:key/87654321-1234-1234-1234-123456789012"}` {
					t.Errorf("%s: answers go to %s, encrypted by %s", environment, location, encryption)
				}
				continue
			}
			if !strings.Contains(location, "Results") || !strings.HasSuffix(location, `"/athena/"]]}`) {
				t.Errorf("%s: answers go to %s", environment, location)
			}
			if answers["ExpectedBucketOwner"] == nil || encryption != `{"EncryptionOption":"SSE_S3"}` {
				t.Errorf("%s: %v", environment, answers)
			}
		}
	}
}

// A question that does not say from which date lists every folder since the first.
func TestSavedQueriesSayWhatTheyTakeAndLimitTheDates(t *testing.T) {
	template := templateOf(t, "existing-Counter")
	queries := template.ofType("AWS::Athena::NamedQuery")
	if len(queries) < 10 {
		t.Errorf("%d saved queries", len(queries))
	}
	for id, query := range queries {
		sql, description := query.Properties["QueryString"].(string), query.Properties["Description"].(string)
		parameters := 0
		for line := range strings.Lines(sql) {
			asked := strings.Count(line, "?")
			// Athena takes parameters nowhere else (user guide, "Use parameterized queries").
			if asked > 0 && !strings.HasPrefix(strings.TrimSpace(line), "WHERE ") {
				t.Errorf("%s: a parameter outside of WHERE: %s", id, line)
			}
			parameters += asked
		}
		_, named, _ := strings.Cut(description, "Parameter")
		if got := strings.Count(named, ";") + 1; named == "" || got != parameters {
			t.Errorf("%s: it has %d parameters, and its description: %s", id, parameters, description)
		}
		if !strings.Contains(sql, `"date" >= ?`) || len(description) > 1024 {
			t.Errorf("%s: no first date, or a description of more than 1024 letters:\n%s", id, sql)
		}
		for _, key := range []string{"Database", "WorkGroup"} {
			if !strings.HasPrefix(asJSON(query.Properties[key]), `{"Ref":"Query`) {
				t.Errorf("%s: %s is %v", id, key, query.Properties[key])
			}
		}
	}
}

func TestWhatAthenaKnowsDoesNotDependOnTheJobs(t *testing.T) {
	var jobs []string
	template := templateOf(t, "existing-Counter")
	for id, resource := range template.ofType("AWS::Scheduler::Schedule", "AWS::Events::Rule") {
		name, isText := resource.Properties["Name"].(string)
		if !isText {
			t.Fatalf("%s has no name", id)
		}
		jobs = append(jobs, strings.TrimPrefix(name, "tally-existing-"))
	}
	if !slices.Contains(jobs, "daily-scans") {
		t.Fatalf("no job daily-scans among %v", jobs)
	}
	for id, resource := range template.ofType("AWS::Glue::Database", "AWS::Glue::Table", "AWS::Athena::WorkGroup", "AWS::Athena::NamedQuery") {
		for _, job := range jobs {
			if text := fmt.Sprint(resource.Properties); strings.Contains(text, job) {
				t.Errorf("%s names the job %s", id, job)
			}
		}
	}
}

// Athena's engine version 3 may refuse a view without them.
func TestTheViewHasEveryKeyOfAViewsDefinition(t *testing.T) {
	for _, environment := range environments {
		for _, table := range templateOf(t, environment+"-Counter").ofType("AWS::Glue::Table") {
			input := table.Properties["TableInput"].(map[string]any)
			text, isView := input["ViewOriginalText"].(string)
			if !isView {
				continue
			}
			definition, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(strings.TrimPrefix(text, "/* Presto View: "), " */"))
			if err != nil {
				t.Fatal(err)
			}
			var keys map[string]json.RawMessage
			if err := json.Unmarshal(definition, &keys); err != nil {
				t.Fatal(err)
			}
			if got := slices.Sorted(maps.Keys(keys)); !slices.Equal(got, []string{"catalog", "columns", "originalSql", "path", "runAsInvoker", "schema"}) {
				t.Errorf("%s: keys are %v", environment, got)
			}
			if string(keys["path"]) != "[]" || string(keys["runAsInvoker"]) != "false" {
				t.Errorf("%s: path is %s, runAsInvoker %s", environment, keys["path"], keys["runAsInvoker"])
			}
		}
	}
}

// Where Glue may make nothing, query: false leaves the rest of the stack as it is.
func TestAnEnvironmentWithoutTheQueryPart(t *testing.T) {
	source := fixtures
	source.Only = "endpoint"
	loaded := load(t, source)
	loaded.Environments[0].Query = false
	template := parse(t, synthesized(t, loaded, standIn)["endpoint-Counter"].Template)
	whole := templateOf(t, "endpoint-Counter")
	maps.DeleteFunc(whole.Resources, func(_ string, r resource) bool {
		return strings.HasPrefix(r.Type, "AWS::Glue::") || strings.HasPrefix(r.Type, "AWS::Athena::")
	})
	if difference := cmp.Diff(whole.Resources, template.Resources); difference != "" {
		t.Errorf("resources (- the others of the whole stack, + the stack without the query part):\n%s", difference)
	}
	for _, name := range []string{"Workgroup", "QueryDatabase"} {
		if _, there := template.Outputs[name]; there {
			t.Errorf("it has the output %s", name)
		}
	}
}
