package job_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

const exampleFile = `
timezone: Asia/Seoul
jobs:
  - name: daily-scans
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at, column_timezone: Asia/Seoul}
    cases:
      normal: result = 'normal'
      unread: result IS NULL
`

// readExample reads a jobs file with the text.
func readExample(text string) (job.File, error) {
	folder, err := os.MkdirTemp("", "job-example-")
	if err != nil {
		return job.File{}, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "jobs.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return job.File{}, err
	}
	file, document, _ := job.ReadFile(path, "jobs.yaml")
	return file, strictyaml.Join(document)
}

// A slot is a scheduled minute. Its window follows from the slot and not from the time
// at which the function runs.
func Example() {
	file, err := readExample(exampleFile)
	if err != nil {
		log.Fatal(err)
	}
	j, _ := file.Lookup("daily-scans")
	fmt.Println(j.Name, j.ScheduleInWords())

	// EventBridge may fire some seconds early or late.
	slot, err := j.Slot(contract.Event{Job: j.Name, ScheduledTime: time.Date(2022, 4, 7, 14, 55, 3, 0, time.UTC)})
	if err != nil {
		log.Fatal(err)
	}
	from, to, _, err := j.Range(slot.Time)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("slot", slot.Time.Format(time.RFC3339))
	fmt.Println("window", from.Format(time.RFC3339), to.Format(time.RFC3339))
	fmt.Println("counts", j.CaseNames())
	// Output:
	// daily-scans at 14:55 every day (UTC)
	// slot 2022-04-07T14:55:00Z
	// window 2022-04-07T00:00:00+09:00 2022-04-07T23:55:00+09:00
	// counts [normal unread other total]
}

// All problems of a file are reported at once, each with its line and what to write.
func ExampleReadFile() {
	_, err := readExample(`
timezone: Asia/Seoul
jobs:
  - name: daily-scans
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date}
    cases: {normal: result = 'normal'}
    exclusive: true
`)
	fmt.Println(err)
	// Output:
	// jobs.yaml:7:5: jobs[0].window.column: is missing; write column: created_at
	// jobs.yaml:9:16: jobs[0].exclusive: compares cases, and there is one; write another case, or leave it out
}

// A previous span is the whole local period before the slot. Days may have 23 or 25 hours.
func ExampleSpan_Range() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		log.Fatal(err)
	}
	from, to, err := job.PreviousDay.Range(time.Date(2024, 4, 1, 5, 0, 0, 0, time.UTC), berlin)
	fmt.Println(from, to, to.Sub(from), err)
	// Output:
	// 2024-03-31 00:00:00 +0100 CET 2024-04-01 00:00:00 +0200 CEST 23h0m0s <nil>
}

func ExampleJob_SlotsBetween() {
	file, err := readExample(exampleFile)
	if err != nil {
		log.Fatal(err)
	}
	from := time.Date(2022, 4, 7, 0, 0, 0, 0, time.UTC)
	for _, slot := range file.Jobs[0].SlotsBetween(from, from.AddDate(0, 0, 2)) {
		fmt.Println(slot.Time.Format(time.RFC3339))
	}
	// Output:
	// 2022-04-07T14:55:00Z
	// 2022-04-08T14:55:00Z
}
