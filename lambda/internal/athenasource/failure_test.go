package athenasource

import (
	"strings"
	"testing"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/test/local"
)

// How a query ends that fails, by the texts that Athena gives.
func TestQueriesThatFail(t *testing.T) {
	failed := func(reason string) local.AthenaFailure {
		return local.AthenaFailure{State: "FAILED", Reason: reason, Category: 2, Type: 1000}
	}
	for _, test := range []struct {
		name    string
		failure local.AthenaFailure
		kind    string // as the monitor is told
		words   string
	}{
		{"a right of Glue", local.AthenaGlueDenied, contract.ErrorPermanent, "the counter's role lacks a right of Glue; database and catalog of the environment must be those of the table, and a policy of the catalog must allow it: Insufficient permissions to execute the query. User: "},
		{"a right of S3", local.AthenaS3Denied, contract.ErrorPermanent, "write where they are under data in the environment file, and let the bucket's policy allow it: Permission denied on S3 path: s3://lake/events/dt=2022-04-07"},
		{"a key of KMS", local.AthenaKMSDenied, contract.ErrorPermanent, "the key of KMS does not allow it; write kms_key_arn beside data"},
		{"a grant of Lake Formation", local.AthenaLakeDenied, contract.ErrorPermanent, "grant the counter's role SELECT on the table, and write lake_formation: true"},
		{"columns that Lake Formation hides", local.AthenaColumnsHidden, contract.ErrorPermanent, "grant the counter's role SELECT on the table, and write lake_formation: true"},
		{"the scan limit", local.AthenaScanLimit, contract.ErrorPermanent, "it reads more than its workgroup allows; limit it by partitions or a shorter span, or raise scan_limit_gb"},
		{"memory", local.AthenaExhausted, contract.ErrorPermanent, "it needs more memory than Athena has for a query"},
		{"time", local.AthenaTimedOut, contract.ErrorPermanent, "it ran for longer than Athena allows"},
		{"somebody cancelled it", local.AthenaCancelled, contract.ErrorPermanent, "somebody cancelled it; tally backfill or recount counts the slot by a new one"},
		{"Athena itself", local.AthenaEngineFailed, contract.ErrorTransient, "Athena failed"},
		{"Athena, with a text that nobody knows", local.AthenaFailure{State: "FAILED", Reason: "Oops", Category: 1}, contract.ErrorTransient, "Athena failed"},
		{"S3 throttles", local.AthenaS3SlowDown, contract.ErrorUnavailable, "Amazon S3 or Glue throttles"},
		{"Glue throttles", local.AthenaGlueThrottled, contract.ErrorUnavailable, "Amazon S3 or Glue throttles"},
		{"a broken file", failed("HIVE_BAD_DATA: Error reading field value: x"), contract.ErrorPermanent, "a file or the definition of the table cannot be read: HIVE_BAD_DATA"},
		{"a value that cannot be cast", failed("INVALID_CAST_ARGUMENT: Cannot cast 'secret' to bigint"), contract.ErrorPermanent, "a value of a row cannot be cast; write TRY_CAST: INVALID_CAST_ARGUMENT"},
		{"a text that nobody knows", failed("ODD_THING: secret"), contract.ErrorPermanent, "failed: ODD_THING"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := startEvents(t)
			l.Athena.SetFailures(local.AthenaFailure{}, test.failure)
			_, err := l.source().Count(t.Context(), queryOf(t, jobOf(t, clicks)))
			if err == nil || !strings.Contains(err.Error(), test.words) || count.ErrorType(err) != test.kind {
				t.Errorf("got %v (%s), want %q (%s)", err, count.ErrorType(err), test.words, test.kind)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error holds a value: %v", err)
			}
		})
	}
}

