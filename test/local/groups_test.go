package local_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/test/local"
)

// yesterday is the day that jobs of the night after count: 7 April in Seoul.
var (
	yesterdayFrom = time.Date(2022, 4, 7, 0, 0, 0, 0, local.Seoul)
	yesterdayTo   = yesterdayFrom.AddDate(0, 0, 1)
)

// testGroupedJobs fires one job of each kind that has groups, and the one that Athena counts. Each count is held
// against a loop over the sample, which shares no code with the counter.
func testGroupedJobs(t *testing.T, system *local.System) {
	for _, test := range []struct {
		job string
		at  time.Time
		// want are the counts by group ("" for all) and case.
		want map[string]int64
	}{
		{"daily-patients", yesterdayTo.Add(15 * time.Minute), patientsByLoop()},
		{"daily-uploads", yesterdayTo.Add(10 * time.Minute), uploadsByLoop()},
		{"daily-orders-log", yesterdayTo.Add(20 * time.Minute), ordersByLoop()},
		{"daily-events", yesterdayTo.Add(90 * time.Minute), eventsByLoop()},
	} {
		t.Run(test.job, func(t *testing.T) {
			answer, err := system.Fire(t.Context(), test.job, test.at)
			if err != nil {
				t.Fatal(err)
			}
			object, err := system.S3.Object(system.Bucket, answer.Key)
			if err != nil {
				t.Fatal(err)
			}
			stored, err := contract.DecodeAll(bytes.NewReader(object))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int64{}
			for _, record := range stored {
				group := ""
				for _, value := range record.Groups { // there is one column
					group = *value
				}
				got[group+" "+record.CaseName] = *record.Count
			}
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Errorf("counts (- loop, + stored):\n%s", difference)
			}
			if difference := cmp.Diff(contract.OfAllRows(stored), answer.Records); difference != "" {
				t.Errorf("the answer is not what is stored of all rows (- object, + answer):\n%s", difference)
			}
		})
	}
}

// patientsByLoop counts the distinct patients of each clinic.
func patientsByLoop() map[string]int64 {
	seen := map[string]map[int]bool{}
	note := func(group, name string, patient int) {
		key := group + " " + name
		if seen[key] == nil {
			seen[key] = map[int]bool{}
		}
		seen[key][patient] = true
	}
	for i := range local.SampleRows {
		scan := local.SampleScan(i)
		if scan.CreatedAt.Before(yesterdayFrom) || !scan.CreatedAt.Before(yesterdayTo) {
			continue
		}
		name := map[string]string{"normal": "normal", "": "unread"}[scan.Result]
		if name == "" {
			name = "other"
		}
		for _, group := range []string{"", fmt.Sprint(scan.Clinic)} {
			note(group, name, scan.Patient)
			note(group, "total", scan.Patient)
		}
	}
	counts := map[string]int64{}
	for key, patients := range seen {
		counts[key] = int64(len(patients))
	}
	return counts
}

func uploadsByLoop() map[string]int64 {
	counts := map[string]int64{}
	for _, upload := range local.SampleUploads() {
		if upload.Day != 7 {
			continue
		}
		jpeg, large := strings.HasSuffix(upload.Key, ".jpg"), upload.Size > 3000
		addTo(counts, strings.Split(upload.Key, "/")[4], map[string]bool{"jpeg": jpeg, "large": large, "other": !jpeg && !large, "total": true})
	}
	return counts
}

func ordersByLoop() map[string]int64 {
	counts := map[string]int64{}
	for _, order := range local.SampleOrders() {
		if order.OrderedAt.Before(yesterdayFrom) || !order.OrderedAt.Before(yesterdayTo) {
			continue
		}
		addTo(counts, order.Channel, map[string]bool{
			"paid": order.Status == "paid", "refunded": order.Status == "refunded", "other": order.Status == "open", "total": true,
		})
	}
	return counts
}

func eventsByLoop() map[string]int64 {
	counts := map[string]int64{}
	for _, event := range local.SampleEvents() {
		if event.At.Before(yesterdayFrom) || !event.At.Before(yesterdayTo) {
			continue
		}
		clicked, large := event.Kind == "click", event.Amount >= 100
		for name, matched := range map[string]bool{"clicks": clicked, "large": large, "other": !clicked && !large, "total": true} {
			counts[" "+name] += map[bool]int64{true: 1}[matched]
		}
	}
	return counts
}

// addTo counts one thing, for its group and for all.
func addTo(counts map[string]int64, group string, matches map[string]bool) {
	for name, matched := range matches {
		for _, group := range []string{"", group} {
			counts[group+" "+name] += map[bool]int64{true: 1}[matched]
		}
	}
}
