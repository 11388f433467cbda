package history

import (
	"context"
	"slices"
	"strings"
	"sync"

	"tally/lambda/contract"
)

// Once are records of which each day is listed once and each record is read once, however
// often they are asked for.
type Once struct {
	records     Records
	days, lines sync.Map // functions that read, by prefix or key
}

var _ Records = (*Once)(nil)

// NewOnce has read nothing yet.
func NewOnce(records Records) *Once { return &Once{records: records} }

// Keys implements [Records] for prefixes that name a day.
func (o *Once) Keys(ctx context.Context, prefix string) ([]string, error) {
	folder := prefix[:strings.LastIndexByte(prefix, '/')+1]
	keys, err := once(&o.days, folder, func() ([]string, error) { return o.records.Keys(ctx, folder) })
	first, _ := slices.BinarySearch(keys, prefix)
	end := first
	for end < len(keys) && strings.HasPrefix(keys[end], prefix) {
		end++
	}
	return slices.Clone(keys[first:end]), err
}

// ReadAllRows implements [Records].
func (o *Once) ReadAllRows(ctx context.Context, key string) ([]contract.Record, error) {
	return once(&o.lines, key, func() ([]contract.Record, error) { return o.records.ReadAllRows(ctx, key) })
}

func once[T any](asked *sync.Map, key string, ask func() (T, error)) (T, error) {
	answer, _ := asked.LoadOrStore(key, sync.OnceValues(ask))
	return answer.(func() (T, error))()
}
