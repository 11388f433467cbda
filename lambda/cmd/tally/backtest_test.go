package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
)

// shopEnvironment is where the jobs of the shop run.
const shopEnvironment = environment + "buckets: {logs: acme-logs}\n"

// replay runs tally backtest over the shop.
func (s shop) replay(args ...string) (status int, stdout, stderr string) {
	status, stdout, stderr = tally(slices.Concat([]string{"backtest", "--records", s.folder}, shopPeriod, args)...)
	return status, strings.ReplaceAll(stdout, s.folder, "records"), strings.ReplaceAll(stderr, s.folder, "records")
}

// facts are what --json prints, by check.
func (s shop) facts(args ...string) map[string]replayed {
	s.t.Helper()
	status, said, complaint := s.replay(append(args, "--json")...)
	var facts backtest
	if err := json.Unmarshal([]byte(said), &facts); status != exitOK || complaint != "" || err != nil {
		s.t.Fatalf("status %d, %s (%v)\n%s", status, complaint, err, said)
	}
	all := map[string]replayed{}
	for _, each := range facts.Checks {
		all[each.caseOrComparison()+" "+each.Check] = each
	}
	return all
}

func TestBacktest(t *testing.T) {
	s := newShop(t)
	for name, test := range map[string]func(*testing.T, shop){
		"days": testBacktestDays, "text": testBacktestText, "jobs": testBacktestOfJobs,
		"base": testBacktestAgainstBase, "wrong input": testBacktestOfWrongInput, "what is broken": testBacktestOfWhatIsBroken,
	} {
		t.Run(name, func(t *testing.T) {
			enterProject(t)
			write(t, "infra/environments/prod.yaml", shopEnvironment)
			write(t, "infra/jobs.yaml", replayJobs(shopChecks, shopReconcile))
			s.t = t
			test(t, s)
		})
	}
}

// What fires on which days follows from the course of the shop: the loss of a country is no
// drop any more once three of five weeks have it, and for three weeks there is no baseline.
func testBacktestDays(t *testing.T, s shop) {
	outage, loss := daysFrom(t, "2025-06-10", 3), daysFrom(t, "2025-10-06", 21)
	facts := s.facts()
	for _, test := range []struct {
		check                string
		judged, notEvaluated int
		days                 []string
	}{
		{"daily-orders.paid min", 398, 2, outage}, // 399 days have a record, and one has two
		{"daily-orders.paid max_drop", 377, 23, slices.Concat(outage, []string{"2025-08-05"}, loss)},
		{"daily-orders.paid max_rise", 377, 23, []string{"2025-11-28"}},
		{"daily-orders.total min", 398, 2, outage},
		{"both within", 398, 1, []string{"2025-08-05", "2025-11-11"}},
	} {
		got := facts[test.check]
		if difference := cmp.Diff(test.days, got.Days); difference != "" || got.Judged != test.judged || got.NotEvaluated != test.notEvaluated || got.Fired != len(got.Days) || got.Fired != len(got.Firings) {
			t.Errorf("%s: %d judged, %d not, %d fired (- want, + got):\n%s", test.check, got.Judged, got.NotEvaluated, got.Fired, difference)
		}
	}
	reasons := map[string]int{"fewer than 3 earlier slots have a count": 21, "2025-12-25 is one of except": 1, "the case could not be counted: no answer": 1}
	if difference := cmp.Diff(reasons, facts["daily-orders.paid max_drop"].Reasons); difference != "" {
		t.Errorf("why max_drop was not evaluated (- want, + got):\n%s", difference)
	}
	firing := facts["daily-orders.paid max_drop"].Firings[3]
	if *firing.Count != 200 || firing.Revision != 1 || firing.Baseline == nil || len(firing.BaselineSlots) != 5 {
		t.Errorf("on 5 August it was %+v", firing)
	}
	// The bounds of the environment count with --env only.
	write(t, "infra/environments/prod.yaml", shopEnvironment+"checks: {daily-orders: {paid: {min: 170, max_rise: 400%}, total: off}}\n")
	got := s.facts("--env", "prod")
	if more := got["daily-orders.paid min"].Days; !slices.Contains(more, "2025-12-28") || got["daily-orders.paid max_rise"].Fired != 0 || got["daily-orders.total min"].Check != "" {
		t.Errorf("with the environment's checks it is %+v", got)
	}
}

