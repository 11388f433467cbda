package s3source_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A field that no record of the input has is said, in the lines that depend on it and
// in a warning with the nearest name.
func TestUnknownFields(t *testing.T) {
	const records = `{"status":"paid","user_id":1,"error":null,"order":{"customer":{"id":7},"sum":5},"items":[{"price":1}]}
{"status":"open","user_id":2,"order":null,"a.b":1}
`
	const source = "    source: {bucket: logs, prefix: x/, format: jsonl}\n"
	for _, test := range []struct {
		name, job string
		lines     map[string]string // unknown fields by case
		warnings  []string
	}{
		{"known fields", `    cases: {paid: status == "paid", error: error != nil, dotted: '$env["a.b"] == 1', any: "any(items, .price > 0)"}` + "\n    group_by: [order.customer.id]\n", nil, nil},
		{"a slip of the pen", `    cases: {paid: statsu == "paid", open: status == "open"}` + "\n",
			map[string]string{"paid": "statsu", "other": "statsu"},
			[]string{`cases.paid: no record has the field "statsu"; the nearest that they have is "status"`}},
		{"a text without quotes", `    cases: {paid: status == paid}` + "\n",
			map[string]string{"paid": "paid", "other": "paid"},
			[]string{`cases.paid: no record has the field "paid"; the nearest that they have is "a.b"; a text is written in quotes: "paid"`}},
		{"nested", `    cases: {a: order.customer.name == "x", b: order.custmer.id == 7 and order.sum == 5, c: ordr.sum == 5}` + "\n    exclusive: true\n",
			map[string]string{
				"a": "order.customer.name", "b": "order.custmer.id", "c": "ordr.sum",
				"other": "order.custmer.id order.customer.name ordr.sum", "overlap": "order.custmer.id order.customer.name ordr.sum",
			},
			[]string{
				`cases.a: no record has the field "order.customer.name"; the nearest that they have is "order.customer.id"`,
				`cases.b: no record has the field "order.custmer.id"; the nearest that they have is "order.customer"`,
				`cases.c: no record has the field "ordr.sum"; the nearest that they have is "order"`,
			}},
		{"in a value", `    cases: {a: status.code == 1}` + "\n", map[string]string{"a": "status.code", "other": "status.code"},
			[]string{`cases.a: no record has the field "status.code"; the nearest that they have is "status"`}},
		{"in group_by", `    cases: {paid: status == "paid"}` + "\n    group_by: [chanel, 'upper(contry)']\n",
			map[string]string{"paid": "chanel contry", "other": "chanel contry", "total": "chanel contry"},
			[]string{
				`group_by[0]: no record has the field "chanel"; the nearest that they have is "a.b"`,
				`group_by[1]: no record has the field "contry"; the nearest that they have is "error"`,
			}},
		{"in distinct and a case", `    cases: {paid: userid > 1}` + "\n    distinct: userid\n    total: false\n",
			map[string]string{"paid": "userid"},
			[]string{`cases.paid, distinct: no record has the field "userid"; the nearest that they have is "user_id"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := startS3(t).bucket(t)
			half := strings.Index(records, "\n") + 1
			b.put(t, "x/a.jsonl", []byte(records[:half]))
			b.put(t, "x/b.jsonl", []byte(records[half:])) // another reader's, perhaps
			result := b.mustCount(t, source+test.job)
			for _, line := range result.Counts {
				if got := strings.Join(line.UnknownFields, " "); got != test.lines[line.Case] {
					t.Errorf("%s %v: unknown are %q, want %q", line.Case, line.Groups, got, test.lines[line.Case])
				}
			}
			if difference := cmp.Diff(test.warnings, result.Warnings); difference != "" {
				t.Errorf("warnings (- want, + got):\n%s", difference)
			}
		})
	}
	t.Run("in an empty object", func(t *testing.T) {
		b := startS3(t).bucket(t)
		b.put(t, "x/a.jsonl", []byte(`{"order":{}}`))
		want := []string{`cases.a: no record has the field "order.id"; the nearest that they have is "order"`}
		if difference := cmp.Diff(want, b.mustCount(t, source+"    cases: {a: order.id == 1}\n").Warnings); difference != "" {
			t.Errorf("warnings (- want, + got):\n%s", difference)
		}
	})
	t.Run("a record of half a megabyte", func(t *testing.T) {
		b := startS3(t).bucket(t)
		b.put(t, "x/a.jsonl", []byte(`{"filler":"`+strings.Repeat("x", 500_000)+`","state":1}`))
		want := []string{`cases.a: no record has the field "stat"; the nearest that they have is "state"`}
		if difference := cmp.Diff(want, b.mustCount(t, source+"    cases: {a: stat == 1}\n").Warnings); difference != "" {
			t.Errorf("warnings (- want, + got):\n%s", difference)
		}
	})
	t.Run("nothing to read", func(t *testing.T) {
		b := startS3(t).bucket(t)
		b.put(t, "x/a.jsonl", []byte("\n"))
		if result := b.mustCount(t, source+"    cases: {a: b == 1}\n"); result.Warnings != nil || result.Counts[0].UnknownFields != nil {
			t.Errorf("got %q, %q", result.Warnings, result.Counts[0].UnknownFields)
		}
	})
}

// A field is known once one record of any object has it, wherever that is.
func TestRareField(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "x/a.jsonl", []byte(strings.Repeat("{\"status\":\"ok\"}\n", 20_000)+"{\"errorCode\":null}\n"))
	b.put(t, "x/b.jsonl", []byte(strings.Repeat("{\"status\":\"ok\"}\n", 20_000)))
	result := b.mustCount(t, "    source: {bucket: logs, prefix: x/, format: jsonl}\n    cases: {failed: errorCode != nil, ok: status == \"ok\"}\n")
	if counts(result)["ok"] != 40_000 || result.Warnings != nil {
		t.Errorf("counts %v, warnings %q", counts(result), result.Warnings)
	}
}
