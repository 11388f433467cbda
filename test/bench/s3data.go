package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// orders writes made-up orders, as a shop's web server logs them, as JSON Lines until
// some bytes are written.
func orders(to io.Writer, size int64) error {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	out := bufio.NewWriterSize(to, 1<<20)
	for id, written := 1, int64(0); written < size; id++ {
		n, err := fmt.Fprintf(out, `{"id":%d,"ordered_at":"2026-11-%02dT%02d:%02d:%02d.%03dZ","channel":"%s","status":"%s","amount":%.2f,"currency":"KRW",`+
			`"order":{"customer":{"id":%d,"name":"%s"},"items":[{"sku":"A-%d","quantity":%d},{"sku":"B-%d","quantity":1}]},`+
			`"note":"order number %d, deliver to the front door","express":%t,"trace_id":"%016x%016x","user_agent":"%s"}`+"\n",
			id, 1+random.IntN(28), random.IntN(24), random.IntN(60), random.IntN(60), random.IntN(1000),
			pick("web", "app", "store", "phone", "partner"), pick("paid", "refunded", "cancelled", "open"), random.Float64()*500,
			1+random.IntN(50_000), pick("Kim", "Lee", "Park", "Choi", "Jung", "김민수", "Müller"),
			1+random.IntN(9999), 1+random.IntN(9), 1+random.IntN(9999), id, random.IntN(2) == 0, random.Uint64(), random.Uint64(), pick(userAgents...))
		if err != nil {
			return err
		}
		written += int64(n)
	}
	return out.Flush()
}

var userAgents = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Linux; Android 16; SM-S931N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
	"acme-shop/4.12.0 (android 16; ko_KR)",
}

// table writes made-up orders as CSV.
func table(to io.Writer, size int64) error {
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	out := bufio.NewWriterSize(to, 1<<20)
	if _, err := out.WriteString("id,ordered_at,channel,status,amount,customer,note\n"); err != nil {
		return err
	}
	for id, written := 1, int64(0); written < size; id++ {
		n, err := fmt.Fprintf(out, "%d,2026-11-%02dT%02d:%02d:00Z,%s,%s,%.2f,%d,\"order %d, deliver to the front door\"\n",
			id, 1+random.IntN(28), random.IntN(24), random.IntN(60), pick("web", "app", "store", "phone", "partner"),
			pick("paid", "refunded", "cancelled", "open"), random.Float64()*500, 1+random.IntN(50_000), id)
		if err != nil {
			return err
		}
		written += int64(n)
	}
	return out.Flush()
}

// zipped compresses what another function writes.
func zipped(write func(io.Writer, int64) error) func(io.Writer, int64) error {
	return func(to io.Writer, size int64) error {
		out := gzip.NewWriter(to)
		if err := write(out, size); err != nil {
			return err
		}
		return out.Close()
	}
}

// zstandard compresses what another function writes.
func zstandard(write func(io.Writer, int64) error) func(io.Writer, int64) error {
	return func(to io.Writer, size int64) error {
		out, err := zstd.NewWriter(to, zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
		if err != nil {
			return err
		}
		if err := write(out, size); err != nil {
			return err
		}
		return out.Close()
	}
}

// makeFile writes a file.
func makeFile(path string, size int64, write func(io.Writer, int64) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := write(file, size); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return file.Close()
}
