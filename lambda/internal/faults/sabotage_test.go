package faults_test

import (
	"strings"
	"time"

	"tally/test/faults"
)

// sabotages are what a campaign must be able to find.
var sabotages = []string{"lost", "doubled", "wrong"}

// sabotaged has something done that the run must find to be lost, doubled or wrong: S3 loses or
// overwrites each second record, or the source counts a row that is not there.
func (w *world) sabotaged(kind string, deal func(faults.Request) faults.Fault) func(faults.Request) faults.Fault {
	if kind == "wrong" {
		hidden := row{At: w.now.Add(time.Minute), Shop: "a", Status: "paid"}
		honest := w.tableRows
		w.tableRows = func() []row { return append(honest(), hidden) }
	}
	return func(request faults.Request) faults.Fault {
		fault := deal(request)
		if request.Kind != faults.Put || !strings.HasPrefix(request.Key, "counts/") || fault != nil {
			return fault
		}
		switch kind {
		case "lost":
			return faults.Liar
		case "doubled":
			return faults.Unconditional
		}
		return nil
	}
}
