package test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Objects are listed and not read; records are read, and only where jobs say; a
// bucket that no job counts in is not touched.
func TestTheFunctionCountsInBucketsWhereJobsSay(t *testing.T) {
	const arn = "arn:aws:s3:::acme-existing-"
	want := []string{
		`kms:Decrypt on arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012 if {"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}`,
		"s3:GetObject on " + arn + "logs/exports/*" + " " + arn + "logs/orders/*",
		`s3:ListBucket on ` + arn + "logs" + ` if {"StringLike":{"s3:prefix":["exports/*","orders/*"]}}`,
		`s3:ListBucket on ` + arn + "uploads" + ` if {"StringLike":{"s3:prefix":["images/*"]}}`,
	}
	if difference := cmp.Diff(want, grants(t, "existing-Counter", "acme-existing", "arn:aws:kms:")); difference != "" {
		t.Errorf("statements about buckets (- want, + got):\n%s", difference)
	}
}

// The function knows the buckets by the keys that jobs use.
func TestTheFunctionKnowsItsBuckets(t *testing.T) {
	config := asJSON(templateOf(t, "existing-Counter").Resources[outsideCounter].Properties["Environment"])
	if want := `\"buckets\":{\"logs\":\"acme-existing-logs\",\"uploads\":\"acme-existing-uploads\"}`; !strings.Contains(config, want) {
		t.Errorf("the variable is %s, want in it %s", config, want)
	}
}