func testBacktestText(t *testing.T, s shop) {
	const want = `records: 798 records, 2024-12-31 to 2026-02-05 15:00 (UTC)

CASE                CHECK          JUDGED  FIRED  NOT EVALUATED
daily-orders.paid   min 100           398      3              2
daily-orders.paid   max_drop 50%      377     25             23
daily-orders.paid   max_rise 200%     377      1             23
daily-orders.total  min 1             398      3              2
both                within 2%         398      2              1

min 100 of daily-orders.paid would have fired on 3 days
  Tue 2025-06-10: 0
  Wed 2025-06-11: 0
  Thu 2025-06-12: 0

max_drop 50% of daily-orders.paid would have fired on 25 days
  Tue 2025-06-10: 0, baseline 1067
  Wed 2025-06-11: 0, baseline 1188
  Thu 2025-06-12: 0, baseline 1111
  … 19 more
  Fri 2025-10-24: 535, baseline 1339
  Sat 2025-10-25: 196, baseline 490
  Sun 2025-10-26: 160, baseline 400

max_rise 200% of daily-orders.paid would have fired on 1 day
  Fri 2025-11-28: 2142, baseline 535

min 1 of daily-orders.total would have fired on 3 days
  Tue 2025-06-10: 0
  Wed 2025-06-11: 0
  Thu 2025-06-12: 0

within 2% of both would have fired on 2 days
  Tue 2025-08-05: 200 and 1067
  Tue 2025-11-11: 426 and 417
`
	if status, said, complaint := s.replay(); status != exitOK || complaint != "" || said != want {
		t.Errorf("status %d, %s (- want, + got):\n%s", status, complaint, cmp.Diff(want, said))
	}
}

// On a narrow terminal rows become lines. Texts of others do not steer it.
func TestBacktestFits(t *testing.T) {
	r := replayed{checkID: checkID{Job: "daily-orders-of-a-job-with-a-very-long-name", Case: "paid", Check: "max_drop"}, Bound: "50%", NotEvaluated: 398, Reasons: map[string]int{"\x1b[31mthe case could not be counted: some words that go on and on and on": 398}}
	facts := backtest{Base: "abc", Checks: []replayed{r}}
	facts.compare(nil)
	for _, width := range []int{40, 60, 80, 120} {
		var out strings.Builder
		screen{&out, width, false}.backtest(facts, "records", "origin/main")
		for line := range strings.SplitSeq(out.String(), "\n") {
			if got := text.StringWidthWithoutEscSequences(line); got > width || strings.Contains(line, "\x1b") {
				t.Errorf("at %d columns a line has %d: %q", width, got, line)
			}
		}
		if words := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(words, "398") || !strings.Contains(words, "is new, and would") {
			t.Errorf("at %d columns it says\n%s", width, out.String())
		}
	}
}

// The comparisons of a job's name go with it, its partner's checks do not.
func testBacktestOfJobs(t *testing.T, s shop) {
	write(t, "infra/jobs.yaml", strings.Replace(replayJobs(shopChecks, shopReconcile), "paid: status == 'paid'}\n", "paid: status == 'paid'}\n    checks: {paid: {min: 1}}\n", 1))
	var checks []string
	for name := range s.facts("orders-log") {
		checks = append(checks, name)
	}
	slices.Sort(checks)
	if got := strings.Join(checks, ", "); got != "both within, orders-log.paid min" {
		t.Errorf("it judges %s", got)
	}
}

