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
			if revision, ok := contract.RevisionOf(got); revision != test.revision || !ok {
				t.Errorf("RevisionOf(%s) = %d, %t", got, revision, ok)
			}
		})
	}
}

// Two jobs must not share a slot's prefix, or one would find the other's record.
func TestSlotPrefixesAreApart(t *testing.T) {
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

func TestRevisionOfRefusesOtherKeys(t *testing.T) {
	for _, key := range []string{
		"", "counts/date=2022-04-07/a-20220407T1455Z.jsonl", "counts/date=2022-04-07/a-20220407T1455Z.rev.jsonl",
		"counts/date=2022-04-07/a-20220407T1455Z.rev0.jsonl", "counts/date=2022-04-07/a-20220407T1455Z.rev01.jsonl",
		"counts/date=2022-04-07/a-20220407T1455Z.rev-1.jsonl", "counts/date=2022-04-07/a-20220407T1455Z.rev1.jsonl.tmp",
		"counts/date=2022-04-07/a-20220407T1455Z.rev1.json", "counts/date=2022-04-07/a-20220407T1455Z.rev99999999999999999999.jsonl",
	} {
		if revision, ok := contract.RevisionOf(key); ok {
			t.Errorf("RevisionOf(%q) = %d, want none", key, revision)
		}
	}
}
