package athenasource

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
)

// How long after the last try a query that failed is tried again, but for the first time, which the
// next run does at once. A query that read nothing cost nothing: the next sweep tries it again, and
// later ones ever more rarely, as a run asks for every attempt that there was.
const (
	againAfter     = 24 * time.Hour
	freeAgainAfter = 30 * time.Minute // doubled with each attempt
)

// once runs the statement of a slot, or joins the query that another run started for it, and
// reads its counts.
//
// Athena gives every request with the same token the same query, also one that has failed. So
// the token has the number of the attempt. The attempts that there were are found by asking for
// one after the other.
func (r *run) once(ctx context.Context, st statement.Statement) (*count.Sheet, execution, error) {
	for attempt := 0; ; attempt++ {
		id, now, err := r.start(ctx, st.Text, r.token(st.Text, attempt))
		if err != nil {
			return nil, execution{}, err
		}
		made, err := r.end(ctx, id)
		if err == nil {
			err = made.failure()
		}
		var sheet *count.Sheet
		if err == nil {
			sheet, err = r.read(ctx, id, st)
		}
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, made, r.unended(id)
		case err == nil || !mayEndOtherwise(err) || !made.isOld(now, attempt):
			return sheet, made, err
		}
	}
}

// isOld tells whether a query was there before this run, which asked for it at a time of
// Athena's clock, and whether it is time for another attempt.
func (e execution) isOld(asked time.Time, attempt int) bool {
	age := asked.Sub(e.Status.SubmissionDateTime.time())
	if attempt == 0 {
		return age > 2*time.Second // the time has whole seconds
	}
	pause := againAfter
	if e.Statistics.DataScannedInBytes == 0 && attempt < 7 {
		pause = min(pause, freeAgainAfter<<(attempt-1))
	}
	return age >= pause
}

// token identifies an attempt to count what the run counts, as 64 hexadecimal digits.
func (r *run) token(sql string, attempt int) string {
	parts, err := json.Marshal([]string{
		sql, r.at.Database, r.at.Catalog, r.at.Workgroup,
		r.options.Environment, r.query.Job.Name, r.query.Slot.UTC().Format(time.RFC3339), r.query.Purpose, strconv.Itoa(attempt),
	})
	if err != nil {
		panic("texts are not JSON: " + err.Error())
	}
	sum := sha256.Sum256(parts)
	return hex.EncodeToString(sum[:])
}

// read puts the rows of a statement's result on a sheet.
func (r *run) read(ctx context.Context, id string, st statement.Statement) (*count.Sheet, error) {
	sheet := count.NewSheet(r.query.Job)
	numbers := make([]int64, len(st.Measures))
	for row, err := range r.rows(ctx, id) {
		if err != nil {
			return nil, expired(err)
		}
		ofAll := st.Groups == 0
		if st.Totals {
			mark, rest := row[0], row[1:]
			ofAll, row = mark != nil && *mark == "1", rest
		}
		if len(row) != st.Groups+len(numbers) {
			return nil, fmt.Errorf("a row of query %s has %d values, want %d", id, len(row), st.Groups+len(numbers))
		}
		for i, text := range row[st.Groups:] {
			if text == nil {
				return nil, errors.New("a count is NULL")
			}
			if numbers[i], err = strconv.ParseInt(*text, 10, 64); err != nil {
				return nil, fmt.Errorf("a count is no number: %w", err)
			}
		}
		if err := st.Add(sheet, ofAll, row[:st.Groups], numbers); err != nil {
			return nil, err
		}
	}
	return sheet, nil
}

// fresh runs a statement that reads no data, by a query of its own, and returns it.
func (r *run) fresh(ctx context.Context, sql string) (execution, error) {
	id, _, err := r.start(ctx, sql, newToken())
	if err != nil {
		return execution{}, err
	}
	made, err := r.end(ctx, id)
	switch {
	case err != nil && ctx.Err() != nil:
		r.stop(id) // nobody else has its token
		return made, r.unended(id)
	case err != nil:
		return made, err
	}
	return made, made.failure()
}
