package job

import (
	"fmt"
	"strings"
	"time"
)

// partitionText is the values of all partitions as one text.
func (s Source) partitionText() string {
	var values []string
	for _, partition := range s.Partitions {
		values = append(values, partition.Value)
	}
	return strings.Join(values, "/")
}

// hasPartitionTimes tells whether the partitions depend on the window.
func (s Source) hasPartitionTimes() bool { return strings.Contains(s.partitionText(), "{") }

// PartitionValues are the partitions that the window [from, to) touches, without repeats: a value
// for each of the source's columns. Without partition_timezone they are those of the job's zone
// and those of UTC, in which most programs name partitions: one more partition costs less than
// a row that is not counted.
func (s Source) PartitionValues(from, to time.Time) [][]string {
	var all [][]string
	seen := map[string]bool{}
	for at := from; at.Before(to); at = nextStep(at) {
		for _, zone := range s.partitionZones {
			local := at.In(zone)
			values := make([]string, len(s.Partitions))
			for i, partition := range s.Partitions {
				values[i] = withTimes(partition.Value, local)
			}
			if key := strings.Join(values, "\x00"); !seen[key] {
				seen[key] = true
				all = append(all, values)
			}
		}
	}
	return all
}

// checkPartitions checks the partitions, and sets in which zones they are named.
func (j *Job) checkPartitions(report report) {
	source := &j.Source
	for _, partition := range source.Partitions {
		key := "source.partitions." + partition.Key
		switch wrong := wrongTimes(partition.Value); {
		case wrong != "":
			report(key, "%s", wrong)
		case runTogether.MatchString(partition.Value):
			report(key, "has a time without leading zeros before another one, so that two times have the same value; write {MM}, {dd} or {HH}")
		case j.Window == nil && strings.Contains(partition.Value, "{"):
			report(key, "has placeholders for times of a window; write a window too")
		}
	}
	times := source.partitionText()
	if comesAgain(times) {
		report("source.partitions", "name a time that comes again; write the longer periods too, such as dt: \"{yyyy}-{MM}-{dd}\"")
	}
	if source.PartitionTimezone != "" && !source.hasPartitionTimes() {
		report("source.partition_timezone", "is about placeholders, and the partitions have none; leave it out")
	}
	byColumn := j.Window != nil && len(j.Window.Column) > 0
	source.partitionZones = []*time.Location{j.Zone}
	switch {
	case source.PartitionTimezone != "":
		source.partitionZones[0] = zone(source.PartitionTimezone)
	case byColumn && j.Timezone != "UTC" && source.hasPartitionTimes():
		source.partitionZones = append(source.partitionZones, time.UTC)
	}
	switch {
	case j.Window == nil || byColumn || !source.hasPartitionTimes():
	case j.Window.Span.toDate():
		report("window.span", "%s ends at the slot, and partitions alone would count what comes after it in a late run; write window.column, or %s", j.Window.Span, j.Window.Span.previous())
	default:
		j.checkPlaceholderWindow(placeholderWindow{
			key: "source.partitions", zoneKey: "source.partition_timezone", zone: source.partitionZones[0], period: periodOf(times),
			counted: "rows", remedy: "write window.column, which decides for each row",
		}, report)
	}
}

// zonesHint is about a job that reads more partitions than it must; empty if it does not.
func (j Job) zonesHint() string {
	if len(j.Source.partitionZones) < 2 {
		return ""
	}
	return fmt.Sprintf("source.partitions are read as named in %s and in UTC; write source.partition_timezone to read those of one zone", j.Zone)
}
