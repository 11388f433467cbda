package check_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

// "As usual again" is told once after failures, as soon as all that failed is known to pass.
func TestAsUsualAgain(t *testing.T) {
	const good, low, both = "paid=100 refunded=5", "paid=1 refunded=5", "paid=1 refunded=50"
	for _, test := range []struct {
		name string
		days []string
		want []string // of each day: fail, again, or nothing
	}{
		{"never failed", []string{good, good}, []string{"", ""}},
		{"once", []string{good, low, good, good}, []string{"", "fail", "again", ""}},
		{"after two failures", []string{low, low, good, good}, []string{"fail", "fail", "again", ""}},
		{"twice", []string{low, good, low, good}, []string{"fail", "again", "fail", "again"}},
		{"another check fails", []string{low, "paid=100 refunded=50", good}, []string{"fail", "fail", "again"}},
		{"one of two passes", []string{both, low, good}, []string{"fail", "fail", "again"}},
		{"after a day that could not be counted", []string{low, "paid=- refunded=5", good, good}, []string{"fail", "", "again", ""}},
		{"after several days that could not be counted", []string{low, "paid=- refunded=-", "paid=- refunded=-", "paid=- refunded=-", "paid=- refunded=-", good}, []string{"fail", "", "", "", "", "again"}},
		{"what failed cannot be counted, the rest passes", []string{low, "paid=- refunded=5", "paid=- refunded=5", good}, []string{"fail", "", "", "again"}},
		{"one of two cannot be counted", []string{both, "paid=100 refunded=-", good}, []string{"fail", "", "again"}},
		{"what passed cannot be counted", []string{low, "paid=100 refunded=-", good}, []string{"fail", "again", ""}},
		{"a day is missing", []string{low, "", good, good}, []string{"fail", "", "again", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, orders("{paid: {min: 100}, refunded: {max: 10}}"))
			var got []string
			for i, counts := range test.days {
				if counts != "" {
					w.judge(w.put("orders", slot(i+1), counts))
				}
				kind := ""
				for _, message := range w.topic.take() {
					kind += map[string]string{"check": "fail", "as-usual": "again"}[message.Attributes["kind"]]
				}
				got = append(got, kind)
			}
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Errorf("messages (-want +got):\n%s", difference)
			}
		})
	}
}

// The order of events makes no difference to what ended: the slot that is judged first after the
// failure says it, and no other one. What was filled in says nothing.
func TestAsUsualAgainInAnyOrder(t *testing.T) {
	for _, test := range []struct {
		order string // of the days; 24 fails, the others pass
		want  []string
	}{
		{"24 25 26 27", []string{"25"}},
		{"24 26 25 27", []string{"26"}},
		{"25 24 26 27", []string{"26"}},
		{"25 26 24 27", []string{"27"}},
		{"24 23 26 25", []string{"26"}},
		{"24 22 25", []string{"25"}}, // 22 is filled in, and is before
		{"24 28 25", []string{"25"}}, // 28 is filled in
		{"24 28 29", []string{"29"}},
		{"25 24 25 26", []string{"25"}}, // its event comes twice
	} {
		w := newWorld(t, orders("{paid: {min: 100}}"))
		w.now = mustTime(t, slot(29)).Add(time.Minute)
		keys := map[string]string{}
		for _, day := range strings.Fields(test.order) {
			number, _ := strconv.Atoi(day)
			counts, of := "paid=100", contract.OriginSweep
			if number == 24 {
				counts = "paid=1"
			}
			if number == 22 || number == 28 {
				of = contract.OriginBackfill
			}
			if keys[day] == "" {
				keys[day] = w.put("orders", slot(number), counts, origin(of), w.countedAt(w.now.Format(time.RFC3339)))
			}
			w.judge(keys[day])
		}
		var got []string
		for _, message := range w.topic.take() {
			if day, found := strings.CutSuffix(message.Subject, " Nov: as usual again"); found {
				got = append(got, day[len(day)-2:])
			}
		}
		if difference := cmp.Diff(test.want, got); difference != "" {
			t.Errorf("%s: days that are as usual again (-want +got):\n%s", test.order, difference)
		}
		w.sweep(time.Hour)
		w.says()
	}
}

