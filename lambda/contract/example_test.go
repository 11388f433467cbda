package contract_test

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"tally/lambda/contract"
)

// A misspelled key is an error: the function would otherwise count the wrong thing.
func ExampleParseEvent() {
	for _, text := range []string{
		`{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z"}`,
		`{"job":"daily-scans","dryRun":true}`,
		`{"sweep":true}`,
		`{"job":"daily-scans","time":"2022-04-07T14:55:00Z"}`,
	} {
		request, err := contract.ParseEvent([]byte(text))
		switch request := request.(type) {
		case contract.Event:
			fmt.Println("count", request.Job, "for", request.ScheduledTime.Format(time.RFC3339))
		case contract.DryRun:
			fmt.Println("check", request.Job)
		case contract.Sweep:
			fmt.Println("look for slots without a record")
		default:
			fmt.Println(err)
		}
	}
	// Output:
	// count daily-scans for 2022-04-07T14:55:00Z
	// check daily-scans
	// look for slots without a record
	// parse event: json: unknown field "time"; write {"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z"}
}

func ExampleRecordKey() {
	slot := time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)
	key := contract.RecordKey("daily-scans", slot, 1)
	fmt.Println(key)
	fmt.Println(contract.ParseRecordKey(key))
	// Output:
	// counts/date=2022-04-07/daily-scans-20220407T1455Z.rev1.jsonl
	// daily-scans 2022-04-07 14:55:00 +0000 UTC 1 true
}

// The lines of groups are encoded while they are read, and differ from those of all rows
// in groups and count only.
func ExampleLines_Reader() {
	total := contract.Record{
		Job: "daily-scans", CaseName: contract.CaseTotal, Count: new(int64(3)), Status: contract.StatusOK,
		ScheduledTime: time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC), Revision: 1,
	}
	lines := contract.Lines{
		AllRows: []contract.Record{total},
		Groups: []contract.GroupCounts{
			{Groups: contract.Groups{"clinic": new("north")}, Counts: []int64{2}},
			{Groups: contract.Groups{"clinic": nil}, Counts: []int64{1}},
		},
	}
	reader, err := lines.Reader()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := io.Copy(os.Stdout, reader); err != nil {
		log.Fatal(err)
	}
	// Output:
	// {"job":"daily-scans","case_name":"total","groups":{},"count":3,"status":"ok","scheduled_time":"2022-04-07T14:55:00Z","local_date":"","window_from":null,"window_to":null,"late":false,"counted_at":"0001-01-01T00:00:00Z","schedule":"","revision":1,"job_sha256":""}
	// {"job":"daily-scans","case_name":"total","groups":{"clinic":"north"},"count":2,"status":"ok","scheduled_time":"2022-04-07T14:55:00Z","local_date":"","window_from":null,"window_to":null,"late":false,"counted_at":"0001-01-01T00:00:00Z","schedule":"","revision":1,"job_sha256":""}
	// {"job":"daily-scans","case_name":"total","groups":{"clinic":null},"count":1,"status":"ok","scheduled_time":"2022-04-07T14:55:00Z","local_date":"","window_from":null,"window_to":null,"late":false,"counted_at":"0001-01-01T00:00:00Z","schedule":"","revision":1,"job_sha256":""}
}
