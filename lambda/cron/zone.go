package cron

import (
	"fmt"
	"time"
	_ "time/tzdata" // the Lambda's file system has no time zones
)

// LoadZone returns the location of an IANA time zone name ("Asia/Seoul",
// "UTC"). It takes the names that Go's own time zone database has, spelled
// exactly: EventBridge Scheduler knows those, and what else a machine may have
// under /usr/share/zoneinfo differs between machines. Errors are of type *Error
// with Field "timezone" and suggest the nearest name.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#time-zones
func LoadZone(name string) (*time.Location, error) {
	if !knownZone(name) {
		return nil, unknownZone(name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("load time zone %q: %w", name, err)
	}
	return loc, nil
}
