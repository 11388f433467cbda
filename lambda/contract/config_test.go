package contract_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"tally/lambda/contract"
)

func TestParseConfig(t *testing.T) {
	want := contract.Config{Environment: "prod", Bucket: "tally-prod", Databases: map[string]contract.Database{
		"app": {Engine: contract.EngineMySQL, Host: "app.example.com", Port: 3306, DBName: "app", Username: "tally_reader", Auth: contract.AuthIAM},
	}}
	value, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := contract.ParseConfig(string(value))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func TestParseConfigRefuses(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"nothing", "", "TALLY_CONFIG is not set"},
		{"text", "prod", "parse TALLY_CONFIG: "},
		{"cut off", `{"environment":"prod"`, "parse TALLY_CONFIG: "},
		{"no environment", `{"bucket":"b"}`, "parse TALLY_CONFIG: environment and bucket must be set"},
		{"no bucket", `{"environment":"prod"}`, "parse TALLY_CONFIG: environment and bucket must be set"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := contract.ParseConfig(test.value); err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestParseMonitorConfig(t *testing.T) {
	const whole = `{"environment":"prod","stack":"arn","bucket":"tally-prod","timeout_seconds":300,"parallel":2,"counters":[{"function":"tally-prod-counter","sources":["bucket/logs"]}]}`
	want := contract.MonitorConfig{
		Environment: "prod", Stack: "arn", Bucket: "tally-prod", LongestTimeoutSeconds: 300, Parallel: 2,
		Counters: []contract.Counter{{Function: "tally-prod-counter", Sources: []string{"bucket/logs"}}},
	}
	if got, err := contract.ParseMonitorConfig(whole); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	for _, missing := range []string{`"environment":"prod",`, `"stack":"arn",`, `"bucket":"tally-prod",`, `"timeout_seconds":300,`, `"parallel":2,`} {
		_, err := contract.ParseMonitorConfig(strings.Replace(whole, missing, "", 1))
		if err == nil || err.Error() != "parse TALLY_CONFIG: environment, stack, bucket, timeout_seconds and parallel must be set" {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

func TestDatabaseVariable(t *testing.T) {
	for key, want := range map[string]string{
		"app": "TALLY_DATABASE_APP", "shop-eu": "TALLY_DATABASE_SHOP_EU", "db2": "TALLY_DATABASE_DB2",
	} {
		if got := contract.DatabaseVariable(key); got != want {
			t.Errorf("DatabaseVariable(%q) = %q, want %q", key, got, want)
		}
	}
}
