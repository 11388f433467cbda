package cron

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:generate go test -run ^TestZoneNames$ -update .

//go:embed zone_names.txt
var zoneNamesFile string

// zoneNames are the names in Go's time zone database (lib/time/zoneinfo.zip), sorted. Go
// cannot list the copy that it embeds.
var zoneNames = sync.OnceValue(func() []string { return strings.Fields(zoneNamesFile) })

func knownZone(name string) bool {
	_, known := slices.BinarySearch(zoneNames(), name)
	return known
}
