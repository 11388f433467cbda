package local

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"time"
)

// The buckets of the local environments that jobs count in.
const (
	UploadsBucket = "tally-local-uploads"
	LogsBucket    = "tally-local-logs"
)

// Upload is an object of the sample bucket UploadsBucket.
type Upload struct {
	Key  string // images/<yyyy>/<MM>/<dd>/<clinic>/<number>.<jpg or png>, of the day in Seoul
	Size int    // bytes
	Day  int    // of April 2022
}

// SampleUploads are the same uploads on every machine, for three days in Seoul.
func SampleUploads() []Upload {
	var uploads []Upload
	for i := range 3 * 60 {
		day := 6 + i/60
		kind := "jpg"
		if i%4 == 3 {
			kind = "png"
		}
		uploads = append(uploads, Upload{
			Key: fmt.Sprintf("images/2022/04/%02d/clinic-%d/%04d.%s", day, i%3+1, i, kind), Size: i * 1237 % 5000, Day: day,
		})
	}
	return uploads
}

// Order is a record of the sample log in LogsBucket.
type Order struct {
	ID        int       `json:"id"`
	OrderedAt time.Time `json:"ordered_at"`
	Channel   string    `json:"channel"`
	Status    string    `json:"status"`
}

// SampleOrders are the same orders on every machine: one every 20 seconds, over
// four days in UTC.
func SampleOrders() []Order {
	begin := time.Date(2022, 4, 5, 0, 0, 0, 0, time.UTC)
	channels := []string{"web", "app", "phone"}
	statuses := []string{"paid", "paid", "paid", "open", "refunded"}
	orders := make([]Order, 4*24*60*3)
	for i := range orders {
		mixed := uint32(i) * 2654435761 >> 16
		orders[i] = Order{
			ID: i, OrderedAt: begin.Add(time.Duration(i) * 20 * time.Second),
			Channel: channels[mixed%3], Status: statuses[mixed/3%5],
		}
	}
	return orders
}

// LoadObjects fills the sample buckets. The log has two objects for each day in
// UTC, the second one compressed.
func (s *S3) LoadObjects() error {
	for _, upload := range SampleUploads() {
		if err := s.Put(UploadsBucket, upload.Key, make([]byte, upload.Size)); err != nil {
			return err
		}
	}
	orders := SampleOrders()
	const half = 12 * 60 * 3
	for first := 0; first < len(orders); first += half {
		day := orders[first].OrderedAt.Format("2006/01/02")
		lines, err := encodeOrders(orders[first : first+half])
		if err != nil {
			return err
		}
		key := fmt.Sprintf("orders/%s/morning.jsonl", day)
		if first/half%2 == 1 {
			key = fmt.Sprintf("orders/%s/evening.jsonl.gz", day)
			if lines, err = compress(lines); err != nil {
				return err
			}
		}
		if err := s.Put(LogsBucket, key, lines); err != nil {
			return err
		}
	}
	return s.loadAWSLogs()
}

func encodeOrders(orders []Order) ([]byte, error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, order := range orders {
		if err := encoder.Encode(order); err != nil {
			return nil, err
		}
	}
	return lines.Bytes(), nil
}

func compress(content []byte) ([]byte, error) {
	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	if _, err := writer.Write(content); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return compressed.Bytes(), nil
}
