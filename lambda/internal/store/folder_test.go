package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/store"
)

// A folder with the objects of the bucket reads as the bucket does.
func TestFolder(t *testing.T) {
	server, folder := startS3(t), store.Folder(t.TempDir())
	inS3 := store.New(client(server.Endpoint, 1), bucket)
	create(t, inS3, recordsOf(7, 1), true)
	create(t, inS3, recordsOf(8, 2), true)
	prefix := contract.DayPrefix(slot)
	sizes, err := inS3.Sizes(t.Context(), prefix)
	if err != nil || len(sizes) != 2 {
		t.Fatalf("%v (%v), want two records", sizes, err)
	}
	for key, size := range sizes {
		content, err := inS3.ReadBytes(t.Context(), key)
		if err != nil || int64(len(content)) != size {
			t.Fatalf("%s has %d bytes of %d (%v)", key, len(content), size, err)
		}
		writeFile(t, folder.Path(key), string(content))
	}
	for _, prefix := range []string{prefix, prefix + "daily-scans-", contract.SlotPrefix("daily-scans", slot), prefix + "other", contract.DayPrefix(slot.AddDate(0, 0, 1))} {
		want, err := inS3.Keys(t.Context(), prefix)
		got, errHere := folder.Keys(t.Context(), prefix)
		if difference := cmp.Diff(want, got); err != nil || errHere != nil || difference != "" {
			t.Errorf("%s: %v, %v (- bucket, + folder):\n%s", prefix, err, errHere, difference)
		}
		for _, key := range got {
			want, err := inS3.ReadAllRows(t.Context(), key)
			got, errHere := folder.ReadAllRows(t.Context(), key)
			if difference := cmp.Diff(want, got); err != nil || errHere != nil || difference != "" {
				t.Errorf("%s: %v, %v (- bucket, + folder):\n%s", key, err, errHere, difference)
			}
		}
	}
	// What is no record is one nowhere.
	first, second := contract.RecordKey("daily-scans", slot, 1), contract.RecordKey("daily-scans", slot, 2)
	whole, err := os.ReadFile(folder.Path(first))
	if err != nil {
		t.Fatal(err)
	}
	for content, want := range map[string]string{"": "the object is empty", "{": "unexpected EOF", string(whole): "it holds job"} {
		writeFile(t, folder.Path(second), content)
		if _, err := folder.ReadAllRows(t.Context(), second); !errors.Is(err, count.ErrNoRecord) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), folder.Path(second)) {
			t.Errorf("%q: %v", content, err)
		}
	}
	if _, err := folder.ReadAllRows(t.Context(), contract.RecordKey("other", slot, 1)); err == nil || errors.Is(err, count.ErrNoRecord) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func writeFile(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
