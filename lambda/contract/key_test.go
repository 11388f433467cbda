package contract_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
)

func TestRecordKey(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	for _, test := range []struct {
		name, job string
		slot      time.Time
		revision  int
		want      string
	}{
		{"first", "daily-scans", slot, 1, "counts/date=2022-04-07/daily-scans-20220407T1455Z.rev1.jsonl"},
		{"repaired", "daily-scans", slot, 12, "counts/date=2022-04-07/daily-scans-20220407T1455Z.rev12.jsonl"},
		{"date in UTC", "daily-scans", time.Date(2022, 4, 8, 0, 5, 0, 0, seoul), 1, "counts/date=2022-04-07/daily-scans-20220407T1505Z.rev1.jsonl"},
		{"job of dashes", "a--b-", slot, 1, "counts/date=2022-04-07/a--b--20220407T1455Z.rev1.jsonl"},
		{"job that looks like a slot", "a-20220407", slot, 1, "counts/date=2022-04-07/a-20220407-20220407T1455Z.rev1.jsonl"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := contract.RecordKey(test.job, test.slot, test.revision)
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if prefix := contract.SlotPrefix(test.job, test.slot); !strings.HasPrefix(got, prefix) || !strings.HasPrefix(got, contract.RecordPrefix) {
				t.Errorf("%s does not start with %s and %s", got, prefix, contract.RecordPrefix)
			}
			if !strings.HasPrefix(got, contract.DayPrefix(test.slot)) {
				t.Errorf("%s does not start with %s", got, contract.DayPrefix(test.slot))
			}
			job, slot, revision, ok := contract.ParseRecordKey(got)
			if job != test.job || !slot.Equal(test.slot) || slot.Location() != time.UTC || revision != test.revision || !ok {
				t.Errorf("ParseRecordKey(%s) = %s, %s, %d, %t", got, job, slot, revision, ok)
			}
		})
	}
}

// Two jobs must not share a slot's prefix, or one would find the other's record.
func TestNoSlotPrefixStartsAnother(t *testing.T) {
	jobs := []string{"a", "a-b", "a-20220407T1455Z", "a-20220407t1455z", "a-2", "b"}
	for _, job := range jobs {
		key := contract.RecordKey(job, slot, 1)
		for _, other := range jobs {
			if strings.HasPrefix(key, contract.SlotPrefix(other, slot)) != (job == other) {
				t.Errorf("the key of %s and the prefix of %s: %s, %s", job, other, key, contract.SlotPrefix(other, slot))
			}
		}
	}
}

func TestParseRecordKeyRefusesOtherKeys(t *testing.T) {
	const day = "counts/date=2022-04-07/"
	for _, key := range []string{
		"", day, day + "a-20220407T1455Z.jsonl", day + "a-20220407T1455Z.rev.jsonl",
		day + "a-20220407T1455Z.rev0.jsonl", day + "a-20220407T1455Z.rev01.jsonl",
		day + "a-20220407T1455Z.rev-1.jsonl", day + "a-20220407T1455Z.rev1.jsonl.tmp",
		day + "a-20220407T1455Z.rev1.json", day + "a-20220407T1455Z.rev99999999999999999999.jsonl",
		day + "a-20220407T1455Z_rev1.jsonl", day + "-20220407T1455Z.rev1.jsonl", day + "20220407T1455Z.rev1.jsonl",
		day + "a-20220407T2455Z.rev1.jsonl", day + "a-20220407T1455.rev1.jsonl", day + "a-2022-04-07T14:55Z.rev1.jsonl",
		day + "b/a-20220407T1455Z.rev1.jsonl", "counts/a-20220407T1455Z.rev1.jsonl", "x/" + day + "a-20220407T1455Z.rev1.jsonl",
		"counts/date=2022-04-08/a-20220407T1455Z.rev1.jsonl", // of another day
		"counts/date=today/a-20220407T1455Z.rev1.jsonl",
	} {
		if job, slot, revision, ok := contract.ParseRecordKey(key); ok {
			t.Errorf("ParseRecordKey(%q) = %s, %s, %d; want none", key, job, slot, revision)
		}
	}
}

