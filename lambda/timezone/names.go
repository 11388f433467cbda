package timezone

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:generate go test -run ^TestNames$ -update .

//go:embed names.txt
var namesFile string

// names are those in Go's time zone database (lib/time/zoneinfo.zip), sorted. Go cannot
// list the copy that it embeds.
var names = sync.OnceValue(func() []string { return strings.Fields(namesFile) })

// Known tells whether Load takes a name.
func Known(name string) bool {
	_, known := slices.BinarySearch(names(), name)
	return known
}
