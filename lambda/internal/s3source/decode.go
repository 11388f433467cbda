package s3source

import (
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// decoders are kept from object to object.
type decoders struct {
	gzip *gzip.Reader
	// zstd are those of the run, nil for one to be made: an object takes one and gives
	// it back.
	zstd chan *zstd.Decoder
}

// window is the most that zstd may look back, which is what its common levels do.
// Each decoder keeps as much, so fewer objects of zstd are read at a time.
const (
	window  = 8 << 20
	zstdAll = 3
)

func newDecoders() chan *zstd.Decoder {
	free := make(chan *zstd.Decoder, zstdAll)
	for range zstdAll {
		free <- nil
	}
	return free
}

// decode inflates content whose key or Content-Encoding says that it is compressed.
// Call done after it was read.
func (d *decoders) decode(content io.Reader, key, encoding string) (plain io.Reader, done func(), err error) {
	done = func() {}
	switch compression(key, encoding) {
	case "gzip":
		if d.gzip == nil {
			d.gzip = new(gzip.Reader)
		}
		if err := d.gzip.Reset(content); err != nil {
			return nil, done, fmt.Errorf("gzip: %w", err)
		}
		return d.gzip, done, nil
	case "zstd":
		decoder := <-d.zstd
		done = func() { d.zstd <- decoder }
		if decoder == nil {
			decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(window))
			if err != nil {
				return nil, done, fmt.Errorf("zstd: %w", err)
			}
		}
		if err := decoder.Reset(content); err != nil {
			return nil, done, fmt.Errorf("zstd: %w", err)
		}
		return decoder, done, nil
	case "":
		return content, done, nil
	default:
		return nil, done, fmt.Errorf("Content-Encoding %s is not supported; store gzip, zstd or plain text", encoding)
	}
}

// compression is how an object is compressed. The key's ending wins: an object that
// is called .gz and sent as gzip is compressed once.
func compression(key, encoding string) string {
	switch {
	case strings.HasSuffix(key, ".gz"):
		return "gzip"
	case strings.HasSuffix(key, ".zst"):
		return "zstd"
	}
	encoding = strings.TrimSpace(strings.TrimPrefix(strings.ToLower(encoding), "aws-chunked"))
	switch encoding = strings.TrimLeft(encoding, ", "); encoding {
	case "", "identity":
		return ""
	case "gzip", "x-gzip":
		return "gzip"
	}
	return encoding
}
