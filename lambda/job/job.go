package job

import (
	"cmp"
	"fmt"
	"slices"
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
	// Reconcile compares cases of two jobs each.
	Reconcile []Reconcile `yaml:"reconcile" example:"[{name: orders, left: daily-orders.paid, right: daily-orders-log.paid, within: 2%}]"`
	// Summary is when a message tells the counts of all jobs.
	Summary *Summary `yaml:"summary" example:"{schedule: cron(0 23 * * ? *)}"`
}

// Job is one thing to count. The fields without a yaml tag are set by Read.
type Job struct {
	Name             string                    `yaml:"name,required" example:"daily-scans"`
	Label            string                    `yaml:"label" json:"-"` // what people call the job, in any language; it changes no count
	Description      string                    `yaml:"description"`
	Timezone         string                    `yaml:"timezone"`                                        // the file's, if empty
	Schedule         string                    `yaml:"schedule,required" example:"cron(55 14 * * ? *)"` // EventBridge expression
	ScheduleTimezone string                    `yaml:"schedule_timezone"`                               // evaluates Schedule here instead of in UTC
	Source           Source                    `yaml:"source,required" example:"{database: app, table: scans}"`
	Window           *Window                   `yaml:"window"`                                          // without it, the current state is counted
	GroupBy          []string                  `yaml:"group_by" json:",omitempty"`                      // columns: every case is also counted for each group
	MaxGroups        int                       `yaml:"max_groups" json:",omitzero"`                     // more groups fail the run; 0 is the default
	Distinct         string                    `yaml:"distinct" json:",omitzero"`                       // counts the distinct values of this column instead of rows
	Cases            strictyaml.Map[Condition] `yaml:"cases" example:"{normal: \"result = 'normal'\"}"` // without any, total alone is counted
	Exclusive        bool                      `yaml:"exclusive" json:",omitzero"`                      // a row should match one case only; rows that match more are counted as overlap
	Total            *bool                     `yaml:"total" json:",omitempty"`                         // false leaves out total and other, which need a scan of the whole window

	// RecountAfter are how long after its slot a slot is counted again, for rows that arrive
	// late. It changes no count by itself.
	RecountAfter []Age `yaml:"recount_after" json:"-" example:"[1d, 7d]"`
	// Checks say what the counts should be. They change no count.
	Checks Checks `yaml:"checks" json:"-" example:"{total: {min: 1}}"`

	Cron         cron.Schedule  `yaml:"-" json:"-"`
	Zone         *time.Location `yaml:"-" json:"-"` // of Timezone
	ScheduleZone *time.Location `yaml:"-" json:"-"` // of ScheduleTimezone, else UTC
}

// Condition is SQL of the source's engine, or an expression of package expression
// for a bucket, as the user wrote it.
type Condition = strictyaml.Text

// Source says where to count: in a table of a database or of Athena, or in a bucket.
type Source struct {
	Database string `yaml:"database"` // key in the environment's databases
	Table    Table  `yaml:"table"`    // table or view, schema-qualified or not

	Athena string `yaml:"athena" json:",omitzero"` // key in the environment's athena, instead of a database
	// Partitions limit the scan to the window's partitions: columns with their values, in
	// which {yyyy}, {MM}, {dd} and {HH} stand for times of the window, as in a prefix.
	Partitions        strictyaml.Map[string] `yaml:"partitions" json:",omitempty" example:"{dt: \"{yyyy}-{MM}-{dd}\"}"`
	PartitionTimezone string                 `yaml:"partition_timezone" json:",omitzero"` // of these times; see [Source.PartitionValues]

	Bucket string `yaml:"bucket" json:",omitzero"` // key in the environment's buckets
	// Prefix starts the keys that count. {yyyy}, {MM}, {dd} and {HH} stand for the
	// times of the window, {M}, {d} and {H} for the same without a leading zero, and a
	// folder * for any.
	Prefix         string   `yaml:"prefix" json:",omitzero"`
	Prefixes       []string `yaml:"prefixes" json:",omitempty" example:"[web/, app/]"` // several, instead of prefix
	PrefixTimezone string   `yaml:"prefix_timezone" json:",omitzero"`                  // of these times; the job's, if empty
	Format         Format   `yaml:"format" json:",omitzero"`                           // of the objects, whose records count then
	// Records is where the list of records is in each object of JSON, such as Records or
	// detail.items. Without it the list is the whole text, or the text is one record.
	Records string  `yaml:"records" json:",omitzero"`
	CSV     *CSV    `yaml:"csv" json:",omitempty"`     // how CSV is written, if not as its defaults say
	OnError OnError `yaml:"on_error" json:",omitzero"` // fail, if empty

	PrefixZone     *time.Location   `yaml:"-" json:"-"` // of a bucket
	partitionZones []*time.Location // in which partitions are named
}