// Whatever the order of events: a failure ends at most once, and never before it was judged. It
// does if some slot behind it, before the next failure, is news and is judged after it.
func TestEachFailureEndsOnce(t *testing.T) {
	const days = 9
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 16))
		w := newWorld(t, orders("{paid: {min: 100}}"))
		w.now = mustTime(t, slot(days)).Add(time.Minute)
		var fails, news [days]bool
		judged, order := [days]int{}, random.Perm(days)
		ended := map[int]int{} // days after which all is as usual again: how often
		for turn, day := range order {
			fails[day], news[day], judged[day] = random.IntN(3) == 0, random.IntN(4) > 0, turn
			counts, of := "paid=100", contract.OriginSweep
			if fails[day] {
				counts = "paid=1"
			}
			if !news[day] {
				of = contract.OriginBackfill
			}
			record := w.put("orders", slot(day+1), counts, origin(of), w.countedAt(w.now.Format(time.RFC3339)))
			for range 1 + random.IntN(2) {
				w.judge(record)
			}
			for range w.topic.take() {
				if fails[day] {
					continue
				}
				before := day - 1 // the last failure that is known
				for !fails[before] || judged[before] >= turn || !slices.Contains(order[:turn], before) {
					before--
				}
				ended[before]++
			}
		}
		for day := range days {
			must := false
			for after := day + 1; fails[day] && after < days && !fails[after]; after++ {
				must = must || news[after] && judged[after] > judged[day]
			}
			if ended[day] > 1 || must && ended[day] != 1 {
				t.Errorf("seed %d: day %d ends %d times (order %v, fails %v, news %v)", seed, day, ended[day], order, fails, news)
			}
		}
	}
}

// A recount that passes says nothing of today. So the next day is the one that is as usual again.
func TestARecountDoesNotSayAsUsualAgain(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	w.judge(w.put("orders", slot(26), "paid=1"))
	w.says("prod: orders, Thu 26 Nov: paid 1, below min 100")
	w.judge(w.put("orders", slot(26), "paid=100", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-28T00:00Z")))
	w.sweep(time.Hour)
	w.says()
	w.judge(w.put("orders", slot(27), "paid=100"))
	w.says("prod: orders, Fri 27 Nov: as usual again")
}

// Months are looked back, too: a job of the first day of the month is as usual again a month later.
func TestAsUsualAgainAfterAMonth(t *testing.T) {
	monthly := file(`  - name: orders
    schedule: cron(20 0 1 * ? *)
    source: {database: app, table: orders}
    window: {span: previous-month, column: at}
    checks: {total: {min: 1}}
`)
	w := newWorld(t, monthly)
	w.judge(w.put("orders", "2026-10-01T00:20Z", "total=0"))
	w.judge(w.put("orders", "2026-11-01T00:20Z", "total=1"))
	w.says("prod: orders, Wed 30 Sep: total 0, below min 1", "prod: orders, Sat 31 Oct: as usual again")
}

// Without events a sweep judges the records of an hour, as if they had come one by one.
func TestASweepSaysAsUsualAgainOnce(t *testing.T) {
	w := newWorld(t, file(`  - name: orders
    schedule: cron(0/5 * * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-hour, column: at}
    checks: {total: {min: 1}}
`))
	for i, number := range []int{1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1} {
		w.put("orders", mustTime(t, "2026-11-28T10:00Z").Add(time.Duration(5*i)*time.Minute).Format(time.RFC3339), fmt.Sprintf("total=%d", number))
	}
	w.sweep(10 * time.Minute)
	w.says(
		"prod: orders, Sat 28 Nov 10:05: total 0, below min 1", "prod: orders, Sat 28 Nov 10:10: total 0, below min 1", "prod: orders, Sat 28 Nov 10:15: as usual again",
		"prod: orders, Sat 28 Nov 10:35: total 0, below min 1", "prod: orders, Sat 28 Nov 10:40: as usual again",
	)
}

// What a recount found of a day that has passed did not begin a failure, so that none ends.
func TestARecountBeginsNoFailure(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}"))
	w.judge(w.put("orders", slot(26), "paid=100"))
	w.judge(w.put("orders", slot(26), "paid=1", revision(2), origin(contract.OriginRecount), w.countedAt("2026-11-27T12:00Z")))
	w.sweep(time.Hour)
	w.says("prod: orders, Thu 26 Nov: paid 1, below min 100")
	w.judge(w.put("orders", slot(27), "paid=100"))
	w.says()
}
