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

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
)

// once runs the statement of a slot, or joins the query that another run started for it, and
// reads its counts.
//
// Athena gives every request with the same token the same query, also one that has failed. So
// the token has the number of the attempt. The attempts that there were are found by asking for
// one after the other.
func (r *run) once(ctx context.Context, st statement.Statement) (*count.Sheet, execution, error) {
	for attempt, gone := 0, 0; ; attempt++ {
		id, now, err := r.start(ctx, st.Text, r.token(st.Text, attempt))
		if err != nil {
			return nil, execution{}, err
		}
		query, err := r.end(ctx, id)
		age := now.Sub(query.Status.SubmissionDateTime.time())
		if err == nil {
			err = r.tooLate(query)
		}
		if err == nil {
			err = query.failure()
		}
		var sheet *count.Sheet
		if err == nil {
			sheet, err = r.read(ctx, id, st)
			err = lateResult(err, age >= resultLife)
		}
		failed, again := errors.AsType[*queryError](err)
		if again && age >= fresh {
			failed.throttled = false // in err, too: an old query does not say how busy Athena is now
		}
		again = again && !failed.final && age >= mayRetryAfter(attempt)
		switch {
		case err == nil:
			return sheet, query, nil
		case ctx.Err() != nil:
			return nil, query, r.unended(id)
		case !again:
			return nil, query, err
		}
		if query.Status.State == succeeded {
			if gone++; gone > mostGone {
				return nil, query, count.Permanentf("query %s and others before it succeeded, and no run stored what they counted; look into the counter's log for why, then tally backfill counts the slot", id)
			}
		}
	}
}

const (
	// fresh is how old a query may be that this run started: Athena's time has whole seconds.
	fresh = 2 * time.Second
	// firstRetry is how long after a second attempt the next one may come. It doubles with each
	// attempt up to lastRetry, as a run asks for all that there were. Failed queries cost
	// nothing (Athena pricing).
	firstRetry = 30 * time.Minute
	lastRetry  = 24 * time.Hour
	// resultLife is how long Athena keeps results.
	resultLife = 24 * time.Hour
	// mostGone is how many results of a slot may expire, which were all paid for.
	mostGone = 2
)

// mayRetryAfter is the age from which on another attempt may follow one that failed. The first is
// followed by the next run, whenever that comes.
func mayRetryAfter(attempt int) time.Duration {
	if attempt == 0 {
		return fresh
	}
	return min(firstRetry<<min(attempt-1, 6), lastRetry)
}

// tooLate is an error for a query of the current state that began too long after its slot: it
// counts another state.
func (r *run) tooLate(query execution) error {
	begun, slot := query.Status.SubmissionDateTime.time(), r.query.Slot
	if r.query.Window != nil || !r.query.JoinOnly || begun.Sub(slot) <= contract.LateAfter {
		return nil
	}
	r.stop(query.ID)
	return &count.Failure{Permanent: true, Err: fmt.Errorf("%w: no query of the slot began in time", count.ErrTooLate)}
}

// token identifies an attempt to count what the run counts, as 64 hexadecimal digits.
func (r *run) token(sql string, attempt int) string {
	parts, _ := json.Marshal([]string{ // texts always have a JSON
		sql, r.at.Database, r.at.Catalog, r.at.Workgroup,
		r.options.Environment, r.query.Job.Name, r.query.Slot.UTC().Format(time.RFC3339), r.query.Purpose, strconv.Itoa(attempt),
	})
	sum := sha256.Sum256(parts)
	return hex.EncodeToString(sum[:])
}

// read puts the rows of a statement's result on a sheet.
func (r *run) read(ctx context.Context, id string, st statement.Statement) (*count.Sheet, error) {
	sheet := count.NewSheet(r.query.Job)
	numbers := make([]int64, len(st.Measures))
	for row, err := range r.rows(ctx, id) {
		if err != nil {
			return nil, err
		}
		ofAll := st.Groups == 0
		if st.Totals && len(row) > 0 {
			ofAll, row = row[0] != nil && *row[0] == "1", row[1:]
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
