package metric_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/job"
)

// templates are the golden ones of the stack, which another test keeps true.
const templates = "../../../test/snapshots/*-Counter.json"

// What the stack's alarms and dashboards look at must be what the function
// publishes: a metric of another name, or with one dimension more, is silent.
func TestStackUsesPublishedMetricsOnly(t *testing.T) {
	files, err := filepath.Glob(templates)
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates at %s (%v): this test proves nothing", templates, err)
	}
	published := published(t)
	var watched []string
	for _, file := range files {
		used := usedIn(t, file)
		for _, series := range used {
			if !slices.Contains(published, series) {
				t.Errorf("%s looks at %s; the function publishes\n%s", file, series, strings.Join(published, "\n"))
			}
		}
		watched = append(watched, used...)
	}
	// Each is worth its price only if somebody sees it.
	for _, series := range published {
		if !slices.Contains(watched, series) {
			t.Errorf("nothing in the stack looks at %s", series)
		}
	}
}

// published lists what the function publishes, as "Name [Dimension Dimension]".
func published(t *testing.T) []string {
	t.Helper()
	var out bytes.Buffer
	publisher := metric.New(&out, "prod", func() time.Time { return now })
	answer := answerOf(contract.OutcomeStored)
	answer.Records[0].Count, answer.Records[0].Status = nil, contract.StatusFailed
	answer.Records[0].BytesScanned = 1
	if err := publisher.Publish(answer); err != nil {
		t.Fatal(err)
	}
	if err := publisher.PublishSkipped(job.Job{}, count.Result{Skipped: 1, SkippedAll: true}); err != nil {
		t.Fatal(err)
	}
	if err := publisher.PublishSweep(contract.SweepAnswer{}); err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(out.String()) {
		var parsed struct {
			Metadata struct {
				CloudWatchMetrics []struct {
					Namespace  string
					Dimensions [][]string
					Metrics    []struct{ Name string }
				}
			} `json:"_aws"`
		}
		if err := json.Unmarshal([]byte(line), &parsed); err != nil {
			t.Fatal(err)
		}
		for _, directive := range parsed.Metadata.CloudWatchMetrics {
			for _, dimensions := range directive.Dimensions {
				for _, metric := range directive.Metrics {
					all = append(all, series(metric.Name, dimensions))
				}
			}
		}
	}
	return all
}

func series(name string, dimensions []string) string {
	return name + " [" + strings.Join(slices.Sorted(slices.Values(dimensions)), " ") + "]"
}

// usedIn lists the metrics of this project's namespace that a template's alarms and
// dashboards look at.
func usedIn(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				Namespace, MetricName string
				Dimensions            []struct{ Name string }
				DashboardBody         any
			}
		}
	}
	if err := json.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	var used []string
	for _, resource := range template.Resources {
		p := resource.Properties
		if resource.Type == "AWS::CloudWatch::Alarm" && p.Namespace == contract.MetricNamespace {
			var dimensions []string
			for _, dimension := range p.Dimensions {
				dimensions = append(dimensions, dimension.Name)
			}
			used = append(used, series(p.MetricName, dimensions))
		}
		if resource.Type == "AWS::CloudWatch::Dashboard" {
			used = append(used, shownIn(t, joined(p.DashboardBody))...)
		}
	}
	if len(used) == 0 {
		t.Errorf("%s has no alarm and no dashboard", file)
	}
	return used
}

// joined is a text in which references of the template are left out.
func joined(value any) string {
	join, isJoin := value.(map[string]any)
	if !isJoin {
		text, _ := value.(string)
		return text
	}
	var all strings.Builder
	for _, part := range join["Fn::Join"].([]any)[1].([]any) {
		text, _ := part.(string)
		all.WriteString(text)
	}
	return all.String()
}

var search = regexp.MustCompile(`SEARCH\('\{` + contract.MetricNamespace + `,([^}]*)\} MetricName="([^"]*)"`)

// shownIn lists the metrics in the body of a dashboard.
func shownIn(t *testing.T, body string) []string {
	t.Helper()
	var parsed struct {
		Widgets []struct {
			Properties struct{ Metrics [][]any }
		}
	}
	if err := json.Unmarshal([]byte(body), &parsed); err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, widget := range parsed.Widgets {
		for _, line := range widget.Properties.Metrics {
			if options, isMap := line[0].(map[string]any); isMap {
				match := search.FindStringSubmatch(options["expression"].(string))
				if match == nil {
					t.Fatalf("not understood: %v", options["expression"])
				}
				shown = append(shown, series(match[2], strings.Split(match[1], ",")))
				continue
			}
			if line[0] != contract.MetricNamespace {
				continue // AWS's own, or "...", which is the one before with another value
			}
			var dimensions []string
			for i := 2; i+1 < len(line); i += 2 {
				dimensions = append(dimensions, line[i].(string))
			}
			shown = append(shown, series(line[1].(string), dimensions))
		}
	}
	return shown
}
