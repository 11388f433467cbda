package job

import (
	"slices"
	"strings"

	"tally/lambda/strictyaml"
)

// checkReconcile reports names that come twice, and sides that cannot be compared.
func (f File) checkReconcile(document *strictyaml.Document) {
	names := make([]string, len(f.Reconcile))
	for i, pair := range f.Reconcile {
		key := element("reconcile", i)
		names[i] = pair.Name
		f.checkSide(pair.Left, key+".left", document)
		f.checkSide(pair.Right, key+".right", document)
		if pair.Left == pair.Right {
			document.Report(key+".right", "is the left side, too; write another case or job")
		}
	}
	checkNames(document, "reconcile", names)
}

func (f File) checkSide(side Side, key string, document *strictyaml.Document) {
	at := f.Index(side.Job())
	if at < 0 {
		if !document.Failed("jobs") {
			document.Report(key, "there is no job %q; write a case of one of %s", side.Job(), f.Names())
		}
		return
	}
	j := f.Jobs[at]
	if names := j.CaseNames(); !slices.Contains(names, side.Case()) && !document.Failed(Key(at, "cases")) {
		document.Report(key, "job %s has no case %q; write one of %s", j.Name, side.Case(), strings.Join(names, ", "))
	}
	if j.Window == nil {
		document.Report(key, "job %s has no window, so nothing says which of its counts to compare; write a job with a window", j.Name)
	}
}
