package rdsca_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"tally/infra/rdsca"
)

const root = "../.."

func TestBundleHoldsTheRegionsRoots(t *testing.T) {
	bundle, err := rdsca.Bundle(root, "ap-northeast-2")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		parsed, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, parsed.Subject.CommonName)
	}
	if len(names) != 3 {
		t.Fatalf("got %q, want the three roots (RSA2048, RSA4096, ECC384) of the region", names)
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "Amazon RDS ap-northeast-2 Root CA") {
			t.Errorf("%q is not a root of ap-northeast-2", name)
		}
	}
}

func TestBundleRefusesRegionsItLacks(t *testing.T) {
	for _, region := range []string{"il-central-1", "us-gov-west-1", "us-east"} {
		if _, err := rdsca.Bundle(root, region); !errors.Is(err, rdsca.ErrRegionUnknown) {
			t.Errorf("Bundle(%q) = %v, want ErrRegionUnknown", region, err)
		}
	}
}

func TestBundleSaysWhatToRunWithoutPackages(t *testing.T) {
	if _, err := rdsca.Bundle(t.TempDir(), "us-east-1"); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("got %v, want an error that says npm ci", err)
	}
}
