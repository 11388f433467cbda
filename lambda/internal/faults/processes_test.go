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
	last     time.Time      // the last day that has scans
	turns    map[string]int // of a count of a job with the database, without a fault
	wanted   faults.Wanted
	killer   atomic.Pointer[killer] // that sees what goes to S3; nil kills nobody
	sabotage string                 // what a run must find
	deaf     bool                   // the run does not hear messages
}

// startProcesses starts an environment on a database that is loaded here.
func startProcesses(t *testing.T, environment string, database *local.Database) *processes {
	t.Helper()
	p := &processes{database: database, last: time.Now().Add(-24 * time.Hour), wanted: faults.Wanted{}, turns: map[string]int{}}
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
	p.System, err = local.Start(t.Context(), local.Options{Root: projectRoot, Environment: environment, Jobs: withApartScans(t), Database: &through, Processes: 8, S3: func(endpoint string) (string, error) {
		if p.s3 == nil {
			var err error
			if p.s3, err = faults.StartS3Proxy(endpoint); err != nil {
				return "", err
			}
			p.s3.Deal = func(request faults.Request) faults.Fault {
				if killer := p.killer.Load(); killer != nil {
					if fault := killer.deal(request); fault != nil {
						return fault
					}
				}
				return p.spoil(request)
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
	slot, record := countedScans(dayOf(p.last, scanDays-1))
	p.wanted[faults.Key(dailyScans, slot, 1)], p.wanted[faults.Key(apartScans, slot, 1)] = record, alone(record)
	for _, job := range []string{dailyScans, apartScans} {
		p.db.Plan(nil)
		if _, err := p.Fire(t.Context(), job, slot); err != nil {
			t.Fatal(err)
		}
		p.turns[job] = p.db.Turns()
	}
	t.Logf("%s: how many requests a count sends to the database: %v", environment, p.turns)
	return p
}

// compareRecords holds the objects with a prefix below counts/ against what is wanted of them.
func (p *processes) compareRecords(r *faults.Run, wanted faults.Wanted, prefix string) error {
	objects, err := faults.Objects(p.S3, p.Bucket, contract.RecordPrefix+prefix)
	if err != nil {
		return err
	}
	r.Add(wanted.Compare(objects))
	return nil
}

// sendAgain sends an event once more, as a sweep does. Nothing is killed.
func (p *processes) sendAgain(job string, slot time.Time) error {
	_, err := p.Invoke(context.Background(), job, []byte(`{"job":"`+job+`","scheduledTime":"`+slot.Format(time.RFC3339)+`","origin":"sweep"}`))
	return err
}

// spoil has S3 do with records what a run must find.
func (p *processes) spoil(request faults.Request) faults.Fault {
	switch record := strings.HasPrefix(request.Key, contract.RecordPrefix); {
	case !record:
	case request.Kind == faults.Put && p.sabotage == "lost":
		return faults.Liar
	case request.Kind == faults.Put && p.sabotage == "doubled":
		return faults.Unconditional
	case request.Kind == faults.List && p.sabotage == "doubled":
		return faults.Stale // so that each run stores again
	}
	return nil
}

// misread has the database count something else, for which a run must find that a count is wrong.
func (p *processes) misread(turn faults.Turn) {
	if p.sabotage == "wrong" {
		copy(turn.Said, bytes.ReplaceAll(turn.Said, []byte("'normal'"), []byte("'abnorm'")))
	}
}

// killNobody leaves the database to what sabotages it.
func (p *processes) killNobody() {
	p.db.Plan(func(turn faults.Turn) faults.DBFault {
		p.misread(turn)
		return faults.DBFault{}
	})
}

// reset deletes everything in the results bucket.
func (p *processes) reset() error {
	p.s3.Forget()
	keys, err := p.S3.Keys(p.Bucket)
	for _, key := range keys {
		if err == nil {
			err = p.S3.Delete(p.Bucket, key)
		}
	}
	return err
}

// sabotaged has p do what a run must find. Nothing of earlier runs is left.
func (p *processes) sabotaged(t *testing.T, kind string) {
	t.Helper()
	p.sabotage = kind
	p.killNobody()
	if err := p.reset(); err != nil {
		t.Fatal(err)
	}
}
