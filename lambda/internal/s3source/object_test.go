package s3source_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
)

func testObjects(t *testing.T, server server) {
	b := server.bucket(t)
	for name, size := range map[string]int{
		"images/2026/11/25/a.jpg": 10, "images/2026/11/25/b.jpg": 2000, "images/2026/11/25/c.png": 3000, "images/2026/11/25/readme": 0,
		"images/2026/11/24/z.jpg": 10, "images/2026/11/26/z.jpg": 10, "images/2026/11/250.jpg": 10, "other/a.jpg": 10,
	} {
		b.put(t, name, make([]byte, size))
	}
	result := b.mustCount(t, `    source: {bucket: logs, prefix: "images/{yyyy}/{MM}/{dd}/"}
    window: {span: previous-day}
    group_by: ['split(split(key, "/")[4], ".")[1]']
    cases: {jpeg: key endsWith ".jpg", large: size > 1_000, odd: etag == "" or size < 0}
    exclusive: true
`)
	want := map[string]int64{
		"jpeg": 2, "large": 2, "odd": 0, "other": 1, "total": 4, "overlap": 1,
		"jpeg jpg": 2, "large jpg": 1, "odd jpg": 0, "other jpg": 0, "total jpg": 2, "overlap jpg": 1,
		"jpeg png": 0, "large png": 1, "odd png": 0, "other png": 0, "total png": 1, "overlap png": 0,
		"jpeg nil": 0, "large nil": 0, "odd nil": 0, "other nil": 1, "total nil": 1, "overlap nil": 0,
	}
	if difference := cmp.Diff(want, counts(result, `split(split(key, "/")[4], ".")[1]`)); difference != "" {
		t.Errorf("counts (-want +got):\n%s", difference)
	}
	if result.Listed == nil || result.Listed.From.IsZero() || result.Listed.To.Before(result.Listed.From) {
		t.Errorf("listed %v", result.Listed)
	}
	if first, last := result.Counts[0], result.Counts[len(result.Counts)-1]; first.Case != "jpeg" || len(first.Groups) != 0 || last.Groups[`split(split(key, "/")[4], ".")[1]`] != nil {
		t.Errorf("lines are from %v to %v", first, last)
	}

	result = b.mustCount(t, "    source: {bucket: logs, prefix: images/}\n    distinct: 'split(key, \"/\")[3]'\n    cases: {jpeg: key endsWith \".jpg\"}\n")
	if difference := cmp.Diff(map[string]int64{"jpeg": 4, "other": 1, "total": 4}, counts(result)); difference != "" {
		t.Errorf("distinct (-want +got):\n%s", difference)
	}
}

