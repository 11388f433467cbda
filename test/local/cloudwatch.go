package local

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"

	"tally/lambda/contract"
)

// CloudWatch keeps the metrics that functions write into their logs (embedded metric format),
// of one dimension each, and the alarms that somebody switches on.
type CloudWatch struct {
	mutex  sync.Mutex
	values map[string][]value // by the names of the metric, its dimension and its value
	alarms map[string]string  // the reasons of those that are on
}

type value struct {
	at     time.Time
	number float64
}

// Write takes a line of a log.
func (c *CloudWatch) Write(line []byte) (int, error) {
	var entry map[string]json.RawMessage
	var directive struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Dimensions [][]string
			Metrics    []struct{ Name string }
		}
	}
	if json.Unmarshal(line, &entry) == nil && entry["_aws"] != nil {
		if err := json.Unmarshal(entry["_aws"], &directive); err != nil {
			return 0, fmt.Errorf("read a metric: %w", err)
		}
	}
	for _, metrics := range directive.CloudWatchMetrics {
		for _, dimensions := range metrics.Dimensions {
			for _, metric := range metrics.Metrics {
				var number float64
				var of string
				if len(dimensions) == 1 && json.Unmarshal(entry[metric.Name], &number) == nil && json.Unmarshal(entry[dimensions[0]], &of) == nil {
					c.Put(metric.Name, dimensions[0], of, time.UnixMilli(directive.Timestamp), number)
				}
			}
		}
	}
	return len(line), nil
}

// Put adds a value of a metric.
func (c *CloudWatch) Put(metric, dimension, of string, at time.Time, number float64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.values == nil {
		c.values = map[string][]value{}
	}
	key := metric + " " + dimension + " " + of
	c.values[key] = append(c.values[key], value{at, number})
}

// SetAlarm switches an alarm on for a reason, or off for none.
func (c *CloudWatch) SetAlarm(name, reason string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.alarms == nil {
		c.alarms = map[string]string{}
	}
	delete(c.alarms, name)
	if reason != "" {
		c.alarms[name] = reason
	}
}

// askCloudWatch answers a request of the protocol rpc-v2-cbor
// (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html).
func (a *AWS) askCloudWatch(w http.ResponseWriter, r *http.Request) {
	operation := r.PathValue("operation")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller has gone
	}
	decoded, err := cbor.Decode(body)
	request, _ := decoded.(cbor.Map)
	code := a.Denied["cloudwatch:"+operation]
	ask, known := map[string]func(cbor.Map) cbor.Map{"GetMetricData": a.CloudWatch.metricData, "DescribeAlarms": a.CloudWatch.describeAlarms}[operation]
	switch {
	case code != "":
	case err != nil || !known:
		code = "InvalidRequest"
	default:
		writeCBOR(w, http.StatusOK, ask(request))
		return
	}
	writeCBOR(w, http.StatusBadRequest, cbor.Map{"__type": cbor.String("com.amazonaws.cloudwatch#" + code), "message": cbor.String("cloudwatch:" + operation + " was refused")})
}

// metricData has one value for each that was put, the latest first.
func (c *CloudWatch) metricData(request cbor.Map) cbor.Map {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	from, _ := cbor.AsTime(request["StartTime"])
	var results cbor.List
	queries, _ := request["MetricDataQueries"].(cbor.List)
	for _, query := range queries {
		query, _ := query.(cbor.Map)
		stat, _ := query["MetricStat"].(cbor.Map)
		metric, _ := stat["Metric"].(cbor.Map)
		dimensions, _ := metric["Dimensions"].(cbor.List)
		if len(dimensions) != 1 || metric["Namespace"] != cbor.String(contract.MetricNamespace) {
			continue
		}
		dimension, _ := dimensions[0].(cbor.Map)
		text := func(of cbor.Map, key string) string { word, _ := of[key].(cbor.String); return string(word) }
		times, values := cbor.List{}, cbor.List{}
		for _, found := range slices.Backward(c.values[text(metric, "MetricName")+" "+text(dimension, "Name")+" "+text(dimension, "Value")]) {
			if !found.at.Before(from) {
				times = append(times, &cbor.Tag{ID: 1, Value: cbor.Float64(found.at.Unix())})
				values = append(values, cbor.Float64(found.number))
			}
		}
		results = append(results, cbor.Map{"Id": query["Id"], "StatusCode": cbor.String("Complete"), "Timestamps": times, "Values": values})
	}
	return cbor.Map{"MetricDataResults": results}
}

// describeAlarms has the alarms that are on, of those that the request names.
func (c *CloudWatch) describeAlarms(request cbor.Map) cbor.Map {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var found cbor.List
	names, _ := request["AlarmNames"].(cbor.List)
	for _, name := range names {
		name, _ := name.(cbor.String)
		if reason, on := c.alarms[string(name)]; on {
			found = append(found, cbor.Map{"AlarmName": name, "StateValue": cbor.String("ALARM"), "StateReason": cbor.String(reason)})
		}
	}
	return cbor.Map{"MetricAlarms": found}
}
