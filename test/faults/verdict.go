package faults

import "fmt"

// Verdict is what is wrong after a run.
type Verdict struct {
	Lost    []string // records that should be there and are not
	Doubled []string // records that should not be there, or counts that are there twice
	Wrong   []string // records that say something else, or changed; false answers
}

// Bad tells whether anything is wrong.
func (v Verdict) Bad() bool { return len(v.Lost)+len(v.Doubled)+len(v.Wrong) > 0 }

// Add adds another verdict about the same run.
func (v *Verdict) Add(other Verdict) {
	v.Lost = append(v.Lost, other.Lost...)
	v.Doubled = append(v.Doubled, other.Doubled...)
	v.Wrong = append(v.Wrong, other.Wrong...)
}

// Wrongf notes something that is wrong.
func (v *Verdict) Wrongf(format string, args ...any) {
	v.Wrong = append(v.Wrong, fmt.Sprintf(format, args...))
}
