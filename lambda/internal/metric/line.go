package metric

import (
	"encoding/json"
	"time"

	"tally/lambda/contract"
)

// dimension is a name and a value; both are ASCII and not empty, as CloudWatch wants.
type dimension struct{ name, value string }

// line is one value of one metric. One value a line keeps far below the format's
// limits (100 metrics, 30 dimensions, 1 MB), and lines of one job can have
// different times and dimensions.
type line struct {
	metric, unit string
	value        any // a number
	at           time.Time
	dimensions   []dimension
	// total publishes the value for the first dimension alone, too.
	total bool
}

// directive is a MetricDirective object of the format. Each set of dimensions is a
// metric of its own.
type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

type definition struct{ Name, Unit string }

type metadata struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []directive
}

// encode is the line's JSON with a newline.
func (l line) encode() ([]byte, error) {
	names := make([]string, len(l.dimensions))
	root := map[string]any{l.metric: l.value}
	for i, dimension := range l.dimensions {
		names[i] = dimension.name
		root[dimension.name] = dimension.value
	}
	sets := [][]string{names}
	if l.total {
		sets = [][]string{names[:1], names}
	}
	root["_aws"] = metadata{
		Timestamp: l.at.UnixMilli(),
		CloudWatchMetrics: []directive{{
			Namespace:  contract.MetricNamespace,
			Dimensions: sets,
			Metrics:    []definition{{Name: l.metric, Unit: l.unit}},
		}},
	}
	encoded, err := json.Marshal(root)
	return append(encoded, '\n'), err
}