// Window limits a job to the rows of a period.
type Window struct {
	Span Span `yaml:"span,required" example:"day-to-date"`
	// Column has the time of a row or record. Leave it out for objects, which have
	// last_modified, and for well-known logs.
	Column Columns `yaml:"column"`
	// ColumnFormat says how times are written that could be read in two ways, such as
	// dd/MM/yyyy HH:mm:ss. Only records in buckets need it.
	ColumnFormat string `yaml:"column_format" json:",omitzero"`
	// ColumnType says which times the column's integers are. Leave it out if the database
	// has a type for the column's times.
	ColumnType ColumnType `yaml:"column_type" json:",omitzero"`
	// ColumnTimezone is the zone of times without a zone (DATETIME, timestamp, date).
	ColumnTimezone string `yaml:"column_timezone"`

	ColumnZone *time.Location `yaml:"-" json:"-"` // nil when ColumnTimezone is empty
}

// ColumnType is the unit of the integers in a window's column.
type ColumnType string

// The units: seconds or milliseconds since 1970 in UTC.
const (
	EpochSeconds ColumnType = "epoch_seconds"
	EpochMillis  ColumnType = "epoch_millis"
)

// SHA256 identifies the job's definition, as 64 hexadecimal digits. Every change of the job
// changes it, except of its label, its checks and recount_after. A change of another job does
// not.
func (j Job) SHA256() string { return sha256Of(j) }

// DefaultMaxGroups is how many groups a slot may have, if the job has no max_groups.
const DefaultMaxGroups = 1000

// GroupLimit is how many groups a slot may have. More are probably a mistake in group_by.
func (j Job) GroupLimit() int { return cmp.Or(j.MaxGroups, DefaultMaxGroups) }

// WithTotal tells whether records hold total and other, for which one scan reads the
// whole window. Otherwise each case has a statement, and can use an index, of its own.
func (j Job) WithTotal() bool { return j.Total == nil || *j.Total }

// CaseNames are the cases of the job's records, in the order of their lines: those of the
// file, then other, total and overlap if the job has them.
func (j Job) CaseNames() []string {
	names := j.Cases.Keys()
	switch {
	case len(names) == 0:
		return []string{contract.CaseTotal}
	case j.WithTotal():
		names = append(names, contract.CaseOther, contract.CaseTotal)
	}
	if j.Exclusive {
		names = append(names, contract.CaseOverlap)
	}
	return names
}

// Title is the job's label or, if it has none, its name.
func (j Job) Title() string { return cmp.Or(j.Label, j.Name) }

// ScheduleInWords says when the job runs: "at 14:55 every day (UTC)".
func (j Job) ScheduleInWords() string {
	return fmt.Sprintf("%s (%s)", j.Cron.Describe(), cmp.Or(j.ScheduleTimezone, "UTC"))
}

// Index is where the job of that name is; -1 if there is none.
func (f File) Index(name string) int {
	return slices.IndexFunc(f.Jobs, func(j Job) bool { return j.Name == name })
}

// Lookup returns the job of that name.
func (f File) Lookup(name string) (Job, bool) {
	if at := f.Index(name); at >= 0 {
		return f.Jobs[at], true
	}
	return Job{}, false
}

// Names lists the jobs' names for a message.
func (f File) Names() string { return strings.Join(f.names(), ", ") }

func (f File) names() []string {
	names := make([]string, len(f.Jobs))
	for i, j := range f.Jobs {
		names[i] = j.Name
	}
	return names
}
