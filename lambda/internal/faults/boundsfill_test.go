package faults_test

import (
	"fmt"
	"strings"
	"time"

	"tally/test/faults"
)

// rowsOf fills a table.
func rowsOf(groups, cases int) func(boundWorld) faults.Record {
	return func(w boundWorld) faults.Record {
		entries := entriesOf(groups, cases)
		db, err := w.database.Open()
		if err != nil {
			w.Fatal(err)
		}
		defer db.Close()
		statements := []string{"DROP TABLE IF EXISTS entries", "CREATE TABLE entries (g text, n integer)"}
		const atATime = 50_000
		for first := 0; first < len(entries); first += atATime {
			var values []string
			for _, e := range entries[first:min(first+atATime, len(entries))] {
				values = append(values, fmt.Sprintf("('%s',%d)", e.group, e.n))
			}
			statements = append(statements, "INSERT INTO entries VALUES "+strings.Join(values, ","))
		}
		for _, statement := range statements {
			if _, err := db.ExecContext(w.Context(), statement); err != nil {
				w.Fatal(err)
			}
		}
		return faults.Record{Counts: countEntries(entries, cases)}
	}
}

// linesOf fills some objects with JSON Lines.
func linesOf(groups, cases int) func(boundWorld) faults.Record {
	return func(w boundWorld) faults.Record {
		entries := entriesOf(groups, cases)
		w.putLog(asJSONLines(entries, groups))
		return faults.Record{Counts: countEntries(entries, cases)}
	}
}

func (w boundWorld) putLog(contents [][]byte) {
	for object, content := range contents {
		w.put(fmt.Sprintf("log/%d.jsonl", object), content)
	}
}

// longLinesOf fills a log in which some lines have a length. If that is more than may be, they do
// not count, and one line more is much too long.
func longLinesOf(length int) func(boundWorld) faults.Record {
	return func(w boundWorld) faults.Record {
		tooLong := length > longestLine
		var all []entry
		for object := range objectsOfLog {
			content, entries := longLog(object, length)
			w.put(fmt.Sprintf("log/%d.jsonl", object), content)
			for _, e := range entries {
				if e.group == "short" || !tooLong {
					all = append(all, e)
				}
			}
		}
		if tooLong {
			w.put("log/huge.jsonl", []byte(`{"g":"huge","n":1,"note":"`+strings.Repeat("huge", longestLine)+`"}`))
		}
		return faults.Record{Counts: countEntries(all, 3)}
	}
}

// valuesOf fills a log with many distinct values.
func valuesOf(values, cases int) func(boundWorld) faults.Record {
	return func(w boundWorld) faults.Record {
		contents, counts := manyValues(values, cases)
		w.putLog(contents)
		return faults.Record{Counts: counts}
	}
}

// keysSlot counts the day before it.
var keysSlot = time.Date(2024, 3, 10, 1, 0, 0, 0, time.UTC)

// keysOf fills a bucket with keys of a form.
func keysOf(form string) func(boundWorld) faults.Record {
	return func(w boundWorld) faults.Record {
		counts := map[string]int64{"a": 0, "large": 0, "other": 0, "total": 0}
		for i := range mostKeys {
			key, size := fmt.Sprintf(form, uint64(i)*0x9e3779b97f4a7c15), i%5
			w.put(key, make([]byte, size))
			isA := strings.Contains(key, "/a")
			if counts["total"]++; isA {
				counts["a"]++
			}
			if size > 2 {
				counts["large"]++
			} else if !isA {
				counts["other"]++
			}
		}
		return faults.Record{Counts: counts}
	}
}

// keysOfDay fills a day's folder, and those of the days around it.
func keysOfDay(w boundWorld) faults.Record {
	for _, day := range []string{"08", "10"} {
		for i := range 1000 {
			w.put(fmt.Sprintf("keys/2024/03/%s/%d", day, i), nil)
		}
	}
	record := keysOf("keys/2024/03/09/%016x")(w)
	record.From, record.To = keysSlot.Add(-25*time.Hour), keysSlot.Add(-time.Hour)
	return record
}