// Reasons may quote rows and files. They are read by their code, and what they quote is neither
// shown nor taken for something that Athena says.
func TestReasonsThatQuoteValues(t *testing.T) {
	for reason, words := range map[string]string{
		"INVALID_CAST_ARGUMENT: Cannot cast 's3://bucket/secret' to BIGINT":                                                                                    "query q failed: a value of a row cannot be cast; write TRY_CAST: INVALID_CAST_ARGUMENT",
		"INVALID_CAST_ARGUMENT: Cannot cast 'Access Denied for secret' to BIGINT":                                                                              "query q failed: a value of a row cannot be cast; write TRY_CAST: INVALID_CAST_ARGUMENT",
		"INVALID_CAST_ARGUMENT: Cannot cast 'THROTTLING Rate exceeded secret' to BIGINT":                                                                       "query q failed: a value of a row cannot be cast; write TRY_CAST: INVALID_CAST_ARGUMENT",
		"INVALID_CAST_ARGUMENT: Cannot cast 'at line 1:2 secret' to BIGINT":                                                                                    "query q failed: a value of a row cannot be cast; write TRY_CAST: INVALID_CAST_ARGUMENT",
		"HIVE_BAD_DATA: Error parsing field value 'secret' for field 1: For input string: KMS":                                                                 "query q failed: a file or the definition of the table cannot be read: HIVE_BAD_DATA",
		"HIVE_BAD_DATA: Not valid Parquet file: s3://b/x expected magic number: PAR1 got: secret":                                                              "query q failed: a file or the definition of the table cannot be read: HIVE_BAD_DATA",
		"HIVE_CURSOR_ERROR: Failed to read Parquet file: s3://b/secret":                                                                                        "query q failed: a file or the definition of the table cannot be read: HIVE_CURSOR_ERROR",
		"HIVE_CANNOT_OPEN_SPLIT: Error opening s3://b/secret: The specified key does not exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey)": "query q failed: a file of the table was deleted while the query ran: HIVE_CANNOT_OPEN_SPLIT",
		"HIVE_FILESYSTEM_ERROR: s3://b/secret (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)":                                                "may not read the table's files",
		"DIVISION_BY_ZERO: Division by zero":                                                                                                                   "query q failed: division by zero in a row: DIVISION_BY_ZERO",
		"TYPE_MISMATCH: line 3:1: '=' cannot be applied":                                                                                                       "query q failed: Athena does not take the SQL: TYPE_MISMATCH: line 3:1: '=' cannot be applied",
		"ODD_THING: secret at line 1:1":                                                                                                                        "query q failed: ODD_THING",
	} {
		e := execution{ID: "q"}
		e.Status.State, e.Status.StateChangeReason, e.Status.AthenaError.ErrorCategory = "FAILED", reason, 2
		err := e.failure()
		if got := err.Error(); !strings.Contains(got, words) || strings.Contains(got, "secret") || failure(err).Unavailable {
			t.Errorf("%s: got %s, want %s", reason, got, words)
		}
	}
}

// How requests fail that Athena does not take.
func TestRequestsThatAreRefused(t *testing.T) {
	l := startEvents(t)
	query := queryOf(t, jobOf(t, clicks))
	throttled := make([]local.AthenaFault, 1000)
	for i := range throttled {
		throttled[i] = local.AthenaConcurrencyExceeded
	}
	for _, test := range []struct {
		name   string
		faults []local.AthenaFault
		denied string
		group  local.AthenaWorkGroup
		kind   string // empty: the run counts
		words  string
	}{
		{name: "throttled, and then not", faults: throttled[:10]},
		{name: "throttled for long", faults: throttled, kind: contract.ErrorUnavailable, words: "TooManyRequestsException: You have exceeded the limit"},
		{name: "down for a moment", faults: []local.AthenaFault{local.AthenaUnavailable, local.AthenaConnectionCut, local.AthenaThrottled}},
		{name: "denied", denied: "athena:StartQueryExecution", kind: contract.ErrorPermanent, words: "StartQueryExecution: AccessDeniedException: User: "},
		{name: "no workgroup", group: local.AthenaWorkGroup{Name: "other"}, kind: contract.ErrorPermanent, words: "the stack's own workgroup is there after make deploy; correct workgroup in the environment file if it names another one"},
		{name: "a disabled workgroup", group: local.AthenaWorkGroup{Name: "off", Disabled: true}, kind: contract.ErrorPermanent, words: "switch the workgroup on"},
		{name: "no place for results", group: local.AthenaWorkGroup{Name: "nowhere"}, kind: contract.ErrorPermanent, words: "switch on its managed query results"},
	} {
		t.Run(test.name, func(t *testing.T) {
			delete(l.Denied, "athena:StartQueryExecution")
			if test.denied != "" {
				l.Denied[test.denied] = "AccessDeniedException"
			}
			source := l.source()
			if test.group.Name != "" {
				if test.group.Name != "other" {
					l.Athena.AddWorkGroup(test.group)
				}
				entry := source.options.Athena["lake"]
				entry.Workgroup = test.group.Name
				source.options.Athena["lake"] = entry
			}
			l.Athena.SetFaults("StartQueryExecution", test.faults...)
			_, err := source.Count(t.Context(), query)
			switch {
			case test.kind == "" && err != nil:
				t.Error(err)
			case test.kind != "" && (err == nil || !strings.Contains(err.Error(), test.words) || count.ErrorType(err) != test.kind):
				t.Errorf("got %v (%s), want %q (%s)", err, count.ErrorType(err), test.words, test.kind)
			}
		})
	}
}

