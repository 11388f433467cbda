package local

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Seoul is the zone of the sample's wall-clock times: nine hours ahead, no DST.
var Seoul = time.FixedZone("Asia/Seoul", 9*60*60)

// Scan is a row of the sample table "scans": the same rows on every machine.
type Scan struct {
	ID         int
	Clinic     int
	Patient    int
	Result     string // empty: NULL, not read yet
	Confidence int    // in hundredths
	CreatedAt  time.Time
}

// The sample covers four days, one scan every 1.5 seconds, so that rows fall
// exactly on midnight and on 23:55.
var (
	sampleStart = time.Date(2022, 4, 5, 0, 0, 0, 0, Seoul)
	sampleStep  = 1500 * time.Millisecond
)

// SampleRows is the number of rows.
const SampleRows = 4 * 24 * 60 * 60 * 1000 / 1500

// SampleScan computes row i, from 0.
func SampleScan(i int) Scan {
	mixed := uint32(i) * 2654435761 // Knuth's multiplicative hash: spread, yet always the same
	scan := Scan{
		ID:         i + 1,
		Clinic:     i%7 + 1,
		Patient:    int(mixed>>8) % 50_000,
		Confidence: int(mixed>>16) % 101,
		CreatedAt:  sampleStart.Add(time.Duration(i) * sampleStep),
	}
	switch share := mixed >> 24; {
	case share < 140:
		scan.Result = "normal"
	case share < 200:
		scan.Result = "caries"
	case share < 230:
		scan.Result = "fracture"
	}
	return scan
}

// columnTypes are the engines' types of a local time with milliseconds.
var columnTypes = map[string]string{"postgres": "timestamp(3)", "mysql": "datetime(3)"}

// Load creates the table "scans" with an index on created_at and the table "orders", and fills
// both. The orders are those of the sample log.
func (d *Database) Load(ctx context.Context) error {
	db, err := d.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	create := fmt.Sprintf(`CREATE TABLE scans (
		id integer PRIMARY KEY, clinic_id integer NOT NULL, patient_id integer NOT NULL,
		result varchar(20), confidence numeric(3,2), created_at %s NOT NULL)`, columnTypes[d.Engine])
	createOrders := fmt.Sprintf(`CREATE TABLE orders (id integer PRIMARY KEY, ordered_at %s NOT NULL, channel varchar(20) NOT NULL, status varchar(20) NOT NULL)`, columnTypes[d.Engine])
	for _, statement := range []string{create, `CREATE INDEX scans_created_at ON scans (created_at)`, createOrders} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("create the sample table: %w", err)
		}
	}
	const batch = 2400
	for first := 0; first < SampleRows; first += batch {
		if err := insertScans(ctx, db, first, min(first+batch, SampleRows)); err != nil {
			return fmt.Errorf("load the sample: %w", err)
		}
	}
	return InsertOrders(ctx, db, SampleOrders()...)
}

// InsertOrders adds orders to the table "orders".
func InsertOrders(ctx context.Context, db *sql.DB, orders ...Order) error {
	const batch = 2400
	for some := range slices.Chunk(orders, batch) {
		var rows []string
		for _, order := range some {
			rows = append(rows, fmt.Sprintf("(%d,'%s','%s','%s')", order.ID, order.OrderedAt.In(Seoul).Format("2006-01-02 15:04:05.000"), order.Channel, order.Status))
		}
		if _, err := db.ExecContext(ctx, "INSERT INTO orders VALUES "+strings.Join(rows, ",")); err != nil {
			return fmt.Errorf("load the orders: %w", err)
		}
	}
	return nil
}

func insertScans(ctx context.Context, db *sql.DB, first, end int) error {
	var text strings.Builder
	text.WriteString("INSERT INTO scans VALUES ")
	for i := first; i < end; i++ {
		if i > first {
			text.WriteByte(',')
		}
		scan := SampleScan(i)
		result := "NULL"
		if scan.Result != "" {
			result = "'" + scan.Result + "'"
		}
		fmt.Fprintf(&text, "(%d,%d,%d,%s,%d.%02d,'%s')", scan.ID, scan.Clinic, scan.Patient, result,
			scan.Confidence/100, scan.Confidence%100, scan.CreatedAt.Format("2006-01-02 15:04:05.000"))
	}
	_, err := db.ExecContext(ctx, text.String())
	return err
}
