package contract_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
)

func record(name string, count int64) contract.Record {
	from, to := slot.Add(-time.Hour), slot
	return contract.Record{
		Job: "daily-scans", CaseName: name, Groups: contract.Groups{"clinic": new("<7> & \"8\"")}, Count: &count, Status: contract.StatusOK,
		ScheduledTime: slot, LocalDate: "2022-04-07", WindowFrom: &from, WindowTo: &to,
		CountedAt: slot.Add(1203 * time.Millisecond), Schedule: "cron(55 14 * * ? *)", Revision: 1, JobSHA256: "00ff",
	}
}

func TestEncodeRecords(t *testing.T) {
	windowless := record("total", 9007199254740993) // more than a float can hold
	windowless.WindowFrom, windowless.WindowTo, windowless.Groups, windowless.Late = nil, nil, contract.Groups{}, true
	got, err := contract.EncodeRecords([]contract.Record{record("normal", 0), windowless})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"job":"daily-scans","case_name":"normal","groups":{"clinic":"<7> & \"8\""},"count":0,"status":"ok","scheduled_time":"2022-04-07T14:55:00Z","local_date":"2022-04-07","window_from":"2022-04-07T13:55:00Z","window_to":"2022-04-07T14:55:00Z","late":false,"counted_at":"2022-04-07T14:55:01.203Z","schedule":"cron(55 14 * * ? *)","revision":1,"job_sha256":"00ff"}
{"job":"daily-scans","case_name":"total","groups":{},"count":9007199254740993,"status":"ok","scheduled_time":"2022-04-07T14:55:00Z","local_date":"2022-04-07","window_from":null,"window_to":null,"late":true,"counted_at":"2022-04-07T14:55:01.203Z","schedule":"cron(55 14 * * ? *)","revision":1,"job_sha256":"00ff"}
`
	if string(got) != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestEncodeFailedCase(t *testing.T) {
	failed := record("bad", 0)
	failed.Count, failed.Groups, failed.Status = nil, contract.Groups{"clinic": nil}, contract.StatusFailed
	failed.Code, failed.Message = "42703", `column "x" does not exist`
	got, err := contract.EncodeRecords([]contract.Record{failed})
	want := `"case_name":"bad","groups":{"clinic":null},"count":null,"status":"failed","code":"42703","message":"column \"x\" does not exist","scheduled_time":`
	if err != nil || !strings.Contains(string(got), want) {
		t.Errorf("got %s (%v), want … %s …", got, err, want)
	}
	back, err := contract.DecodeAll(bytes.NewReader(got))
	if err != nil || !reflect.DeepEqual(back, []contract.Record{failed}) {
		t.Errorf("comes back as %+v (%v)", back, err)
	}
}

// A record of a schedule in UTC has no zone; a missed slot has no count and no reason.
func TestEncodeMissedSlot(t *testing.T) {
	missed := record("normal", 0)
	missed.Count, missed.Groups, missed.Status, missed.ScheduleTimezone = nil, contract.Groups{}, contract.StatusMissed, "Asia/Seoul"
	got, err := contract.EncodeRecords([]contract.Record{missed})
	for _, want := range []string{
		`"case_name":"normal","groups":{},"count":null,"status":"missed","scheduled_time":`,
		`"schedule":"cron(55 14 * * ? *)","schedule_timezone":"Asia/Seoul","revision":1`,
	} {
		if err != nil || !strings.Contains(string(got), want) {
			t.Errorf("got %s (%v), want … %s …", got, err, want)
		}
	}
	back, err := contract.DecodeAll(bytes.NewReader(got))
	if err != nil || !reflect.DeepEqual(back, []contract.Record{missed}) {
		t.Errorf("comes back as %+v (%v)", back, err)
	}
}

func TestOfAllRows(t *testing.T) {
	all, group := record("normal", 1), record("normal", 2)
	all.Groups = contract.Groups{}
	if got := contract.OfAllRows([]contract.Record{all, group, all, group}); !reflect.DeepEqual(got, []contract.Record{all, all}) {
		t.Errorf("got %+v", got)
	}
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	want := []contract.Record{record("normal", 123), record("other", -1), record("total", 1<<62)}
	data, err := contract.EncodeRecords(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := contract.DecodeAll(bytes.NewReader(data))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func TestDecodeAllRefusesWhatWasNotStored(t *testing.T) {
	data, err := contract.EncodeRecords([]contract.Record{record("normal", 1), record("total", 2)})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, input, want string }{
		{"empty", "", "the object is empty"},
		{"blank", " \n", "the object is empty"},
		{"cut off", string(data[:len(data)-10]), "decode record 2: "},
		{"brace behind", string(data) + "}", "decode record 3: "},
		{"bracket behind", string(data) + "]", "decode record 3: "},
		{"list", "[" + strings.ReplaceAll(string(bytes.TrimSpace(data)), "\n", ",") + "]", "decode record 1: "},
		{"not JSON", "<Error>", "decode record 1: "},
		{"count that is text", strings.Replace(string(data), `"count":2`, `"count":"2"`, 1), "decode record 2: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := contract.DecodeAll(strings.NewReader(test.input)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v; want … %s …", got, err, test.want)
			}
		})
	}
}

// A later version may add keys to records. After a rollback the older version must be able
// to read them.
func TestDecodeAllTakesKeysOfLaterVersions(t *testing.T) {
	got, err := contract.DecodeAll(strings.NewReader(`{"job":"a","case_name":"b","count":3,"code":"57014"}`))
	if err != nil || len(got) != 1 || *got[0].Count != 3 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Athena's columns must not be reserved words of SQL.
func TestRecordKeysAreNoReservedWords(t *testing.T) {
	data, err := json.Marshal(record("normal", 1))
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]any{}
	if err := json.Unmarshal(data, &keys); err != nil {
		t.Fatal(err)
	}
	for _, reserved := range []string{"case", "date", "from", "group", "order", "select", "table", "timestamp", "to", "values", "window"} {
		if _, used := keys[reserved]; used {
			t.Errorf("%s is a key of a record", reserved)
		}
	}
}

// Results are as people read them, too.
func TestEncodeResults(t *testing.T) {
	result := contract.CheckResult{Job: "daily-scans", CaseName: "normal", Check: contract.CheckMin, Reason: "a < b & c"}
	got, err := contract.EncodeResults([]contract.CheckResult{result})
	if err != nil || !strings.Contains(string(got), `"reason":"a < b & c"`) {
		t.Errorf("got %s (%v)", got, err)
	}
}

// An answer without content is no results of which none fails.
func TestResultsWithoutContent(t *testing.T) {
	if got, err := contract.DecodeResults(strings.NewReader("")); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}

func TestOriginsInTime(t *testing.T) {
	for origin, want := range map[contract.Origin]bool{
		"": true, contract.OriginSchedule: true, contract.OriginSweep: true, contract.OriginBackfill: false, contract.OriginRecount: false,
	} {
		if got := origin.InTime(); got != want {
			t.Errorf("%q is in time: %t", origin, got)
		}
	}
}
