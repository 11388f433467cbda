package local_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

// testChecks has the monitor's real binary judge records, by the bucket's events that the
// template's rule lets through, and tell of what fails. Every day of the sample has more than
// 5,000 unread scans.
func testChecks(t *testing.T, system *local.System) {
	day := func(n int) time.Time { return slotTime.AddDate(0, 0, n) }
	subject := func(at time.Time) string { return "local: daily-scans, " + at.Format("Mon 2 Jan") + ": unread " }
	results := func(at time.Time) []contract.CheckResult {
		t.Helper()
		system.Settle()
		object, err := system.S3.Object(system.Bucket, contract.CheckKey("daily-scans", at, 1))
		if err != nil {
			return nil
		}
		results, err := contract.DecodeResults(strings.NewReader(string(object)))
		if err != nil {
			t.Fatal(err)
		}
		return results
	}
	told := func(at time.Time) (messages int) {
		for _, message := range system.AWS.SNS.Messages() {
			if strings.HasPrefix(message.Subject, subject(at)) && strings.HasSuffix(message.Topic, ":tally-local-checks") {
				messages++
			}
		}
		return messages
	}
	marked := func(marker string, at time.Time) bool {
		keys, err := system.S3.Keys(system.Bucket)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(contract.RecordKey("daily-scans", at, 1), contract.DayPrefix(at)), ".jsonl")
		for _, key := range keys {
			if strings.HasPrefix(key, contract.MarkersPrefix+marker) && strings.HasSuffix(key, "/"+name) {
				return true
			}
		}
		return false
	}

	fire(t, system, "daily-scans", day(0))
	if got := results(day(0)); len(got) != 3 || got[0].Result != contract.ResultPass || got[1].Result != contract.ResultNotEvaluated || got[2].Result != contract.ResultFail {
		t.Errorf("the record was judged %+v", got)
	}
	if told(day(0)) != 1 || !marked("told", day(0)) {
		t.Errorf("%d messages went out", told(day(0)))
	}

	system.Events.SetCopies(func(string) int { return 0 })
	fire(t, system, "daily-scans", day(1))
	if got := results(day(1)); got != nil {
		t.Errorf("nobody told the monitor, and the record was judged %+v", got)
	}
	system.Events.SetCopies(nil)
	for range 3 { // late, and again
		system.Events.Announce(contract.RecordKey("daily-scans", day(1), 1))
	}
	if got := results(day(1)); len(got) != 3 || told(day(1)) != 1 {
		t.Errorf("judged late it was %+v, with %d messages", got, told(day(1)))
	}

	system.AWS.SNS.SetFaults(local.PublishRefused)
	fire(t, system, "daily-scans", day(-1))
	if got := results(day(-1)); len(got) != 3 || told(day(-1)) != 0 || !marked("to-tell", day(-1)) || marked("told", day(-1)) {
		t.Errorf("the topic refused; the results are %+v, with %d messages, to tell %t, told %t", got, told(day(-1)), marked("to-tell", day(-1)), marked("told", day(-1)))
	}
}
