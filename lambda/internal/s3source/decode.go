package s3source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// decoders are kept from object to object.
type decoders struct {
	stored *bufio.Reader // the content as it is stored
	gzip   *gzip.Reader
	// zstd are those of the run, nil for one to be made: an object takes one and gives
	// it back.
	zstd chan *zstd.Decoder
}

// zstdMaxWindow is the most that zstd may look back, which is what its common levels do.
// Each decoder keeps as much, so fewer objects of zstd are read at a time.
const (
	zstdMaxWindow = 8 << 20
	zstdDecoders  = 3
)

// storedSize is how much of an object is read at a time, as it is stored.
const storedSize = 64 << 10

func newDecoders() chan *zstd.Decoder {
	free := make(chan *zstd.Decoder, zstdDecoders)
	for range zstdDecoders {
		free <- nil
	}
	return free
}

// decode inflates content that is compressed: its first bytes, its key or its
// Content-Encoding say so. Call done after it was read.
func (d *decoders) decode(content io.Reader, key, encoding string) (plain io.Reader, done func(), err error) {
	done = func() {}
	if d.stored == nil {
		d.stored = bufio.NewReaderSize(nil, storedSize)
	}
	d.stored.Reset(content)
	start, _ := d.stored.Peek(len(magicZstd)) // an error comes again
	switch compression(start, key, encoding) {
	case "gzip":
		members := &gzipMembers{d: d}
		if err := members.begin(); err != nil {
			return nil, done, err
		}
		return members, done, nil
	case "zstd":
		decoder := <-d.zstd
		done = func() { d.zstd <- decoder }
		if decoder == nil {
			decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMaxWindow))
			if err != nil {
				return nil, done, fmt.Errorf("zstd: %w", err)
			}
		}
		if err := decoder.Reset(d.stored); err != nil {
			return nil, done, fmt.Errorf("zstd: %w", err)
		}
		return decoder, done, nil
	case "":
		return d.stored, done, nil
	default:
		return nil, done, fmt.Errorf("Content-Encoding %s is not supported; store gzip, zstd or plain text", encoding)
	}
}

// What compressed content begins with (RFC 1952, RFC 8878). No text does.
const (
	magicGzip = "\x1f\x8b"
	magicZstd = "\x28\xb5\x2f\xfd"
)

// compression is how an object is compressed. The first bytes win, then the key's ending: an
// object that is called .gz and sent as gzip is compressed once.
func compression(start []byte, key, encoding string) string {
	key = strings.ToLower(key)
	switch {
	case strings.HasPrefix(string(start), magicGzip), strings.HasSuffix(key, ".gz"):
		return "gzip"
	case string(start) == magicZstd, strings.HasSuffix(key, ".zst"):
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

// gzipMembers inflates the members of gzip, one after the other. Zero bytes after a member
// are padding, as gzip(1) takes them.
type gzipMembers struct{ d *decoders }

func (g *gzipMembers) begin() error {
	if g.d.gzip == nil {
		g.d.gzip = new(gzip.Reader)
	}
	if err := g.d.gzip.Reset(g.d.stored); err != nil {
		return fmt.Errorf("gzip: %w", err)
	}
	g.d.gzip.Multistream(false)
	return nil
}

func (g *gzipMembers) Read(into []byte) (int, error) {
	for {
		n, err := g.d.gzip.Read(into)
		ended := errors.Is(err, io.EOF)
		if n > 0 && ended {
			return n, nil // the end comes again
		}
		if !ended {
			return n, err
		}
		for padding := byte(0); padding == 0; {
			if padding, err = g.d.stored.ReadByte(); err != nil {
				return 0, err
			}
		}
		_ = g.d.stored.UnreadByte()
		if err := g.begin(); err != nil {
			return 0, err
		}
	}
}
