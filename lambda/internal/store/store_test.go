package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/store"
	"tally/test/local"
)

var slot = time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)

// recordsOf is a record with a number that tells it from others.
func recordsOf(number int64, revision int) []contract.Record {
	from := slot.Add(-24 * time.Hour)
	var records []contract.Record
	for _, name := range []string{"normal", contract.CaseOther, contract.CaseTotal} {
		records = append(records, contract.Record{
			Job: "daily-scans", CaseName: name, Groups: contract.Groups{}, Count: &number, Status: contract.StatusOK,
			ScheduledTime: slot, LocalDate: "2022-04-07", WindowFrom: &from, WindowTo: &slot,
			CountedAt: slot.Add(1203 * time.Millisecond), Schedule: "cron(55 14 * * ? *)", Revision: revision, JobSHA256: "ab",
		})
	}
	return records
}

func TestCreate(t *testing.T) {
	server := startS3(t)
	s := store.New(client(server.Endpoint, 1), bucket)
	created := create(t, s, recordsOf(7, 1), true)
	want := count.Stored{Bucket: bucket, Key: "counts/date=2022-04-07/daily-scans-20220407T1455Z.rev1.jsonl", Records: recordsOf(7, 1)}
	if difference := cmp.Diff(want, created); difference != "" {
		t.Errorf("created (-want +got):\n%s", difference)
	}
	if difference := cmp.Diff(want, latest(t, s)); difference != "" {
		t.Errorf("latest (-want +got):\n%s", difference)
	}
	object, err := client(server.Endpoint, 1).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &created.Key})
	if err != nil {
		t.Fatal(err)
	}
	defer object.Body.Close()
	if got := aws.ToString(object.ContentType); got != "application/x-ndjson" {
		t.Errorf("content type is %q", got)
	}

	again := create(t, s, recordsOf(8, 1), false)
	if difference := cmp.Diff(want, again); difference != "" {
		t.Errorf("the second record changed the first (-first +now):\n%s", difference)
	}
}

func TestLatest(t *testing.T) {
	server := startS3(t)
	s := store.New(client(server.Endpoint, 1), bucket)
	// Neighbours, and what is no record.
	put(t, server,
		contract.RecordKey("daily-scans", slot.Add(time.Minute), 1),
		contract.RecordKey("daily-scans", slot.AddDate(0, 0, 1), 1),
		contract.RecordKey("daily", slot, 1),
		contract.RecordKey("daily-scans-closed", slot, 1),
		contract.SlotPrefix("daily-scans", slot)+"x.jsonl",
		contract.SlotPrefix("daily-scans", slot)+"1.jsonl.tmp",
	)
	if _, ok, err := s.Latest(t.Context(), "daily-scans", slot); ok || err != nil {
		t.Fatalf("got %t, %v; want no record", ok, err)
	}
	for _, revision := range []int{1, 2, 10} { // as text, 10 comes before 2
		create(t, s, recordsOf(int64(revision), revision), true)
		if got := latest(t, s).Records; got[0].Revision != revision {
			t.Errorf("latest revision is %d, want %d", got[0].Revision, revision)
		}
	}
	if again := create(t, s, recordsOf(7, 1), false); again.Records[0].Revision != 10 {
		t.Errorf("a repeat answers with revision %d, want the latest", again.Records[0].Revision)
	}
}

// A day may have more slots than a page of a listing has keys.
func TestSlots(t *testing.T) {
	server := startS3(t)
	s := store.New(client(server.Endpoint, 1), bucket)
	day := slot.Truncate(24 * time.Hour)
	want := map[string]int{}
	var keys []string
	for minute := range 1100 {
		at := day.Add(time.Duration(minute) * time.Minute)
		keys = append(keys, contract.RecordKey("each-minute", at, 1))
		want["each-minute "+at.Format(time.RFC3339)]++
	}
	keys = append(keys, contract.RecordKey("daily", slot, 1), contract.RecordKey("daily", slot, 2))
	want["daily 2022-04-07T14:55:00Z"] = 2
	// Other days, and what is no record.
	keys = append(keys, contract.RecordKey("daily", day.Add(-time.Minute), 1), contract.RecordKey("daily", day.AddDate(0, 0, 1), 1),
		contract.DayPrefix(day)+"daily-20220407T1456Z.rev1.jsonl.tmp", contract.DayPrefix(day))
	put(t, server, keys...)
	got := map[string]int{}
	err := s.Slots(t.Context(), slot, func(job string, slot time.Time) { got[job+" "+slot.Format(time.RFC3339)]++ })
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("slots (- want, + got):\n%s", difference)
	}
}

