package strictyaml_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"tally/lambda/strictyaml"
)

// conditionPieces put the signs that YAML cares about at random places of a text.
var conditionPieces = []string{
	"a", "b1", "2", " ", " ", "'", `"`, "#", " #", "&", "*", "!", "{", "}", "[", "]", ",", ", ", ":", ": ",
	"|", ">", "-", "- ", "%", "@", "`", `\`, "=", ".", "~", "?", "? ", "(", ")", "<<", "null", "é", "한",
}

func TestTextArrivesAsItLooksOrIsAProblem(t *testing.T) {
	for _, test := range []struct {
		name, file string // TEXT stands for the text
		start, in  string // what texts may not start with, or hold, because it looks like what it means
		want       string
	}{
		{name: "block", start: `'"`, file: "cases:\n  first: TEXT\n  next: end\n", want: "TEXT"},
		{name: "second line", start: "#", file: "cases:\n  first: one\n    TEXT\n  next: end\n", want: "one TEXT"},
		{name: "value below its key", file: "cases:\n  first:\n    TEXT\n  next: end\n", start: `'"`, in: ":", want: "TEXT"},
		{name: "flow", file: "cases: {first: TEXT, next: end}\n", start: `'"`, in: ":}", want: "TEXT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(2022, 4))
			read, refused := 0, 0
			for range 8_000 {
				text := randomText(random)
				if strings.ContainsAny(text[:1], test.start) || strings.ContainsAny(text, test.in) {
					continue
				}
				var file struct {
					Cases strictyaml.Map[strictyaml.Text] `yaml:"cases"`
				}
				written := strings.ReplaceAll(test.file, "TEXT", text)
				if strictyaml.Join(strictyaml.Read("jobs.yaml", []byte(written), &file, nil)) != nil {
					refused++
					continue
				}
				read++
				first, _ := file.Cases.Get("first")
				next, _ := file.Cases.Get("next")
				if string(first) != strings.ReplaceAll(test.want, "TEXT", text) || next != "end" || len(file.Cases) != 2 {
					t.Errorf("%q is read as %q without a problem", written, file.Cases)
				}
			}
			if read < 300 || refused < 300 {
				t.Errorf("%d texts read and %d refused: the generator tests too little", read, refused)
			}
		})
	}
}

func randomText(random *rand.Rand) string {
	for {
		var text strings.Builder
		for range 1 + random.IntN(8) {
			text.WriteString(conditionPieces[random.IntN(len(conditionPieces))])
		}
		if trimmed := strings.TrimSpace(text.String()); trimmed != "" {
			return trimmed
		}
	}
}
