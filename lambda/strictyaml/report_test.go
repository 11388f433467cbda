package strictyaml_test

import (
	"path/filepath"
	"strings"
	"testing"

	"tally/lambda/strictyaml"
)

func TestJoinKeepsTheOrderOfDocuments(t *testing.T) {
	var into file
	second := strictyaml.Read("b.yaml", []byte("title: 1"), &into, nil)
	first := strictyaml.Read("z.yaml", []byte("jobs: []\nsize: x"), &into, nil)
	good := strictyaml.Read("a.yaml", []byte("jobs: []"), &into, nil)
	if err := strictyaml.Join(good); err != nil {
		t.Errorf("a good file gives %v", err)
	}
	err := strictyaml.Join(first, good, second)
	want := `z.yaml:2:7: size: is a text; write a whole number, without quotes
b.yaml:1:1: jobs: is missing; write jobs: [{name: daily}]
b.yaml:1:8: title: is a number; put it in quotes: "1"`
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
	listed, ok := err.(strictyaml.Problems)
	if !ok || len(listed) != 3 || listed[0].Line != 2 || listed[0].Column != 7 || listed[0].Key != "size" {
		t.Errorf("got %#v, want three Problems with their places", err)
	}
}

func TestReport(t *testing.T) {
	const text = "size: x\nbuckets:\n  Bad.Key: a\njobs:\n  - name: a\n    window: 3\n"
	for _, test := range []struct{ name, key, want string }{
		{"at a value", "jobs[0].name", "f.yaml:5:11: jobs[0].name: wrong"},
		{"at a mapping", "buckets", "f.yaml:2:1: buckets: wrong"},
		{"at a key that is not there", "jobs[0].tags[2]", "f.yaml:5:5: jobs[0].tags[2]: wrong"},
		{"at a top key that is not there", "title", "f.yaml:1:1: title: wrong"},
		{"at the file", "", "f.yaml:1:1: wrong"},
		{"at a key with a dot", "buckets.Bad.Key", "f.yaml:3:12: buckets.Bad.Key: wrong"},
		{"where there is a problem", "size", ""},
		{"below a problem", "jobs[0].window.span", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var into file
			document := strictyaml.Read("f.yaml", []byte(text), &into, nil)
			before := strictyaml.Join(document).Error()
			document.Report(test.key, "wr%s", "ong")
			got := strictyaml.Join(document).Error()
			if test.want == "" && got != before {
				t.Errorf("got:\n%s\nwant no more than:\n%s", got, before)
			}
			if !strings.Contains("\n"+got+"\n", "\n"+test.want+"\n") && test.want != "" {
				t.Errorf("got:\n%s\nwant also:\n%s", got, test.want)
			}
		})
	}
}

func TestReportBelowAProblemOfAKeyThatIsThere(t *testing.T) {
	var into file
	document := strictyaml.Read("f.yaml", []byte("jobs:\n  - name: Daily\n"), &into, nil)
	document.Report("jobs[0]", "is odd")
	document.Report("jobs[0].name", "is not a name")
	document.Report("jobs[0].window", "is missing")
	want := "f.yaml:2:5: jobs[0]: is odd\nf.yaml:2:11: jobs[0].name: is not a name"
	if got := strictyaml.Join(document); got == nil || got.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", got, want)
	}
}

func TestFailed(t *testing.T) {
	for _, test := range []struct {
		name, input, key string
		want             bool
	}{
		{"good", "jobs: []\nsize: 3", "size", false},
		{"itself", "jobs: []\nsize: x", "size", true},
		{"above", "jobs: []\nbuckets: 3", "buckets.a", true},
		{"below", "jobs: [{name: 3}]", "jobs", false},
		{"beside", "jobs: [{name: 3}]", "size", false},
		{"syntax", "jobs: [", "size", true},
		{"no file", "", "size", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var into file
			if got := strictyaml.Read("f.yaml", []byte(test.input), &into, nil).Failed(test.key); got != test.want {
				t.Errorf("Failed(%q) = %t, want %t", test.key, got, test.want)
			}
		})
	}
}

func TestReadFile(t *testing.T) {
	folder := t.TempDir()
	var into file
	missing, data := strictyaml.ReadFile(filepath.Join(folder, "f.yaml"), "infra/f.yaml", &into, nil)
	missing.Report("jobs", "is empty")
	if err := strictyaml.Join(missing); err == nil || err.Error() != "infra/f.yaml: the file does not exist; write it, or name another" || data != nil {
		t.Errorf("got %v, %q", err, data)
	}
	unreadable, _ := strictyaml.ReadFile(folder, "infra/f.yaml", &into, nil)
	if err := strictyaml.Join(unreadable); err == nil || !strings.HasPrefix(err.Error(), "infra/f.yaml: cannot be read: ") {
		t.Errorf("got %v", err)
	}
}
