package cron_test

import (
	"fmt"
	"time"

	"tally/lambda/cron"
	"tally/lambda/timezone"
)

func ExampleParseJob() {
	_, err := cron.ParseJob("55 14 * * *")
	fmt.Println(err)
	schedule, _ := cron.ParseJob("cron(0 9 ? * MON-FRI *)")
	fmt.Println(schedule.Describe())
	// Output:
	// five fields are unix cron; EventBridge has a sixth, year, counts weekdays 1-7 from SUN and wants "?" in one of the day fields; write "cron(55 14 * * ? *)"
	// at 09:00, Monday to Friday
}

// At 02:30 on 29 March 2026 no clock in Berlin shows the time, so the schedule skips that
// day.
func ExampleSchedule_Next() {
	berlin, _ := timezone.Load("Europe/Berlin")
	schedule, _ := cron.ParseJob("cron(30 2 * * ? *)")
	at := time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC)
	for range 3 {
		at, _ = schedule.Next(at, berlin)
		fmt.Println(at.In(berlin).Format("Mon 2 Jan 15:04 MST"))
	}
	// Output:
	// Sat 28 Mar 02:30 CET
	// Mon 30 Mar 02:30 CEST
	// Tue 31 Mar 02:30 CEST
}
