package faults_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/test/faults"
)

// row is one order: of a table, and of a log.
type row struct {
	At     time.Time `json:"at"`
	Shop   string    `json:"shop"`
	Status string    `json:"status"`
}

// randomRows are some orders between two times. Some are exactly at full hours.
func randomRows(random *rand.Rand, n int, from, to time.Time) []row {
	rows := make([]row, n)
	for i := range rows {
		at := from.Add(time.Duration(random.Int64N(int64(to.Sub(from))))).Truncate(time.Millisecond)
		if random.IntN(8) == 0 {
			at = at.Truncate(time.Hour)
		}
		rows[i] = row{At: at, Shop: faults.Pick(random, "a", "b", "c"), Status: faults.Pick(random, "paid", "paid", "refunded", "open")}
	}
	return rows
}

// counted is the oracle: what a record of the rows in [from, to) should say. Each case of the job
// has the name of the status that it counts.
func counted(rows []row, from, to time.Time, j job.Job) map[string]int64 {
	cases := append(j.Cases.Keys(), "other", "total")
	counts := map[string]int64{}
	for _, name := range cases {
		counts[name] = 0
	}
	for _, r := range rows {
		if r.At.Before(from) || !r.At.Before(to) {
			continue
		}
		in := "other"
		if slices.Contains(j.Cases.Keys(), r.Status) {
			in = r.Status
		}
		counts[in]++
		counts["total"]++
		if len(j.GroupBy) == 0 {
			continue
		}
		for _, name := range cases {
			counts[name+" shop="+r.Shop] += 0
		}
		counts[in+" shop="+r.Shop]++
		counts["total shop="+r.Shop]++
	}
	return counts
}

// table is a source that counts rows as a database does. It is no part of what is judged.
type table struct {
	rows func() []row
	now  func() time.Time
}

func (t table) Count(_ context.Context, query count.Query) (count.Result, error) {
	// Without a window it counts the state of the last half hour.
	from, to := time.Time{}, t.now().Truncate(30*time.Minute)
	if query.Window != nil {
		from, to = query.Window.From, query.Window.To
	}
	sheet, cases := count.NewSheet(query.Job), query.Job.Cases.Keys()
	for _, r := range t.rows() {
		if r.At.Before(from) || !r.At.Before(to) {
			continue
		}
		counts := [][]int64{sheet.All}
		if len(query.Job.GroupBy) > 0 {
			group, err := sheet.Group([]*string{&r.Shop})
			if err != nil {
				return count.Result{}, err
			}
			counts = append(counts, group)
		}
		at := slices.Index(cases, r.Status)
		if at < 0 {
			at = len(cases) // other
		}
		for _, each := range counts {
			each[at]++
			each[len(cases)+1]++ // total
		}
	}
	return count.Result{Counts: sheet.Lines()}, nil
}

// logOf is the rows as objects of a log: some objects for each day, by key.
func logOf(rows []row, name string) (map[string][]byte, error) {
	objects := map[string][]byte{}
	for i, r := range rows {
		line, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		key := fmt.Sprintf("log/%s/%s-%d.jsonl", r.At.UTC().Format("2006/01/02"), name, i%3)
		objects[key] = append(append(objects[key], line...), '\n')
	}
	return objects, nil
}
