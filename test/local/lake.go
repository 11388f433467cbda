package local

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// lakeSchema is the database of Glue that the local environments count in through Athena.
const lakeSchema = "analytics"

// Event is a row of the sample table "events" of the lake.
type Event struct {
	At     time.Time
	Kind   string // empty: NULL
	Amount int    // 0: NULL
}

// SampleEvents are the same events on every machine: one every ten minutes over four days in UTC.
// Some are exactly on midnight in Seoul, which is 15:00 in UTC.
func SampleEvents() []Event {
	begin := time.Date(2022, 4, 5, 0, 0, 0, 0, time.UTC)
	kinds := []string{"click", "view", "click", "", "buy"}
	events := make([]Event, 4*24*6)
	for i := range events {
		mixed := int(uint32(i) * 2654435761 >> 16)
		events[i] = Event{At: begin.Add(time.Duration(i) * 10 * time.Minute), Kind: kinds[mixed%5], Amount: mixed / 5 % 200}
	}
	return events
}

// LoadLake makes the lake's table "events", and fills it. A table of an earlier start goes.
func (d *Database) LoadLake(ctx context.Context) error {
	db, err := d.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `DROP SCHEMA IF EXISTS `+lakeSchema+` CASCADE; CREATE SCHEMA `+lakeSchema+`;
		CREATE TABLE `+lakeSchema+`.events (event_time timestamp(3), kind varchar, amount integer, dt varchar) PARTITION BY LIST (dt)`)
	if err != nil {
		return fmt.Errorf("make the table of the lake: %w", err)
	}
	return InsertEvents(ctx, db, SampleEvents()...)
}

// InsertEvents adds events to the table "events" of the lake, each to the partition of its day in
// UTC, as a program does that writes files.
func InsertEvents(ctx context.Context, db *sql.DB, events ...Event) error {
	var rows, days []string
	for _, event := range events {
		at := event.At.UTC()
		day := at.Format(time.DateOnly)
		if !slices.Contains(days, day) {
			days = append(days, day)
		}
		kind, amount := "NULL", "NULL"
		if event.Kind != "" {
			kind = "'" + event.Kind + "'"
		}
		if event.Amount != 0 {
			amount = fmt.Sprint(event.Amount)
		}
		rows = append(rows, fmt.Sprintf("('%s',%s,%s,'%s')", at.Format("2006-01-02 15:04:05.000"), kind, amount, day))
	}
	var statements strings.Builder
	for _, day := range days {
		fmt.Fprintf(&statements, "CREATE TABLE IF NOT EXISTS %[1]s.events_%[2]s PARTITION OF %[1]s.events FOR VALUES IN ('%[3]s');\n",
			lakeSchema, strings.ReplaceAll(day, "-", ""), day)
	}
	fmt.Fprintf(&statements, "INSERT INTO %s.events VALUES %s", lakeSchema, strings.Join(rows, ","))
	if _, err := db.ExecContext(ctx, statements.String()); err != nil {
		return fmt.Errorf("add events to the lake: %w", err)
	}
	return nil
}
