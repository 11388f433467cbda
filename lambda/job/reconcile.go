package job

import (
	"slices"
	"strings"

	"tally/lambda/strictyaml"
)

// checkReconcile reports names that come twice, and sides that cannot be compared.
func (f File) checkReconcile(document *strictyaml.Document) {
	indexOf := map[string]int{}
	for i, pair := range f.Reconcile {
		key := element("reconcile", i)
		if first, taken := indexOf[pair.Name]; taken {
			document.Report(key+".name", "%q is also the name of reconcile[%d]; write another name", pair.Name, first)
		} else {
			indexOf[pair.Name] = i
		}
		f.checkSide(pair.Left, key+".left", document)
		f.checkSide(pair.Right, key+".right", document)
		if pair.Left == pair.Right {
			document.Report(key+".right", "is the left side, too; write another case or job")
		}
	}
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

// Index is where the job of that name is; -1 if there is none.
func (f File) Index(name string) int {
	return slices.IndexFunc(f.Jobs, func(j Job) bool { return j.Name == name })
}