// The mistake in a condition is found by its place in the statement.
func TestTheCaseOfAMistakeIsNamed(t *testing.T) {
	l := startEvents(t)
	for _, test := range []struct{ cases, want string }{
		{"{clicks: kind = 'click', large: amont > 1}", "count in events: case large: "},
		{`{clicks: "kind\n = 'click'", large: "amount > 1\nAND amont > 2", more: amount > 3}`, "count in events: case large: "},
		{"{clicks: kind = 'click', large: amount > > 1}", "count in events: case large: "},
		{"{clicks: amount > 'x'}", "count in events: case clicks: "},
	} {
		_, err := l.source().Count(t.Context(), queryOf(t, jobOf(t, strings.Replace(clicks, "{clicks: kind = 'click', large: amount > 1}", test.cases, 1))))
		if err == nil || !strings.Contains(err.Error(), test.want) || !count.IsPermanent(err) {
			t.Errorf("%s: got %v, want %s", test.cases, err, test.want)
		}
	}
}

// A check finds all mistakes at once, and reads no data.
func TestACheckFindsEverything(t *testing.T) {
	l := startEvents(t)
	expect := func(source *Source, j string, want ...string) {
		t.Helper()
		before := len(l.paid())
		problems, err := source.Check(t.Context(), queryOf(t, jobOf(t, j)))
		if err != nil {
			t.Fatal(err)
		}
		if len(problems) != len(want) {
			t.Errorf("got %v, want %q", problems, want)
		}
		for i, problem := range problems {
			if got := problem.Field + ": " + problem.Err.Error(); i < len(want) && !strings.HasPrefix(got, want[i]) {
				t.Errorf("got %s, want %s", got, want[i])
			}
		}
		if len(l.paid()) != before {
			t.Error("it read data")
		}
	}
	expect(l.source(), clicks)
	expect(l.source(), `    source: {athena: lake, table: events, partitions: {day: "{yyyy}-{MM}-{dd}"}, partition_timezone: Asia/Seoul}
    window: {span: previous-day, column: event_tim, column_timezone: Asia/Seoul}
    group_by: [kind, browser]
    distinct: perso
    cases: {clicks: kind = 'click', large: amont > 1, small: amount < 1, none: nothing(kind)}
`,
		"window.column: ", "group_by[1]: ", "distinct: ", "source.partitions.day: ", "cases.large: ", "cases.none: ")
	expect(l.source(), strings.Replace(clicks, "table: events", "table: event", 1), "source.table: ")
	expect(l.source(), "    source: {athena: lake, table: event}\n    cases: {large: amount > 1, small: amount < 1}\n", "source.table: ")
	expect(l.source(), "    source: {athena: lake, table: events}\n    window: {span: previous-day, column: event_time, column_timezone: Asia/Seoul}\n",
		"source.partitions: events is partitioned by dt, and every run reads all partitions; write for example partitions: {dt: \"{yyyy}-{MM}-{dd}\"}")

	group := func(group local.AthenaWorkGroup) *Source {
		l.Athena.AddWorkGroup(group)
		source := l.source()
		entry := source.options.Athena["lake"]
		entry.Workgroup = group.Name
		source.options.Athena["lake"] = entry
		return source
	}
	expect(group(local.AthenaWorkGroup{Name: "off", Disabled: true, Managed: true}), clicks, "source.athena: the workgroup off is disabled")
	expect(group(local.AthenaWorkGroup{Name: "bucket", OutputLocation: "s3://results/"}), clicks, "source.athena: the workgroup bucket keeps results in a bucket")

	l.Denied["athena:StartQueryExecution"] = "AccessDeniedException"
	expect(l.source(), clicks, "source.table: ")
	delete(l.Denied, "athena:StartQueryExecution")

	l.Athena.SetFailures(local.AthenaEngineFailed)
	if _, err := l.source().Check(t.Context(), queryOf(t, jobOf(t, clicks))); err == nil || count.IsPermanent(err) {
		t.Errorf("Athena failed: got %v, want a transient failure", err)
	}
	if _, err := l.source().Check(t.Context(), count.Query{Job: jobOf(t, strings.Replace(clicks, "athena: lake", "athena: sea", 1))}); err == nil || !strings.Contains(err.Error(), "athena sea: not configured; the environment has lake") {
		t.Errorf("got %v", err)
	}
}
