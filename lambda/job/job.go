package job

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/cron"
	"tally/lambda/strictyaml"
)

// File is jobs.yaml.
type File struct {
	// Timezone is the IANA zone of days, months and previews for every job that
	// sets none.
	Timezone string `yaml:"timezone" example:"Asia/Seoul"`
	Jobs     []Job  `yaml:"jobs,required"`
}

// Job is one thing to count. The fields without a yaml tag are set by Read.
type Job struct {
	Name             string                    `yaml:"name,required" example:"daily-scans"`
	Label            string                    `yaml:"label" json:"-"` // what people call it, in any language; it changes no count
	Description      string                    `yaml:"description"`
	Timezone         string                    `yaml:"timezone"`                                        // the file's, if empty
	Schedule         string                    `yaml:"schedule,required" example:"cron(55 14 * * ? *)"` // EventBridge expression
	ScheduleTimezone string                    `yaml:"schedule_timezone"`                               // evaluates Schedule here instead of in UTC
	Source           Source                    `yaml:"source,required" example:"{database: app, table: scans}"`
	Window           *Window                   `yaml:"window"`                      // without it, the current state counts
	GroupBy          []string                  `yaml:"group_by" json:",omitempty"`  // columns: every case is counted for each group, too
	MaxGroups        int                       `yaml:"max_groups" json:",omitzero"` // more groups fail the run; 0 is the default
	Distinct         string                    `yaml:"distinct" json:",omitzero"`   // counts the distinct values of this column instead of rows
	Cases            strictyaml.Map[Condition] `yaml:"cases,required" example:"{normal: \"result = 'normal'\"}"`
	Exclusive        bool                      `yaml:"exclusive" json:",omitzero"` // a row should match one case only: the rows that match more are counted
	Total            *bool                     `yaml:"total" json:",omitempty"`    // false leaves total and other out, and the scan of the whole window with them

	Cron         cron.Schedule  `yaml:"-" json:"-"`
	Zone         *time.Location `yaml:"-" json:"-"` // of Timezone
	ScheduleZone *time.Location `yaml:"-" json:"-"` // of ScheduleTimezone, else UTC
}

// Condition is SQL of the source's engine, or an expression of package expression
// for a bucket, as the user wrote it.
type Condition = strictyaml.Text

// Source says where to count: in a table of a database, or in a bucket.
type Source struct {
	Database string `yaml:"database"` // key in the environment's databases
	Table    string `yaml:"table"`    // table or view, schema-qualified or not

	Bucket string `yaml:"bucket" json:",omitzero"` // key in the environment's buckets
	// Prefix starts the keys that count. {yyyy}, {MM}, {dd} and {HH} stand for the
	// times of the window.
	Prefix         string  `yaml:"prefix" json:",omitzero"`
	PrefixTimezone string  `yaml:"prefix_timezone" json:",omitzero"` // of these times; the job's, if empty
	Format         Format  `yaml:"format" json:",omitzero"`          // of the objects, whose records count then
	CSV            *CSV    `yaml:"csv" json:",omitempty"`            // how CSV is written, if not as its defaults say
	OnError        OnError `yaml:"on_error" json:",omitzero"`        // fail, if empty

	PrefixZone *time.Location `yaml:"-" json:"-"` // nil for a database
}

// Window limits a job to the rows of a period.
type Window struct {
	Span Span `yaml:"span,required" example:"day-to-date"`
	// Column is the rows' or records' time. Objects have their own, last_modified.
	Column string `yaml:"column"`
	// ColumnType says that integers of the column are times; empty leaves that to
	// the database's type.
	ColumnType ColumnType `yaml:"column_type" json:",omitzero"`
	// ColumnTimezone says what timestamps without a zone mean (DATETIME,
	// timestamp, date).
	ColumnTimezone string `yaml:"column_timezone"`

	ColumnZone *time.Location `yaml:"-" json:"-"` // nil when ColumnTimezone is empty
}

// ColumnType is what the integers of a window's column count.
type ColumnType string

// The types that integers may have: seconds or milliseconds since 1970 in UTC.
const (
	EpochSeconds ColumnType = "epoch_seconds"
	EpochMillis  ColumnType = "epoch_millis"
)

// SHA256 identifies the definition that made a record, as 64 hexadecimal digits.
// Any change of the job but its label changes it, a change of another job does not.
func (j Job) SHA256() string {
	definition, err := json.Marshal(j)
	if err != nil {
		panic(fmt.Sprintf("job %s is not JSON: %v", j.Name, err)) // strings and slices always are
	}
	sum := sha256.Sum256(definition)
	return hex.EncodeToString(sum[:])
}

// DefaultMaxGroups is how many groups a job may have that does not say.
const DefaultMaxGroups = 1000

// GroupLimit is how many groups a slot may have: more are a mistake in group_by
// rather than a count that somebody reads.
func (j Job) GroupLimit() int { return cmp.Or(j.MaxGroups, DefaultMaxGroups) }

// WithTotal tells whether records hold the rows of the whole window and those of
// no case, for which one scan reads the whole window. Without them each case is
// counted by a statement, and with an index, of its own.
func (j Job) WithTotal() bool { return j.Total == nil || *j.Total }

// CaseNames are the names of what the job's record counts, in the order of its lines.
func (j Job) CaseNames() []string {
	names := j.Cases.Keys()
	if j.WithTotal() {
		names = append(names, contract.CaseOther, contract.CaseTotal)
	}
	if j.Exclusive {
		names = append(names, contract.CaseOverlap)
	}
	return names
}

// Title is what people call the job: its label, else its name.
func (j Job) Title() string { return cmp.Or(j.Label, j.Name) }

// ScheduleInWords says when the job runs: "at 14:55 every day (UTC)".
func (j Job) ScheduleInWords() string {
	return fmt.Sprintf("%s (%s)", j.Cron.Describe(), cmp.Or(j.ScheduleTimezone, "UTC"))
}

// Lookup returns the job of that name.
func (f File) Lookup(name string) (Job, bool) {
	for _, job := range f.Jobs {
		if job.Name == name {
			return job, true
		}
	}
	return Job{}, false
}

// Names lists the jobs' names for a message.
func (f File) Names() string {
	names := make([]string, len(f.Jobs))
	for i, job := range f.Jobs {
		names[i] = job.Name
	}
	return strings.Join(names, ", ")
}
