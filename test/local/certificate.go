package local

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// CertifiedHost is the name that the certificates of local databases are for.
const CertifiedHost = "localhost"

// Authority is a certificate authority, valid for a day.
type Authority struct {
	PEM string // its own certificate

	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority makes an authority that nobody trusts yet.
func NewAuthority() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key of an authority: %w", err)
	}
	template := validToday(pkix.Name{CommonName: "Tally on this machine"})
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate of an authority: %w", err)
	}
	return &Authority{PEM: encodePEM("CERTIFICATE", der), certificate: template, key: key}, nil
}

// issue makes a certificate for a host name and its key, as PEM.
func (a *Authority) issue(host string) (certificate, key string, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", fmt.Errorf("make the key of %s: %w", host, err)
	}
	template := validToday(pkix.Name{CommonName: host})
	template.DNSNames = []string{host}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, private.Public(), a.key)
	if err != nil {
		return "", "", fmt.Errorf("make the certificate of %s: %w", host, err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", "", fmt.Errorf("encode the key of %s: %w", host, err)
	}
	return encodePEM("CERTIFICATE", der), encodePEM("PRIVATE KEY", encoded), nil
}

func validToday(subject pkix.Name) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: subject,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
}

func encodePEM(kind string, content []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

// certified are the files of a server's certificate.
type certified struct{ authority, certificate, key string }

// certify writes a new authority and a certificate of it into the sandbox.
func (s *sandbox) certify() (certified, error) {
	authority, err := NewAuthority()
	if err != nil {
		return certified{}, err
	}
	certificate, key, err := authority.issue(CertifiedHost)
	if err != nil {
		return certified{}, err
	}
	var files certified
	for _, file := range []struct {
		name, content string
		path          *string
	}{
		{"authority.pem", authority.PEM, &files.authority},
		{"server.pem", certificate, &files.certificate},
		{"server.key", key, &files.key},
	} {
		if *file.path, err = s.secret(file.name, file.content); err != nil {
			return certified{}, fmt.Errorf("write %s: %w", file.name, err)
		}
	}
	return files, nil
}
