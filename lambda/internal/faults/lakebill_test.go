package faults_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/test/faults"
	"tally/test/local"
)

const (
	resultLife = 24 * time.Hour // of a result that nobody reads
	mostGone   = 2              // such results of one count, after which a person has to look
)

// queries are those that count, in the order of their beginning.
func (l *lake) queries() (all []local.AthenaExecution) {
	for _, query := range l.cloud.Athena.Executions() {
		if strings.Contains(query.SQL, "COUNT(") {
			all = append(all, query)
		}
	}
	slices.SortStableFunc(all, func(a, b local.AthenaExecution) int { return a.Submitted.Compare(b.Submitted) })
	return all
}

// queriesOf are the queries that count a slot, as the invocations say that began them.
func (l *lake) queriesOf(job string, slot time.Time) (all []local.AthenaExecution) {
	for _, query := range l.queries() {
		if caller, _ := l.callers.Load(query.Token); caller == callerOf(job, slot) {
			all = append(all, query)
		}
	}
	return all
}

// until are the queries that began before a time.
func until(end time.Time, queries []local.AthenaExecution) (all []local.AthenaExecution) {
	for _, query := range queries {
		if query.Submitted.Before(end) {
			all = append(all, query)
		}
	}
	return all
}

// isPaid tells whether a query is on the bill: one that failed is not.
func isPaid(query local.AthenaExecution) bool { return query.State != "FAILED" && query.Bytes > 0 }

// bill holds queries against so many counts that somebody asked for. Each is paid for once, and
// again only if the result of an earlier query is gone.
func (l *lake) bill(about string, queries []local.AthenaExecution, counts int) {
	var paid []local.AthenaExecution
	gone := 0
	for _, query := range queries {
		if !isPaid(query) {
			continue
		}
		if slices.ContainsFunc(paid, func(before local.AthenaExecution) bool {
			return before.State == "SUCCEEDED" && query.Submitted.Sub(before.Completed) >= resultLife
		}) {
			gone++
		}
		paid = append(paid, query)
	}
	if allowed := counts + min(gone, mostGone*counts); len(paid) > allowed {
		l.run.Doubled = append(l.run.Doubled, fmt.Sprintf("%s: %d queries are paid for, at most %d should be:%s", about, len(paid), allowed, shownQueries(queries)))
	}
}

func shownQueries(queries []local.AthenaExecution) (text string) {
	for _, query := range queries {
		text += fmt.Sprintf("\n      %s to %s: %s, %d bytes, %s", query.Submitted.Format(time.RFC3339), query.Completed.Format(time.RFC3339), query.State, query.Bytes, query.Reason)
	}
	return text
}

// attempts holds the queries of a slot against when another one may follow one that failed: the
// next run may follow the first, then one after half an hour, one after an hour, and so on. None
// follows one that would fail again.
func (l *lake) attempts(about string, queries []local.AthenaExecution) {
	for i := 1; i < len(queries); i++ {
		before, wait := queries[i-1], 2*time.Second
		if i > 1 {
			wait = 30 * time.Minute << (i - 2)
		}
		if isFinal(before) || queries[i].Submitted.Sub(before.Submitted) < wait {
			l.run.Wrongf("%s: query %d should not have begun:%s", about, i+1, shownQueries(queries))
			return
		}
	}
}

// wantsPerson tells whether a slot waits for a backfill by a person: another query would fail
// again, or too many results are gone.
func (l *lake) wantsPerson(job string, slot time.Time) bool {
	succeeded := 0
	for _, query := range l.queriesOf(job, slot) {
		if isFinal(query) {
			return true
		}
		if query.State == "SUCCEEDED" {
			succeeded++
		}
	}
	return succeeded > mostGone
}

// inTime sees that the records of states were counted by queries that began in time.
func (l *lake) inTime() {
	for key, record := range l.wanted {
		if _, slot, _, _ := contract.ParseRecordKey(key); record.MaybeMissed {
			if at := l.countedAt("open", slot); at.Sub(slot) > 10*time.Minute {
				l.run.Wrongf("%s was counted at %s", key, at)
			}
		}
	}
}

// countedAt is when the first record of a slot was counted; zero if it was not.
func (l *lake) countedAt(job string, slot time.Time) time.Time {
	var line struct {
		Status    string    `json:"status"`
		CountedAt time.Time `json:"counted_at"`
	}
	object, err := l.server.Object(results, faults.Key(job, slot, 1))
	if err != nil || json.NewDecoder(bytes.NewReader(object)).Decode(&line) != nil || line.Status != "ok" {
		return time.Time{}
	}
	return line.CountedAt
}
