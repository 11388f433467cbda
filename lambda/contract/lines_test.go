package contract_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"tally/lambda/contract"
)

// linesOf are lines that differ in every way that lines can.
func linesOf(groups int) contract.Lines {
	total, failed, last := record("total", 12), record("bad", 0), record(`a "groups":{},"count":null b`, -3)
	total.ListedFrom, total.ListedTo, total.Skipped = total.WindowFrom, total.WindowTo, 7
	failed.Count, failed.Status, failed.Code, failed.Message = nil, contract.StatusFailed, "42703", `<"groups":{},"count":null> & more`
	all := contract.Lines{AllRows: []contract.Record{total, failed, last}}
	for i := range all.AllRows {
		all.AllRows[i].Groups = contract.Groups{}
	}
	for i := range groups {
		all.Groups = append(all.Groups, contract.GroupCounts{
			Groups: contract.Groups{"clinic": new(fmt.Sprintf("<%d> & \"8\"\n", i)), "a": nil, "empty": new("")},
			Counts: []int64{int64(i), 99, 1<<62 + int64(i)},
		})
	}
	return all
}

// The reader gives the same bytes as EncodeRecords, for reads and seeks of any size.
func TestLinesReader(t *testing.T) {
	for _, groups := range []int{0, 1, 40} {
		lines := linesOf(groups)
		records := lines.Records()
		if len(records) != 3*(groups+1) {
			t.Fatalf("%d records of %d groups", len(records), groups)
		}
		want, err := contract.EncodeRecords(records)
		if err != nil {
			t.Fatal(err)
		}
		reader, err := lines.Reader()
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(reader, want); err != nil {
			t.Errorf("%d groups: %v", groups, err)
		}
		for range 100 {
			at := rand.IntN(len(want) + 1)
			if _, err := reader.Seek(int64(at), io.SeekStart); err != nil {
				t.Fatal(err)
			}
			part := make([]byte, rand.IntN(len(want)-at+1))
			if _, err := io.ReadFull(reader, part); err != nil || !bytes.Equal(part, want[at:at+len(part)]) {
				t.Fatalf("%d groups, %d bytes from %d on: %q (%v)", groups, len(part), at, part, err)
			}
		}
	}
}

// The lines of all rows are read, and nothing after them.
func TestDecodeAllRows(t *testing.T) {
	want := linesOf(0)
	data, err := contract.EncodeRecords(linesOf(2).Records())
	if err != nil {
		t.Fatal(err)
	}
	got, err := contract.DecodeAllRows(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(io.ErrNoProgress)))
	if err != nil {
		t.Fatal(err)
	}
	shown := func(records []contract.Record) string {
		text, err := contract.EncodeRecords(records)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if shown(got) != shown(want.AllRows) {
		t.Errorf("got\n%swant\n%s", shown(got), shown(want.AllRows))
	}
	if got, err := contract.DecodeAllRows(bytes.NewReader(nil)); err == nil {
		t.Errorf("of nothing: %+v", got)
	}
}
