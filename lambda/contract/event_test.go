package contract_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

var slot = time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)

func TestParseEvent(t *testing.T) {
	for _, test := range []struct {
		name, input string
		want        contract.Request
	}{
		{"job and time", `{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z"}`,
			contract.Event{Job: "daily-scans", ScheduledTime: slot}},
		{"everything", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","schedule":"cron(5 0 * * ? *)","timezone":"Asia/Seoul"}`,
			contract.Event{Job: "a", ScheduledTime: slot, Schedule: "cron(5 0 * * ? *)", Timezone: "Asia/Seoul"}},
		{"another offset", `{"job":"a","scheduledTime":"2022-04-07T23:55:00+09:00"}`, contract.Event{Job: "a", ScheduledTime: slot}},
		{"parts of a second", `{"job":"a","scheduledTime":"2022-04-07T14:55:00.25Z"}`, contract.Event{Job: "a", ScheduledTime: slot.Add(250 * time.Millisecond)}},
		{"blanks around", " \n{\"job\":\"a\",\"scheduledTime\":\"2022-04-07T14:55:00Z\"}\n", contract.Event{Job: "a", ScheduledTime: slot}},
		{"neither dry nor a sweep", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","dryRun":false,"sweep":false}`, contract.Event{Job: "a", ScheduledTime: slot}},

		{"from a sweep", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","origin":"sweep"}`, contract.Event{Job: "a", ScheduledTime: slot, Origin: contract.OriginSweep}},
		{"recount", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","recount":{"reason":"late rows","age":"1d"}}`,
			contract.Event{Job: "a", ScheduledTime: slot, Recount: &contract.Recount{Reason: "late rows", Age: "1d"}}},
		{"from a backfill", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","origin":"backfill"}`, contract.Event{Job: "a", ScheduledTime: slot, Origin: contract.OriginBackfill}},
		{"the origin of a recount", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","origin":"recount"}`, contract.Event{Job: "a", ScheduledTime: slot, Origin: contract.OriginRecount}},
		{"the longest reason", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","recount":{"reason":"` + strings.Repeat("r", contract.ReasonLimit) + `"}}`,
			contract.Event{Job: "a", ScheduledTime: slot, Recount: &contract.Recount{Reason: strings.Repeat("r", contract.ReasonLimit)}}},

		{"dry run", `{"job":"a","dryRun":true}`, contract.DryRun{Event: contract.Event{Job: "a"}}},
		{"dry run of a slot", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","dryRun":true}`,
			contract.DryRun{Event: contract.Event{Job: "a", ScheduledTime: slot}}},
		{"dry run of an event", `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","schedule":"cron(5 0 * * ? *)","timezone":"Asia/Seoul","dryRun":true}`,
			contract.DryRun{Event: contract.Event{Job: "a", ScheduledTime: slot, Schedule: "cron(5 0 * * ? *)", Timezone: "Asia/Seoul"}}},

		{"sweep", contract.SweepEvent, contract.Sweep{}},
		{"ping", contract.PingEvent, contract.Ping{}},
		{"stored", `{"stored":"counts/date=2022-04-07/a-20220407T1455Z.rev1.jsonl"}`, contract.Stored{Key: "counts/date=2022-04-07/a-20220407T1455Z.rev1.jsonl"}},
		{"stored at any key", `{"stored":"counts/한글 + a%2Fb"}`, contract.Stored{Key: "counts/한글 + a%2Fb"}},
		{"summary", `{"summary":true,"scheduledTime":"2022-04-07T14:55:00Z"}`, contract.Summarize{Time: slot}},
		{"summary with EventBridge's seconds, at another offset", `{"summary":true,"scheduledTime":"2022-04-07T23:55:42.5+09:00"}`, contract.Summarize{Time: slot}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := contract.ParseEvent([]byte(test.input))
			if err != nil {
				t.Fatal(err)
			}
			// cmp compares instants: an offset is no difference.
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Errorf("request (- want, + got):\n%s", difference)
			}
		})
	}
}

func TestParseEventIsStrict(t *testing.T) {
	const timed = `"scheduledTime":"2022-04-07T14:55:00Z"`
	for _, test := range []struct{ name, input, want string }{
		{"empty", "", "it is empty"},
		{"not JSON", "daily-scans", "invalid character 'd'"},
		{"cut off", `{"job":"a",`, "unexpected EOF"},
		{"text", `"a"`, "cannot unmarshal string"},
		{"list", `[{"job":"a"}]`, "cannot unmarshal array"},
		{"null", "null", "job is missing"},
		{"unknown origin", `{"job":"a",` + timed + `,"origin":"me"}`, `origin "me" is none; write schedule`},
		{"recount without a reason", `{"job":"a",` + timed + `,"recount":{"reason":" "}}`, "recount.reason is missing; write one line, such as {"},
		{"recount for two lines of reasons", `{"job":"a",` + timed + `,"recount":{"reason":"a\nb"}}`, "write one short line"},
		{"recount on a schedule", `{"job":"a",` + timed + `,"schedule":"cron(5 0 * * ? *)","recount":{"reason":"r"}}`, "write schedule or recount"},
		{"dry run of a recount", `{"job":"a",` + timed + `,"dryRun":true,"recount":{"reason":"r"}}`, "write dryRun or recount"},
		{"recount by age that may find nothing", `{"job":"a",` + timed + `,"recount":{"reason":"r","age":"1d","allow_empty":true}}`, "write allow_empty or age"},
		{"recount of no slot", `{"job":"a","recount":{"reason":"r"}}`, "scheduledTime is missing"},
		{"nothing in it", "{}", "job is missing"},
		{"empty job", `{"job":"",` + timed + `}`, "job is missing"},
		{"job missing", `{` + timed + `}`, "job is missing"},
		{"job of another type", `{"job":3,` + timed + `}`, "cannot unmarshal number"},
		{"time missing", `{"job":"a"}`, "scheduledTime is missing"},
		{"time null", `{"job":"a","scheduledTime":null}`, "scheduledTime is missing"},
		{"time empty", `{"job":"a","scheduledTime":""}`, "parsing time"},
		{"time without zone", `{"job":"a","scheduledTime":"2022-04-07T14:55:00"}`, `"2022-04-07T14:55:00"`},
		{"date only", `{"job":"a","scheduledTime":"2022-04-07"}`, `"2022-04-07"`},
		{"unreplaced placeholder", `{"job":"a","scheduledTime":"<aws.scheduler.scheduled-time>"}`, `"<aws.scheduler.scheduled-time>"`},
		{"unix time", `{"job":"a","scheduledTime":1649343300}`, "Time.UnmarshalJSON"},
		{"unknown key", `{"job":"a",` + timed + `,"scheduled_time":"x"}`, `unknown field "scheduled_time"`},
		{"zone without schedule", `{"job":"a",` + timed + `,"timezone":"Asia/Seoul"}`, "timezone goes with schedule"},
		{"zone of a dry run", `{"job":"a","dryRun":true,"timezone":"Asia/Seoul"}`, "timezone goes with schedule"},
		{"too long a reason", `{"job":"a",` + timed + `,"recount":{"reason":"` + strings.Repeat("r", contract.ReasonLimit+1) + `"}}`, "more than 500 bytes; write one short line"},
		{"schedule without time", `{"job":"a","dryRun":true,"schedule":"cron(5 0 * * ? *)"}`, "schedule goes with scheduledTime"},
		{"dry run of nothing", `{"dryRun":true}`, "job is missing"},
		{"dry run that is no truth value", `{"job":"a","dryRun":"yes"}`, "cannot unmarshal string"},
		{"sweep of a job", `{"sweep":true,"job":"a"}`, `write {"sweep":true} alone, or for one slot {"job":`},
		{"sweep at a time", `{"sweep":true,` + timed + `}`, "a sweep looks at all jobs"},
		{"sweep with a schedule", `{"sweep":true,"schedule":"cron(5 0 * * ? *)"}`, "a sweep looks at all jobs"},
		{"dry sweep", `{"sweep":true,"dryRun":true}`, "a sweep looks at all jobs"},
		{"sweep of some days", `{"sweep":true,"days":3}`, `unknown field "days"`},
		{"ping of a job", `{"ping":true,"job":"a"}`, `write {"ping":true} alone, or for one slot {"job":`},
		{"ping and sweep", `{"ping":true,"sweep":true}`, "a sweep looks at all jobs"},
		{"no ping", `{"ping":false}`, "job is missing"},
		{"stored with a job", `{"stored":"counts/a","job":"a"}`, `stored is the key of an object; write it alone: {"stored":`},
		{"stored at a time", `{"stored":"counts/a",` + timed + `}`, "stored is the key of an object"},
		{"stored and summary", `{"stored":"counts/a","summary":true}`, "stored is the key of an object"},
		{"stored nowhere", `{"stored":""}`, "job is missing"},
		{"stored that is no text", `{"stored":true}`, "cannot unmarshal bool"},
		{"summary of no time", `{"summary":true}`, `a summary is of a time and of all jobs; write {"summary":true,"scheduledTime":`},
		{"summary of a job", `{"summary":true,"job":"a",` + timed + `}`, "a summary is of a time and of all jobs"},
		{"summary on a schedule", `{"summary":true,"schedule":"cron(5 0 * * ? *)",` + timed + `}`, "a summary is of a time and of all jobs"},
		{"dry summary", `{"summary":true,"dryRun":true,` + timed + `}`, "a summary is of a time and of all jobs"},
		{"sweep and summary", `{"sweep":true,"summary":true}`, "a sweep looks at all jobs"},
		{"no summary", `{"summary":false,` + timed + `}`, "job is missing"},
		{"no sweep", `{"sweep":false}`, "job is missing"},
		{"two events", `{"job":"a",` + timed + `}{"job":"b",` + timed + `}`, "something follows the JSON object"},
		{"trailing brace", `{"job":"a",` + timed + `}}`, "something follows the JSON object"},
		{"trailing text", `{"job":"a",` + timed + `} x`, "something follows the JSON object"},
	} {
		t.Run(test.name, func(t *testing.T) {
			event, err := contract.ParseEvent([]byte(test.input))
			if err == nil {
				t.Fatalf("got %+v, want an error", event)
			}
			if event != nil {
				t.Errorf("an error comes with %+v", event)
			}
			if !strings.HasPrefix(err.Error(), "parse event: ") || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "; write ") {
				t.Errorf("got %v, want parse event: … %s …; write …", err, test.want)
			}
		})
	}
}

// The JSON of an event has the names that schedules send.
func TestEventAsJSON(t *testing.T) {
	for _, test := range []struct {
		event contract.Event
		want  string
	}{
		{contract.Event{Job: "a", ScheduledTime: slot}, `{"job":"a","scheduledTime":"2022-04-07T14:55:00Z"}`},
		{contract.Event{Job: "a", ScheduledTime: slot, Schedule: "cron(5 0 * * ? *)", Timezone: "Asia/Seoul"},
			`{"job":"a","scheduledTime":"2022-04-07T14:55:00Z","schedule":"cron(5 0 * * ? *)","timezone":"Asia/Seoul"}`},
	} {
		got, err := json.Marshal(test.event)
		if err != nil || string(got) != test.want {
			t.Errorf("got %s, %v; want %s", got, err, test.want)
		}
		if back, err := contract.ParseEvent(got); err != nil || back != contract.Request(test.event) {
			t.Errorf("%s comes back as %+v, %v", got, back, err)
		}
	}
}
