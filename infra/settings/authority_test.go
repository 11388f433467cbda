package settings_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"tally/infra/settings"
)

func TestRDSCAFile(t *testing.T) {
	authority := selfSigned(t)
	for _, test := range []struct{ name, path, pem, want string }{
		{"good", "authority.pem", authority, ""},
		{"in a folder above", "../authority.pem", authority, ""},
		{"missing", "nowhere.pem", "", "infra/environments/dev.yaml:1:14: rds_ca_file: nowhere.pem: no such file or directory; write the path of a PEM file, relative to this file"},
		{"a folder", ".", "", "infra/environments/dev.yaml:1:14: rds_ca_file: .: is a directory; write the path of a PEM file, relative to this file"},
		{"not PEM", "authority.pem", "certificate", "infra/environments/dev.yaml:1:14: rds_ca_file: authority.pem: holds no PEM certificate; write the path of a PEM file, relative to this file"},
		{"a key instead", "authority.pem", strings.ReplaceAll(authority, "CERTIFICATE", "PRIVATE KEY"), "infra/environments/dev.yaml:1:14: rds_ca_file: authority.pem: holds no PEM certificate; write the path of a PEM file, relative to this file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{
				"infra/jobs.yaml": goodJobs,
				// A region that the bundle lacks is what the key is for.
				"infra/environments/dev.yaml": "rds_ca_file: " + test.path + "\n" + strings.ReplaceAll(goodEnvironment, "ap-northeast-2", "il-central-1"),
			}
			if test.pem != "" {
				files["infra/environments/"+test.path] = test.pem
			}
			loaded, err := settings.Load(settings.Source{Root: project(t, files)})
			if test.want != "" {
				if err == nil || err.Error() != test.want {
					t.Errorf("got  %v\nwant %s", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := string(loaded.Environments[0].RDSCA); got != authority {
				t.Errorf("got %q, want the file", got)
			}
		})
	}
}

func selfSigned(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
