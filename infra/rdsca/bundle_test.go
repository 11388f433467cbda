package rdsca_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"

	"tally/infra/rdsca"
)

func TestBundleHoldsTheRegionsRoots(t *testing.T) {
	bundle, err := rdsca.Bundle("ap-northeast-2", false)
	if err != nil {
		t.Fatal(err)
	}
	names := namesIn(t, bundle)
	if len(names) != 3 {
		t.Fatalf("got %q, want the three roots (RSA2048, RSA4096, ECC384) of the region", names)
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "Amazon RDS ap-northeast-2 Root CA") {
			t.Errorf("%q is not a root of ap-northeast-2", name)
		}
	}
}

func TestBundleHoldsThePublicRootsForProxies(t *testing.T) {
	bundle, err := rdsca.Bundle("ap-northeast-2", true)
	if err != nil {
		t.Fatal(err)
	}
	names := namesIn(t, bundle)
	for _, public := range []string{"Amazon Root CA 1", "Amazon RDS ap-northeast-2 Root CA RSA2048 G1"} {
		if !slices.Contains(names, public) {
			t.Errorf("%q is missing from %q", public, names)
		}
	}
}

func namesIn(t *testing.T, bundle []byte) []string {
	t.Helper()
	var names []string
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		parsed, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, parsed.Subject.CommonName)
	}
	return names
}

func TestBundleRefusesRegionsItLacks(t *testing.T) {
	for _, region := range []string{"il-central-1", "us-gov-west-1", "us-east"} {
		if _, err := rdsca.Bundle(region, true); !errors.Is(err, rdsca.ErrRegionUnknown) {
			t.Errorf("Bundle(%q) = %v, want ErrRegionUnknown", region, err)
		}
	}
}
