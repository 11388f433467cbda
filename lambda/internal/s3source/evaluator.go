package s3source

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

// evaluator counts rows into a tally. It serves one goroutine.
type evaluator struct {
	*run
	row     *expression.Row
	where   string // the key of the row's object
	tally   *tally
	columns []int  // of CaseNames, in which the row counts
	key     []byte // of the row's group
}

func (r *run) evaluator() *evaluator {
	return &evaluator{run: r, row: expression.NewRow(r.expressions.Set), tally: newTally(r.job)}
}

// object is what a listing says of an object.
type object struct {
	key, etag, class string
	size             int64
	modified         time.Time
}

func objectOf(listed types.Object) object {
	return object{
		key: aws.ToString(listed.Key), etag: aws.ToString(listed.ETag),
		class: cmp.Or(string(listed.StorageClass), string(types.ObjectStorageClassStandard)), // some servers name only the others
		size:  aws.ToInt64(listed.Size), modified: aws.ToTime(listed.LastModified),
	}
}

// field returns the value of a field of expression.Objects.
func (o object) field(name string) jsonscan.Value {
	switch name {
	case "size":
		return jsonscan.Value{Type: jsonscan.Number, Text: strconv.FormatInt(o.size, 10)}
	case "last_modified":
		return jsonscan.Value{Type: jsonscan.Time, Text: o.modified.UTC().Format(time.RFC3339Nano)}
	case "etag":
		return jsonscan.Value{Type: jsonscan.Text, Text: strings.Trim(o.etag, `"`)}
	case "key":
		return jsonscan.Value{Type: jsonscan.Text, Text: o.key}
	}
	return jsonscan.Value{Type: jsonscan.Text, Text: o.class}
}

// countObject counts an object as a row.
func (e *evaluator) countObject(o object) error {
	e.where = o.key
	for i, path := range e.expressions.Set.Fields() {
		e.row.Fields[i] = o.field(path[0])
	}
	return e.count()
}

// count counts the row, unless the window leaves it out. An error is about the row, or a
// *count.Failure of the run; then nothing was counted.
func (e *evaluator) count() error {
	within, err := e.filter.holds(e.row, e.where, e.tally)
	if err != nil {
		return atStep(0, err)
	}
	if !within {
		return nil
	}
	e.tally.within++
	if err := e.match(); err != nil {
		return err
	}
	e.key = e.key[:0]
	groupBy := e.expressions.GroupBy
	for i := range groupBy {
		text, ok, err := groupBy[i].Text(e.row)
		if err != nil {
			return atStep(step(1+len(e.expressions.Cases)+i), err)
		}
		e.key = appendGroupValue(e.key, text, ok)
	}
	value, isValue := "", false
	if distinct := e.expressions.Distinct; distinct != nil {
		if value, isValue, err = distinct.Text(e.row); err != nil {
			return atStep(e.lastStep(), err)
		}
	}
	both := [2]*group{e.tally.all} // the groups in which the row counts: all rows, and its own
	groups := both[:1]
	if len(e.key) > 0 {
		if both[1], err = e.tally.group(e.key); err != nil {
			return err
		}
		groups = both[:]
	}
	if e.expressions.Distinct != nil {
		return e.countValue(groups, value, isValue)
	}
	for _, group := range groups {
		for _, column := range e.columns {
			group.counts[column]++
		}
	}
	return nil
}

// lastStep is that of distinct.
func (r *run) lastStep() step { return step(1 + len(r.expressions.Cases) + len(r.expressions.GroupBy)) }

// match finds the columns in which the row counts.
func (e *evaluator) match() error {
	e.columns = e.columns[:0]
	for i, condition := range e.expressions.Cases {
		matches, err := condition.Matches(e.row)
		if err != nil {
			return atStep(step(1+i), err)
		}
		if matches {
			e.columns = append(e.columns, i)
		}
	}
	matched := len(e.columns)
	if matched == 0 && e.other >= 0 {
		e.columns = append(e.columns, e.other)
	}
	if e.total >= 0 {
		e.columns = append(e.columns, e.total)
	}
	if matched > 1 && e.overlap >= 0 {
		e.columns = append(e.columns, e.overlap)
	}
	return nil
}

// countValue counts the row's value of distinct, unless that is nil. Overlap counts rows
// all the same.
func (e *evaluator) countValue(groups []*group, value string, isValue bool) error {
	var columns uint64
	for _, column := range e.columns {
		if column != e.overlap {
			columns |= 1 << column
			continue
		}
		for _, group := range groups {
			group.counts[column]++
		}
	}
	if !isValue {
		return nil
	}
	hash := hashOf(value)
	for _, group := range groups {
		if err := e.tally.distinct.add(distinctKey{group.index, hash}, columns, e.job.Distinct); err != nil {
			return err
		}
	}
	return nil
}
