package metric

import (
	"cmp"
	"encoding/json"
	"time"

	"tally/lambda/contract"
)

// line is one value of one metric. With one value a line, lines stay far below the
// format's limits (100 metrics, 30 dimensions, 1 MB), and each has its own time and
// dimensions.
type line struct {
	metric     string
	value      any // a number
	at         time.Time
	dimensions []dimension // besides the environment
}

// dimension is a name and a value. Both are ASCII and not empty, as CloudWatch requires.
type dimension struct{ name, value string }

// ofEnvironment are the metrics that are published without their dimensions too, as one
// metric of the environment.
var ofEnvironment = map[string]bool{contract.MetricFailedCases: true, contract.MetricSkipped: true}

// units are those of metrics that are no numbers of things.
var units = map[string]string{contract.MetricLag: "Seconds", contract.MetricBytesScanned: "Bytes"}

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
func (l line) encode(environment string) []byte {
	names := []string{contract.DimensionEnvironment}
	root := map[string]any{l.metric: l.value, contract.DimensionEnvironment: environment}
	for _, dimension := range l.dimensions {
		names = append(names, dimension.name)
		root[dimension.name] = dimension.value
	}
	sets := [][]string{names}
	if ofEnvironment[l.metric] {
		sets = [][]string{names[:1], names}
	}
	root["_aws"] = metadata{
		Timestamp:         l.at.UnixMilli(),
		CloudWatchMetrics: []directive{{contract.MetricNamespace, sets, []definition{{l.metric, cmp.Or(units[l.metric], "Count")}}}},
	}
	encoded, _ := json.Marshal(root) // texts and finite numbers always are JSON
	return append(encoded, '\n')
}