// want are the sentences, days are some lines below them, column is some cell of the table.
func testBacktestAgainstBase(t *testing.T, s shop) {
	inGit(t, "init", "--quiet")
	commit := func(jobs, environment string) {
		write(t, "infra/jobs.yaml", jobs)
		write(t, "infra/environments/prod.yaml", environment)
		inGit(t, "add", "--all")
		inGit(t, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--allow-empty", "--message=test")
	}
	now := replayJobs(shopChecks, shopReconcile)
	for _, test := range []struct {
		name, jobs, environment string // of the base
		want, days, column      string
	}{
		{"nothing", now, shopEnvironment, "no check changes against HEAD", "", ""},
		{"a smaller bound", strings.Replace(now, "max_drop: 50%", "max_drop: 70%", 1), shopEnvironment,
			"max_drop 50% of daily-orders.paid (HEAD: 70%) would have fired on 21 more days",
			"+ Mon 2025-10-06: 408, baseline 1020\n+ Tue 2025-10-07: 426, baseline 1067\n", "changed"},
		{"a larger bound", strings.Replace(now, "within: 2%", "within: 1%", 1), shopEnvironment,
			"within 2% of both (HEAD: 1%) would have fired on the same days", "", "changed"},
		{"no exception", strings.Replace(now, "      except: [2025-12-25]\n", "", 1), shopEnvironment,
			"min 100 of daily-orders.paid would have fired on 1 fewer day\n" +
				"max_drop 50% of daily-orders.paid would have fired on 1 fewer day",
			"− Thu 2025-12-25: 30, baseline 444\n", "changed"},
		{"another exception", strings.Replace(now, "except: [2025-12-25]", "except: [2025-06-10]", 1), shopEnvironment,
			"min 100 of daily-orders.paid would have fired on 1 more day and 1 fewer day\n" +
				"max_drop 50% of daily-orders.paid would have fired on 1 more day and 1 fewer day\n" +
				"min 1 of daily-orders.total would have fired on 1 more day",
			"+ Tue 2025-06-10: 0\n− Thu 2025-12-25: 30\n", "changed"},
		{"other checks", strings.NewReplacer("      total: {min: 1}\n", "      other: {min: 1}\n", shopReconcile, "").Replace(now), shopEnvironment,
			"min 1 of daily-orders.total is new, and would have fired on 3 days\nwithin 2% of both is new, and would have fired on 2 days\n" +
				"min 1 of daily-orders.other is gone, and would have fired on 3 days", "− Tue 2025-06-10: 0\n", "gone"},
		{"another environment", now, shopEnvironment + "checks: {daily-orders: {paid: {max_drop: 70%}}}\n",
			"max_drop 50% of daily-orders.paid (HEAD: 70%) would have fired on 21 more days", "", "changed"},
		{"a file of authorities elsewhere", now, shopEnvironment + "rds_ca_file: ../../authority.pem\n", "no check changes against HEAD", "", ""},
		{"no checks", replayJobs("", ""), shopEnvironment,
			"min 100 of daily-orders.paid is new, and would have fired on 3 days\nmax_drop 50% of daily-orders.paid is new, and would have fired on 25 days\n" +
				"max_rise 200% of daily-orders.paid is new, and would have fired on 1 day\nmin 1 of daily-orders.total is new, and would have fired on 3 days\n" +
				"within 2% of both is new, and would have fired on 2 days", "", "new"},
	} {
		t.Run(test.name, func(t *testing.T) {
			commit(test.jobs, test.environment)
			write(t, "infra/jobs.yaml", now)
			write(t, "infra/environments/prod.yaml", shopEnvironment)
			status, said, complaint := s.replay("--env", "prod", "--base", "HEAD")
			table, remarks, _ := strings.Cut(said[strings.Index(said, "AGAINST"):], "\n\n")
			var sentences []string
			for line := range strings.Lines(remarks) {
				if line != "\n" && !strings.HasPrefix(line, " ") {
					sentences = append(sentences, strings.TrimSpace(line))
				}
			}
			if got := strings.Join(sentences, "\n"); status != exitOK || complaint != "" || got != test.want {
				t.Errorf("status %d, %s (- want, + got):\n%s", status, complaint, cmp.Diff(test.want, got))
			}
			if unindented := strings.ReplaceAll(remarks, "\n  ", "\n"); !strings.Contains(unindented, test.days) || !strings.Contains(table, test.column) {
				t.Errorf("no %q or %q in\n%s", test.days, test.column, said)
			}
		})
	}
	for name, want := range map[string]string{
		"infra/jobs.yaml":              "the files of HEAD: infra/jobs.yaml: the file does not exist; write it, or name another\n",
		"infra/environments/prod.yaml": "the files of HEAD: environment \"prod\" does not exist; write one of dev, or add infra/environments/prod.yaml\n",
	} {
		commit(now, shopEnvironment)
		inGit(t, "rm", "--quiet", "--cached", name)
		inGit(t, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=test")
		if status, _, complaint := s.replay("--env", "prod", "--base", "HEAD"); status != exitInvalid || complaint != want {
			t.Errorf("without %s: status %d, %s", name, status, complaint)
		}
	}
}

func inGit(t *testing.T, args ...string) {
	t.Helper()
	command := exec.Command("git", args...)
	command.Dir = ".."
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, said)
	}
}