// Without placeholders the time of the object decides, and its bounds are half open.
func testLastModified(t *testing.T, server server) {
	b := server.bucket(t)
	for i := range 3 {
		b.put(t, fmt.Sprint("x/", i), nil)
	}
	query := queryOf(t, "    source: {bucket: logs, prefix: x/}\n    window: {span: previous-day}\n    cases: {all: size == 0}\n")
	all := b.mustCount(t, "    source: {bucket: logs, prefix: x/}\n    group_by: [last_modified]\n    cases: {all: size == 0}\n")
	var at []time.Time
	for _, line := range all.Counts {
		if text := line.Groups["last_modified"]; text != nil && line.Case == "total" {
			at = append(at, parseTime(t, *text))
		}
	}
	first, last := slices.MinFunc(at, time.Time.Compare), slices.MaxFunc(at, time.Time.Compare)
	for _, test := range []struct {
		window count.Window
		want   int64
	}{
		{count.Window{From: first, To: last.Add(1)}, 3},
		{count.Window{From: last.Add(1), To: last.AddDate(0, 0, 1)}, 0},
		{count.Window{From: first.AddDate(0, 0, -1), To: first}, 0},
	} {
		query.Window = &test.window
		result, err := b.source(2).Count(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		if got := counts(result)["total"]; got != test.want {
			t.Errorf("%v: %d objects, want %d", test.window, got, test.want)
		}
	}
}

// Keys may hold what URLs and XML have signs for.
func testOddKeys(t *testing.T, server server) {
	b := server.bucket(t)
	keys := []string{"k/a b", "k/a+b", "k/a%20b", "k/a&b", "k/<a>", "k/\"a\"", "k/가나다", "k/é", "k/a=b?c#d", "k/~a", "k/{a}"}
	for _, key := range keys {
		b.put(t, key, nil)
	}
	got := counts(b.mustCount(t, "    source: {bucket: logs, prefix: k/}\n    group_by: [key]\n    cases: {all: size == 0}\n"), "key")
	want := map[string]int64{"all": 11, "other": 0, "total": 11}
	for _, key := range keys {
		want["all "+key], want["other "+key], want["total "+key] = 1, 0, 1
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}

// Random objects against a loop over what was put there.
func testRandomObjects(t *testing.T, server server) {
	random := rand.New(rand.NewPCG(3, 4))
	b := server.bucket(t)
	sizes := map[string]int{}
	for range 300 {
		key := fmt.Sprintf("%c/%d/%x.%s", 'a'+rune(random.IntN(3)), random.IntN(4), random.Uint32(), []string{"jpg", "png", "txt"}[random.IntN(3)])
		sizes[key] = random.IntN(50)
		b.put(t, key, make([]byte, sizes[key]))
	}
	want := map[string]int64{}
	for key, size := range sizes {
		if !strings.HasPrefix(key, "a/") {
			continue
		}
		parts := strings.Split(key, "/")
		matched := false
		count := func(name string) { want[name]++; want[name+" "+parts[1]]++ }
		if strings.HasSuffix(key, ".jpg") {
			matched = true
			count("jpg")
		}
		if size >= 20 && size < 40 {
			matched = true
			count("middle")
		}
		if !matched {
			count("other")
		}
		count("total")
	}
	got := counts(b.mustCount(t, `    source: {bucket: logs, prefix: a/}
    group_by: ['split(key, "/")[1]']
    cases: {jpg: key endsWith ".jpg", middle: size >= 20 and size < 40}
`), `split(key, "/")[1]`)
	for name, n := range got {
		if n == 0 {
			delete(got, name)
		}
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}

// Every key is listed exactly once, however keys branch. Pages are made small.
func testListing(t *testing.T, server server) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, test := range []struct {
		name string
		key  func(i int) string
	}{
		{"dates", func(i int) string { return fmt.Sprintf("p/2026/11/%02d/%02d/%x.json", i%28+1, i%24, random.Uint32()) }},
		{"hashes", func(i int) string { return fmt.Sprintf("p/%016x", random.Uint64()) }},
		{"numbers", func(i int) string { return fmt.Sprintf("p/file-%d", i) }},
		{"letters of all kinds", func(i int) string {
			letters := []rune("09AZaz~ -_./가é")
			key := ""
			for range 3 {
				key += string(letters[random.IntN(len(letters))])
			}
			return "p/-" + strings.NewReplacer("//", "-/", "/.", "/-").Replace(key) + "-" + fmt.Sprint(i)
		}},
		{"keys that start others", func(i int) string { return "p/" + strings.Repeat("a", i%100+1) + fmt.Sprint(i/100) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := server.bucket(t)
			want := map[string]int{}
			for i := range 400 {
				key := test.key(i)
				want[key] = 1
				b.put(t, key, nil)
			}
			b.put(t, "o/before", nil)
			b.put(t, "q/behind", nil)
			for _, limit := range []int{1, 7, 1000} {
				got, err := listAll(t.Context(), b, limit, "p/")
				if err != nil {
					t.Fatal(err)
				}
				if difference := cmp.Diff(want, got); difference != "" {
					t.Fatalf("%d a page (-want +got):\n%s", limit, difference)
				}
			}
		})
	}
}

func testNothingThere(t *testing.T, server server) {
	b := server.bucket(t)
	b.put(t, "else/where", []byte("{}"))
	for _, source := range []string{"{bucket: logs, prefix: none/}", "{bucket: logs, prefix: none/, format: jsonl}", "{bucket: logs, prefix: none/, format: csv}"} {
		got := counts(b.mustCount(t, "    source: "+source+"\n    group_by: [etag]\n    cases: {all: etag == \"\"}\n"))
		if difference := cmp.Diff(map[string]int64{"all": 0, "other": 0, "total": 0}, got); difference != "" {
			t.Errorf("%s (-want +got):\n%s", source, difference)
		}
	}
}