// What lies under a record's key is that record, or none.
func TestUnreadableRecord(t *testing.T) {
	key := contract.RecordKey("daily-scans", slot, 1)
	other := func(change func(*contract.Record)) string {
		records := recordsOf(7, 1)
		change(&records[1])
		body, err := contract.EncodeRecords(records)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for name, content := range map[string]string{
		"nothing":          "",
		"no JSON":          "no JSON",
		"an empty object":  "{}\n",
		"null":             "null\n",
		"another job":      other(func(r *contract.Record) { r.Job = "daily" }),
		"another slot":     other(func(r *contract.Record) { r.ScheduledTime = slot.Add(time.Minute) }),
		"another revision": other(func(r *contract.Record) { r.Revision = 2 }),
	} {
		server := startS3(t)
		if err := server.Put(bucket, key, []byte(content)); err != nil {
			t.Fatal(err)
		}
		_, ok, err := store.New(client(server.Endpoint, 1), bucket).Latest(t.Context(), "daily-scans", slot)
		if ok || !errors.Is(err, count.ErrNoRecord) || !strings.Contains(err.Error(), "s3://results/"+key) {
			t.Errorf("%s: got %t, %v, want ErrNoRecord of the object", name, ok, err)
		}
	}
}

func TestConcurrentCreates(t *testing.T) {
	const writers = 32
	server := startS3(t)
	s := store.New(client(server.Endpoint, 3), bucket)
	type result struct {
		stored  count.Stored
		created bool
		err     error
	}
	results := make([]result, writers)
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range writers {
		done.Go(func() {
			start.Wait()
			r := &results[i]
			r.stored, r.created, r.err = s.Create(t.Context(), contract.Lines{AllRows: recordsOf(int64(i), 1)})
		})
	}
	start.Done()
	done.Wait()

	winners := 0
	for i, r := range results {
		if r.err != nil {
			t.Fatal(r.err)
		}
		if r.created {
			winners++
			if *r.stored.Records[0].Count != int64(i) {
				t.Errorf("writer %d created the record of writer %d", i, *r.stored.Records[0].Count)
			}
		}
		if difference := cmp.Diff(results[0].stored, r.stored); difference != "" {
			t.Errorf("writer %d got another record than writer 0:\n%s", i, difference)
		}
	}
	if winners != 1 {
		t.Errorf("%d of %d writers created the record, want 1", winners, writers)
	}
	keys, err := server.Keys(bucket)
	if err != nil || len(keys) != 1 {
		t.Errorf("the bucket holds %v (%v), want one object", keys, err)
	}
}

func create(t *testing.T, s *store.Store, records []contract.Record, want bool) count.Stored {
	t.Helper()
	stored, created, err := s.Create(t.Context(), contract.Lines{AllRows: records})
	if err != nil {
		t.Fatal(err)
	}
	if created != want {
		t.Errorf("created is %t, want %t", created, want)
	}
	return stored
}

func latest(t *testing.T, s *store.Store) count.Stored {
	t.Helper()
	stored, ok, err := s.Latest(t.Context(), "daily-scans", slot)
	if err != nil || !ok {
		t.Fatalf("got %t, %v; want a record", ok, err)
	}
	return stored
}

// put puts empty objects.
func put(t *testing.T, server *local.S3, keys ...string) {
	t.Helper()
	for _, key := range keys {
		_, err := client(server.Endpoint, 1).PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader("")})
		if err != nil {
			t.Fatal(fmt.Errorf("put %s: %w", key, err))
		}
	}
}
