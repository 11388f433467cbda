package sweep

import (
	"strconv"
	"strings"
	"time"
)

// gregorian is the beginning of 1970 in the time of UUIDs: 100 ns since 15 October 1582.
const gregorian = 0x01B21DD213814000

// createdAt is when a stack was created. CloudFormation's ids end with a UUID of version 1,
// which holds that time (RFC 9562). AWS does not promise it: ok is false for any other id.
func createdAt(stack string) (at time.Time, ok bool) {
	parts := strings.Split(stack[strings.LastIndexByte(stack, '/')+1:], "-")
	if len(parts) != 5 || len(parts[0]) != 8 || len(parts[1]) != 4 || len(parts[2]) != 4 || parts[2][0] != '1' {
		return time.Time{}, false
	}
	ticks, err := strconv.ParseInt(parts[2][1:]+parts[1]+parts[0], 16, 64)
	if err != nil || ticks < gregorian {
		return time.Time{}, false
	}
	return time.Unix(0, (ticks-gregorian)*100).UTC(), true
}