func TestRecountedKey(t *testing.T) {
	for _, test := range []struct{ job, age, want string }{
		{"daily-scans", "1d", "markers/recounted/date=2022-04-07/daily-scans-20220407T1455Z.1d"},
		{"a--b-", "12h", "markers/recounted/date=2022-04-07/a--b--20220407T1455Z.12h"},
		{"a-20220407T1455Z", "7d", "markers/recounted/date=2022-04-07/a-20220407T1455Z-20220407T1455Z.7d"},
	} {
		got := contract.RecountedKey(test.job, slot, test.age)
		job, at, age, ok := contract.ParseRecountedKey(got)
		if got != test.want || job != test.job || !at.Equal(slot) || age != test.age || !ok {
			t.Errorf("got %s, want %s; ParseRecountedKey gives %s, %s, %s, %t", got, test.want, job, at, age, ok)
		}
	}
	const day = "markers/recounted/date=2022-04-07/"
	for _, key := range []string{
		"", day, day + "a-20220407T1455Z", day + "a-20220407T1455Z.", day + "a-20220407T1455Z.1.d", day + "-20220407T1455Z.1d", day + "a-20220407T2455Z.1d",
		"markers/recounted/date=2022-04-08/a-20220407T1455Z.1d", "markers/told/date=2022-04-07/a-20220407T1455Z.1d", contract.RecordKey("a", slot, 1),
	} {
		if job, at, age, ok := contract.ParseRecountedKey(key); ok {
			t.Errorf("ParseRecountedKey(%q) = %s, %s, %s; want none", key, job, at, age)
		}
	}
}

func TestCheckKey(t *testing.T) {
	for _, test := range []struct {
		job      string
		revision int
		want     string
	}{
		{"daily-scans", 1, "checks/date=2022-04-07/daily-scans-20220407T1455Z.rev1.jsonl"},
		{"a--b-", 12, "checks/date=2022-04-07/a--b--20220407T1455Z.rev12.jsonl"},
		{"reconcile-a", 1, "checks/date=2022-04-07/reconcile-a-20220407T1455Z.rev1.jsonl"},
	} {
		got := contract.CheckKey(test.job, slot, test.revision)
		job, at, revision, ok := contract.ParseCheckKey(got)
		if got != test.want || job != test.job || !at.Equal(slot) || revision != test.revision || !ok {
			t.Errorf("got %s, want %s; ParseCheckKey gives %s, %s, %d, %t", got, test.want, job, at, revision, ok)
		}
		if !strings.HasPrefix(got, contract.ChecksDayPrefix(slot)) {
			t.Errorf("%s does not start with %s", got, contract.ChecksDayPrefix(slot))
		}
	}
	const day = "checks/date=2022-04-07/"
	for _, key := range []string{
		"", day, day + "a-20220407T1455Z.jsonl", day + "a-20220407T1455Z.rev0.jsonl", day + "a-20220407T1455Z.rev1.json",
		"checks/date=2022-04-08/a-20220407T1455Z.rev1.jsonl", "checks/counts/date=2022-04-07/a-20220407T1455Z.rev1.jsonl",
		contract.RecordKey("a", slot, 1), contract.ReconcileKey("a", slot, 1, 2),
	} {
		if job, at, revision, ok := contract.ParseCheckKey(key); ok {
			t.Errorf("ParseCheckKey(%q) = %s, %s, %d; want none", key, job, at, revision)
		}
	}
}

func TestReconcileKey(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	got := contract.ReconcileKey("orders", time.Date(2022, 4, 8, 0, 0, 0, 0, seoul), 1, 12)
	if want := "checks/date=2022-04-07/reconcile-orders-20220407T1500Z.rev1-12.jsonl"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, _, _, ok := contract.ParseRecordKey(strings.Replace(got, contract.ChecksPrefix, contract.RecordPrefix, 1)); ok {
		t.Errorf("%s looks like the key of a record", got)
	}
}

// The marker of a message that is due and that of one that went out have the same name.
func TestMarkersOfMessages(t *testing.T) {
	counted := slot.Add(30 * time.Hour) // on another UTC date than the slot
	for _, test := range []struct{ checks, want string }{
		{contract.CheckKey("a", slot, 2), "date=2022-04-08/a-20220407T1455Z.rev2"},
		{contract.ReconcileKey("a", slot, 2, 1), "date=2022-04-08/reconcile-a-20220407T1455Z.rev2-1"},
	} {
		due := contract.ToTellKey(counted, test.checks)
		if due != "markers/to-tell/"+test.want || !strings.HasPrefix(due, contract.ToTellPrefix(counted)) {
			t.Errorf("due is %s, want markers/to-tell/%s below %s", due, test.want, contract.ToTellPrefix(counted))
		}
		if told := contract.ToldKey(due); told != "markers/told/"+test.want || !strings.HasPrefix(told, contract.ToldPrefix(counted)) {
			t.Errorf("told is %s, want markers/told/%s below %s", told, test.want, contract.ToldPrefix(counted))
		}
	}
	for _, test := range []struct{ got, want string }{
		{contract.SummaryKey("prod", slot), "markers/summary/date=2022-04-07/prod-20220407T1455Z"},
		{contract.MessagesPrefix("prod", slot), "markers/messages/prod/20220407T1400Z/"},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}
