package job

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"

	"tally/lambda/cron"
	"tally/lambda/strictyaml"
)

// Checks say what a job's counts should be. They change no count.
type Checks struct {
	// Off is what "checks: off" means: nothing is checked.
	Off bool `yaml:"-"`
	// Except are days that are not judged and are in no baseline, such as 2026-12-25: local
	// dates of what was counted, in the job's zone.
	Except []string `yaml:"except" example:"[2026-12-25]"`
	// Cases are the checks of each case.
	Cases strictyaml.Map[Check] `yaml:"*"`
}

// Check is what the count of one case should be.
type Check struct {
	// Off is what "off" in place of bounds means: the case is not checked.
	Off bool `yaml:"-"`

	Min *int `yaml:"min"` // the smallest count that passes
	Max *int `yaml:"max"` // the largest count that passes
	// MaxDrop is how far below the baseline a count may be, below 100%.
	MaxDrop Percent `yaml:"max_drop" example:"50%"`
	// MaxRise is how far above the baseline a count may be, below 100000%.
	MaxRise Percent `yaml:"max_rise" example:"200%"`
	// Baseline is which earlier counts a count is compared with: the median of the last five.
	Baseline Baseline `yaml:"baseline" example:"same-weekday"`
	// MinBaseline leaves out MaxDrop and MaxRise where baseline and count are both below it.
	MinBaseline *int `yaml:"min_baseline"`
}

// Baseline says with which earlier slots a count is compared: the baseline is the median of
// the last five of them that have a count.
type Baseline string

// The baselines.
const (
	BaselinePrevious    Baseline = "previous"     // the slots before
	BaselineSameWeekday Baseline = "same-weekday" // those at the same weekday and time
)

// Percent is a percentage, such as 50% or 12.5%. Empty is none.
type Percent string

// Rat is the percentage as a fraction: 1/2 for 50%. It is nil for none.
func (p Percent) Rat() *big.Rat {
	number, written := strings.CutSuffix(string(p), "%")
	share, ok := new(big.Rat).SetString(number)
	if !written || !ok {
		return nil
	}
	return share.Quo(share, big.NewRat(100, 1))
}

// Reconcile compares a case of one job with a case of another over equal windows.
type Reconcile struct {
	Name  string `yaml:"name,required" example:"orders"`                 // of the comparison
	Left  Side   `yaml:"left,required" example:"daily-orders.paid"`      // a case of a job
	Right Side   `yaml:"right,required" example:"daily-orders-log.paid"` // the case to compare it with
	// Within is how far apart the counts may be: a percentage of the larger one, or a number.
	Within string `yaml:"within,required" example:"2%"`
}

// Side is a case of a job: daily-orders.paid.
type Side string

// Job is the name of the side's job.
func (s Side) Job() string {
	name, _, _ := strings.Cut(string(s), ".")
	return name
}

// Case is the name of the side's case.
func (s Side) Case() string {
	_, name, _ := strings.Cut(string(s), ".")
	return name
}

// CheckOverrides are what an environment says about the checks of the jobs file.
type CheckOverrides struct {
	// Off is what "checks: off" means: no job is checked, and nothing is reconciled.
	Off bool `yaml:"-"`
	// Jobs are the checks of each job that replace those of the jobs file. Bounds that are
	// not written stay.
	Jobs strictyaml.Map[Checks] `yaml:"*"`
}

// WithChecks is the file with an environment's checks. A job that is off is not compared,
// either.
func (f File) WithChecks(overrides CheckOverrides) File {
	f.Jobs = slices.Clone(f.Jobs)
	off := func(name string) bool {
		own, _ := overrides.Jobs.Get(name)
		return overrides.Off || own.Off
	}
	f.Reconcile = slices.DeleteFunc(slices.Clone(f.Reconcile), func(r Reconcile) bool { return off(r.Left.Job()) || off(r.Right.Job()) })
	for i := range f.Jobs {
		own, found := overrides.Jobs.Get(f.Jobs[i].Name)
		switch {
		case off(f.Jobs[i].Name):
			f.Jobs[i].Checks = Checks{}
		case found:
			f.Jobs[i].Checks = f.Jobs[i].Checks.replaced(own)
		}
	}
	return f
}

// replaced are the checks with those of an environment in their place.
func (c Checks) replaced(by Checks) Checks {
	if by.Except != nil {
		c.Except = by.Except
	}
	c.Cases = slices.Clone(c.Cases)
	for _, entry := range by.Cases {
		at := slices.Index(c.Cases.Keys(), entry.Key)
		if at < 0 {
			c.Cases = append(c.Cases, entry)
			continue
		}
		c.Cases[at].Value = c.Cases[at].Value.replaced(entry.Value)
	}
	c.Cases = slices.DeleteFunc(c.Cases, func(entry strictyaml.Entry[Check]) bool { return entry.Value.Off })
	return c
}

func (c Check) replaced(by Check) Check {
	if by.Off {
		return by
	}
	return Check{
		Min: cmp.Or(by.Min, c.Min), Max: cmp.Or(by.Max, c.Max),
		MaxDrop: cmp.Or(by.MaxDrop, c.MaxDrop), MaxRise: cmp.Or(by.MaxRise, c.MaxRise),
		Baseline: cmp.Or(by.Baseline, c.Baseline), MinBaseline: cmp.Or(by.MinBaseline, c.MinBaseline),
	}
}

// Checked tells whether anything of the file is checked.
func (f File) Checked() bool {
	return len(f.Reconcile) > 0 || slices.ContainsFunc(f.Jobs, func(j Job) bool { return len(j.Checks.Cases) > 0 })
}

// Summary is when a message tells the counts of all jobs since the one before.
type Summary struct {
	Schedule         string `yaml:"schedule,required" example:"cron(0 23 * * ? *)"` // EventBridge expression
	ScheduleTimezone string `yaml:"schedule_timezone"`                              // evaluates Schedule here instead of in UTC

	Cron         cron.Schedule  `yaml:"-"`
	ScheduleZone *time.Location `yaml:"-"` // of ScheduleTimezone, else UTC
}

func (s *Summary) check(report report) {
	var scheduled bool
	if s.Cron, s.ScheduleZone, scheduled = parseSchedule(s.Schedule, s.ScheduleTimezone, report); !scheduled {
		return
	}
	first, _ := s.Cron.Next(judgedFrom, s.ScheduleZone)
	if second, again := s.Cron.Next(first, s.ScheduleZone); again && second.Sub(first) < time.Hour {
		report("schedule", "tells %s after %s; write a schedule with an hour between two summaries", second.Format("15:04"), first.Format("15:04"))
	}
}
