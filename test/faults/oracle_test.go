package faults_test

import (
	"strings"
	"testing"
	"time"

	"tally/test/faults"
)

const stored = `{"job":"orders","case_name":"paid","groups":{},"count":2,"status":"ok","scheduled_time":"2024-02-29T01:00:00Z","window_from":"2024-02-29T00:00:00Z","window_to":"2024-02-29T01:00:00Z","revision":1}
{"job":"orders","case_name":"paid","groups":{"shop":"a"},"count":2,"status":"ok","scheduled_time":"2024-02-29T01:00:00Z","window_from":"2024-02-29T00:00:00Z","window_to":"2024-02-29T01:00:00Z","revision":1}
`

// The oracle finds each kind of fault: what it never finds, no campaign can.
func TestOracleFindsEachFault(t *testing.T) {
	slot := time.Date(2024, 2, 29, 1, 0, 0, 0, time.UTC)
	key := faults.Key("orders", slot, 1)
	wanted := faults.Wanted{key: {From: slot.Add(-time.Hour), To: slot, Counts: map[string]int64{"paid": 2, "paid shop=a": 2}}}
	for _, test := range []struct {
		name                 string
		objects              map[string]string
		lost, doubled, wrong int
	}{
		{"all is well", map[string]string{key: stored, "checks/x": "not a record"}, 0, 0, 0},
		{"lost", map[string]string{}, 1, 0, 0},
		{"doubled", map[string]string{key: stored, faults.Key("orders", slot, 2): stored}, 0, 1, 0},
		{"invented", map[string]string{key: stored, faults.Key("orders", slot.Add(time.Hour), 1): stored}, 0, 1, 0},
		{"a line twice", map[string]string{key: stored + strings.SplitAfter(stored, "\n")[0]}, 0, 1, 0},
		{"wrong count", map[string]string{key: strings.Replace(stored, `"count":2`, `"count":3`, 1)}, 0, 0, 1},
		{"no count", map[string]string{key: strings.Replace(stored, `"count":2,"status":"ok"`, `"count":null,"status":"missed"`, 1)}, 0, 0, 1},
		{"a line is missing", map[string]string{key: strings.SplitAfter(stored, "\n")[0]}, 0, 0, 1},
		{"of another slot", map[string]string{key: strings.ReplaceAll(stored, "T01:00:00Z\",\"window_from", "T02:00:00Z\",\"window_from")}, 0, 0, 2},
		{"another window", map[string]string{key: strings.Replace(stored, "T00:00:00Z", "T00:30:00Z", 1)}, 0, 0, 1},
		{"broken off", map[string]string{key: stored[:len(stored)-9]}, 0, 0, 1},
		{"empty", map[string]string{key: ""}, 0, 0, 1},
	} {
		objects := map[string][]byte{}
		for key, content := range test.objects {
			objects[key] = []byte(content)
		}
		got := wanted.Compare(objects)
		if len(got.Lost) != test.lost || len(got.Doubled) != test.doubled || len(got.Wrong) != test.wrong {
			t.Errorf("%s: found %+v", test.name, got)
		}
	}
}

func TestSeenFindsWhatChangesOrGoes(t *testing.T) {
	var seen faults.Seen
	look := func(objects map[string][]byte) faults.Verdict { return seen.Look(objects) }
	if v := look(map[string][]byte{"a": []byte("1"), "b": []byte("2")}); v.Bad() {
		t.Errorf("at first: %+v", v)
	}
	if v := look(map[string][]byte{"a": []byte("1"), "b": []byte("2"), "c": nil}); v.Bad() {
		t.Errorf("nothing has changed: %+v", v)
	}
	if v := look(map[string][]byte{"a": []byte("9"), "c": nil}); len(v.Wrong) != 1 || len(v.Lost) != 1 {
		t.Errorf("one has changed, one has gone: %+v", v)
	}
}
