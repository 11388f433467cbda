// Package timezone loads time zones by their IANA names, finds the one that somebody
// meant, and tells when its clocks change.
package timezone

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the Lambda's file system has no time zones
)

// Error says what is wrong with the name of a time zone.
type Error struct {
	Message    string // what is wrong, in lower case
	Name       string // as it was written
	Suggestion string // a name that Load takes
}

// Error returns the message and the suggestion.
func (e *Error) Error() string { return e.Message + "; write " + strconv.Quote(e.Suggestion) }

// Load returns the location of an IANA time zone name ("Asia/Seoul", "UTC"). It takes the
// names that Go's own time zone database has, spelled exactly: EventBridge Scheduler knows
// those, and what else a machine may have under /usr/share/zoneinfo differs between
// machines. Errors about the name are of type *Error.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#time-zones
func Load(name string) (*time.Location, error) {
	switch {
	case strings.TrimSpace(name) == "":
		return nil, &Error{"the time zone is empty", name, "UTC"}
	case strings.EqualFold(name, "Local"):
		return nil, &Error{"the time zone Local is that of whatever machine runs this, name one", name, "UTC"}
	case !Known(name):
		return nil, &Error{fmt.Sprintf("there is no time zone %q", name), name, Nearest(name)}
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("load time zone %q: %w", name, err)
	}
	return loc, nil
}