func testBacktestOfWrongInput(t *testing.T, s shop) {
	inGit(t, "init", "--quiet")
	if err := os.Mkdir(filepath.Join("..", "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, "none.yaml", replayJobs("", ""))
	for _, test := range []struct {
		args   string
		status int
		want   string
	}{
		{"", exitInvalid, "which records? write --env prod, or --records with a folder that tally export made"},
		{"--records", exitInvalid, "flag needs an argument: --records"},
		{"--records ../empty", exitInvalid, "../empty has no folder counts; write one that tally export made"},
		{"--records RECORDS --from 2025-01-01 --to 2024-01-01", exitInvalid, "--from 2025-01-01 is not before 2024-01-01T15:00:00Z; write an earlier one"},
		{"--records RECORDS --from 2019-01-01 --to 2019-02-01", exitFailed,
			"no job that is checked or compared has a record of 2018-12-31 to 2019-02-01 15:00 (UTC); write --from and --to for another time"},
		{"daily-order --records RECORDS", exitInvalid, `there is no job "daily-order"; the jobs file has daily-orders, orders-log`},
		{"--records RECORDS --jobs none.yaml", exitInvalid, "there is nothing to judge by: no job is checked or compared; write checks into the jobs file"},
		{"--records RECORDS --env prot", exitInvalid, `environment "prot" does not exist; write one of dev, prod, or add infra/environments/prot.yaml`},
		{"--records RECORDS --base nowhere", exitInvalid, `git knows no commit "nowhere"; fetch it first (git fetch origin)`},
		{"--records RECORDS --base HEAD --jobs none.yaml", exitInvalid, "--base looks at the files of this tree only; leave --jobs and --environments out"},
		{"--records RECORDS --assembly cdk.out", exitInvalid, "--assembly is for the results bucket; leave it out with --records"},
	} {
		status, said, complaint := tally(append([]string{"backtest"}, strings.Fields(strings.ReplaceAll(test.args, "RECORDS", s.folder))...)...)
		if status != test.status || said != "" || complaint != test.want+"\n" {
			t.Errorf("%s: status %d, %s\ngot  %swant %s", test.args, status, said, complaint, test.want)
		}
	}
}

// A record that cannot be read is left out, with a warning, and so it is from baselines.
func testBacktestOfWhatIsBroken(t *testing.T, s shop) {
	small := shop{t, t.TempDir(), s.jobs}
	for _, day := range daysFrom(t, "2025-03-03", 5) {
		key := "counts/date=" + day + "/daily-orders-" + strings.ReplaceAll(day, "-", "") + "T1520Z.rev1.jsonl"
		content, err := os.ReadFile(filepath.Join(s.folder, key))
		if err != nil {
			t.Fatal(err)
		}
		small.write(key, content)
	}
	small.write("counts/date=2025-03-04/daily-orders-20250304T1520Z.rev1.jsonl", []byte("\x1b[31mno record"))
	small.write("counts/date=2025-03-05/notes.txt", []byte("mine"))
	write(t, "infra/jobs.yaml", replayJobs(strings.Replace(shopChecks, "same-weekday", "previous", 1), ""))
	status, said, complaint := small.replay("--json")
	var facts backtest
	if err := json.Unmarshal([]byte(said), &facts); status != exitOK || err != nil || facts.Checks[0].Judged != 4 || facts.Checks[1].NotEvaluated != 3 {
		t.Errorf("status %d (%v): %s", status, err, said)
	}
	if !strings.HasPrefix(complaint, "warning: 1 record left out, which cannot be read: the object is no record: read records/counts/date=2025-03-04/") || strings.Contains(complaint, "\x1b") {
		t.Errorf("it warns: %q", complaint)
	}
}
