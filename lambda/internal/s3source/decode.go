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
	zstd *zstd.Decoder
}

// window is the most that zstd may look back, which is what its common levels do.
const window = 8 << 20

// decode inflates content whose key or Content-Encoding says that it is compressed.
func (d *decoders) decode(content io.Reader, key, encoding string) (io.Reader, error) {
	switch compression(key, encoding) {
	case "gzip":
		if d.gzip == nil {
			d.gzip = new(gzip.Reader)
		}
		if err := d.gzip.Reset(content); err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return d.gzip, nil
	case "zstd":
		if d.zstd == nil {
			decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(window))
			if err != nil {
				return nil, fmt.Errorf("zstd: %w", err)
			}
			d.zstd = decoder
		}
		if err := d.zstd.Reset(content); err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return d.zstd, nil
	case "":
		return content, nil
	default:
		return nil, fmt.Errorf("Content-Encoding %s is not supported; store gzip, zstd or plain text", encoding)
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
