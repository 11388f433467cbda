package faults_test

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/test/faults"
	"tally/test/local"
)

const (
	projectRoot = "../../.."
	dailyScans  = "daily-scans"
)

// processes are a synthesized environment whose functions are real processes. Proxies see what
// they say to S3 and to the database.
type processes struct {
	*local.System
	database *local.Database
	s3       *faults.S3Proxy
	db       *faults.DBProxy
	last     time.Time // the last day that has scans
	turns    int       // of a count with the database, without a fault
	wanted   faults.Wanted
	killer   atomic.Pointer[killer] // that sees what goes to S3; nil kills nobody
	kills    int                    // that happened
	moments  map[string]int         // kills by the name of their moment, "" for those that have none
	sabotage string                 // what a run must find
	deaf     bool                   // the run does not hear messages
}

// startProcesses starts an environment on a database that is loaded here.
func startProcesses(t *testing.T, environment string, database *local.Database) *processes {
	t.Helper()
	p := &processes{database: database, last: time.Now().Add(-24 * time.Hour), wanted: faults.Wanted{}, moments: map[string]int{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(loadScans(database, p.last))
	at, err := url.Parse(database.URL)
	must(err)
	p.db, err = faults.StartDBProxy(at.Host)
	must(err)
	t.Cleanup(func() { _ = p.db.Close() })
	through := *database
	through.ReaderURL, err = faults.Through(p.db.Address, database.ReaderURL)
	must(err)
	p.System, err = local.Start(t.Context(), local.Options{Root: projectRoot, Environment: environment, Database: &through, Processes: 8, S3: func(endpoint string) (string, error) {
		if p.s3 == nil {
			var err error
			if p.s3, err = faults.StartS3Proxy(endpoint); err != nil {
				return "", err
			}
			p.s3.Deal = func(request faults.Request) faults.Fault {
				if killer := p.killer.Load(); killer != nil {
					return killer.deal(request)
				}
				return nil
			}
		}
		return p.s3.Endpoint, nil
	}})
	must(err)
	t.Cleanup(func() {
		_ = p.s3.Close()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	p.db.Plan(nil)
	slot, record := countedScans(dayOf(p.last, scanDays-1))
	p.wanted[faults.Key(dailyScans, slot, 1)] = record
	if _, err := p.Fire(t.Context(), dailyScans, slot); err != nil {
		t.Fatal(err)
	}
	p.turns = p.db.Turns()
	t.Logf("%s: a count has %d turns with the database", environment, p.turns)
	return p
}

// look holds the objects with a prefix below counts/ against what is wanted of them.
func (p *processes) look(r *faults.Run, wanted faults.Wanted, prefix string) error {
	objects, err := faults.Objects(p.S3, p.Bucket, contract.RecordPrefix+prefix)
	if err != nil {
		return err
	}
	r.Add(wanted.Compare(objects))
	return nil
}

// again sends an event once more, as a sweep does. Nothing is killed.
func (p *processes) again(slot time.Time) error {
	_, err := p.Invoke(context.Background(), dailyScans, []byte(`{"job":"`+dailyScans+`","scheduledTime":"`+slot.Format(time.RFC3339)+`","origin":"sweep"}`))
	return err
}

// spoil does with a stored record what a run must find.
func (p *processes) spoil(key string) error {
	if p.sabotage == "" {
		return nil
	}
	content, err := p.S3.Object(p.Bucket, key)
	if err != nil {
		return err
	}
	switch p.sabotage {
	case "lost":
		return p.S3.Delete(p.Bucket, key)
	case "doubled":
		return p.S3.Put(p.Bucket, strings.Replace(key, ".rev1.", ".rev2.", 1), content)
	}
	return p.S3.Put(p.Bucket, key, bytes.ReplaceAll(content, []byte(`"count":`), []byte(`"count":1`)))
}

// reset deletes everything in the results bucket.
func (p *processes) reset() error {
	keys, err := p.S3.Keys(p.Bucket)
	for _, key := range keys {
		if err == nil {
			err = p.S3.Delete(p.Bucket, key)
		}
	}
	return err
}
