package sweep

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Deployed is one entry of the schedule history: the jobs that a sweep saw first at that
// time. It is stored as schedules/<environment>/<number>.json and never changes.
type Deployed struct {
	Time  time.Time   `json:"time"`
	Stack string      `json:"stack"` // the id of the stack that the jobs are of
	Jobs  []Scheduled `json:"jobs"`  // by name
	// LastSeen is the last slot for which the stack before this one made a record: it may have
	// been deleted right afterwards. Only an entry has it whose predecessor is of another
	// stack.
	LastSeen *time.Time `json:"last_seen,omitempty"`
}

// Scheduled is a job with its schedule.
type Scheduled struct {
	Name     string `json:"name"`
	Schedule string `json:"schedule"`           // canonical
	Timezone string `json:"timezone,omitempty"` // IANA; empty is UTC
	// Since is when the schedule began, where that was before the entry. Only the first
	// entry of an environment has it.
	Since *time.Time `json:"since,omitempty"`
}

// same tells whether two jobs have one schedule, whenever it began.
func same(a, b Scheduled) bool {
	a.Since, b.Since = nil, nil
	return a == b
}

// scheduled are the jobs of the file as the history has them.
func scheduled(file job.File) []Scheduled {
	jobs := make([]Scheduled, 0, len(file.Jobs))
	for _, j := range file.Jobs {
		jobs = append(jobs, Scheduled{Name: j.Name, Schedule: j.Cron.Canonical(), Timezone: j.EventTimezone()})
	}
	slices.SortFunc(jobs, func(a, b Scheduled) int { return strings.Compare(a.Name, b.Name) })
	return jobs
}

// entryKey is the key of an entry. Six digits keep the order of S3's listings; numbers begin
// with 1.
func entryKey(environment string, number int) string {
	return fmt.Sprintf("%s%06d.json", contract.SchedulesPrefix(environment), number)
}

// history returns the entries that the slots from a time on depend on, the earliest first.
// The last one says what is deployed now: if the stack, jobs, schedules or zones are others
// than the history's last, it is added.
func (s *Sweeper) history(ctx context.Context, stored records, from, now time.Time) ([]Deployed, error) {
	for {
		entries, last, err := ReadHistory(ctx, s.Store, s.Environment, from)
		if err != nil {
			return nil, err
		}
		current := Deployed{Time: now, Stack: s.Stack, Jobs: scheduled(s.Jobs)}
		if len(entries) == 0 {
			if current.Jobs, err = s.firstJobs(ctx, stored, from, now); err != nil {
				return nil, fmt.Errorf("find out when the schedules began: %w", err)
			}
		} else {
			latest := entries[len(entries)-1]
			if latest.Time.After(now) { // this sweep began before a deploy
				return entries, nil
			}
			if latest.Stack != current.Stack {
				until := now
				if created, known := createdAt(s.Stack); known {
					until = created // the records since then are of this stack
				}
				seen := later(latest.Time, stored.lastBefore(until))
				current.LastSeen = &seen
			} else if slices.EqualFunc(latest.Jobs, current.Jobs, same) {
				return entries, nil
			}
		}
		created, err := s.Store.CreateJSON(ctx, entryKey(s.Environment, last+1), current)
		if err != nil {
			return nil, fmt.Errorf("add to the schedule history: %w", err)
		}
		if created {
			return append(entries, current), nil
		}
		// Another sweep was faster: it has added what is deployed now, or what was before.
	}
}

// gregorian is the beginning of 1970 in the time of UUIDs: 100 ns since 15 October 1582.
const gregorian = 0x01B21DD213814000

// createdAt is when a stack was created. CloudFormation's ids end with a UUID of version 1,
// which holds that time (RFC 9562). AWS does not promise it: ok is false for any other id.
func createdAt(stack string) (at time.Time, ok bool) {
	parts := strings.Split(stack[strings.LastIndexByte(stack, '/')+1:], "-")
	if len(parts) != 5 || len(parts[0]) != 8 || len(parts[1]) != 4 || len(parts[2]) != 4 || parts[2][0] != '1' {
		return time.Time{}, false
	}
	ticks, err := strconv.ParseInt(parts[2][1:]+parts[1]+parts[0], 16, 64)
	if err != nil || ticks < gregorian {
		return time.Time{}, false
	}
	return time.Unix(0, (ticks-gregorian)*100).UTC(), true
}

// HistoryStore holds the schedule history.
type HistoryStore interface {
	// Keys lists the keys with a prefix, ordered.
	Keys(ctx context.Context, prefix string) ([]string, error)
	// ReadJSON decodes an object into a value.
	ReadJSON(ctx context.Context, key string, into any) error
}

// ReadHistory reads an environment's history back to the entry that was in force at a time,
// the earliest first. last is the highest number; 0 if no sweep has run.
func ReadHistory(ctx context.Context, store HistoryStore, environment string, from time.Time) (entries []Deployed, last int, err error) {
	keys, err := store.Keys(ctx, contract.SchedulesPrefix(environment))
	if err != nil {
		return nil, 0, fmt.Errorf("list the schedule history: %w", err)
	}
	for _, key := range slices.Backward(keys) {
		number := 0
		if _, err := fmt.Sscanf(strings.TrimPrefix(key, contract.SchedulesPrefix(environment)), "%06d.json", &number); err != nil || entryKey(environment, number) != key {
			continue // not ours
		}
		var entry Deployed
		if err := store.ReadJSON(ctx, key, &entry); err != nil {
			return nil, 0, fmt.Errorf("read the schedule history: %w", err)
		}
		last = max(last, number)
		entries = append(entries, entry)
		if !entry.Time.After(from) {
			break
		}
	}
	slices.Reverse(entries)
	return entries, last, nil
}
