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

// A bucket whose policy demands that requests come from the network is counted from there.
func TestABucketMayBeCountedFromWithinTheVPC(t *testing.T) {
	source := fixtures
	source.Only = "existing"
	loaded := load(t, source)
	for i, bucket := range loaded.Environments[0].Buckets {
		loaded.Environments[0].Buckets[i].Value.VPC = bucket.Key == "logs"
	}
	template := parse(t, synthesized(t, loaded, standIn)["existing-Counter"].Template)
	config := func(function string) string { return asJSON(template.Resources[function].Properties["Environment"]) }
	if got := config(vpcCounter); !strings.Contains(got, `\"buckets\":{\"logs\":\"acme-existing-logs\"}`) {
		t.Errorf("the counter in the VPC knows %s", got)
	}
	if got := config(outsideCounter); strings.Contains(got, "acme-existing-logs") || !strings.Contains(got, "acme-existing-uploads") {
		t.Errorf("the counter outside knows %s", got)
	}
	if got := config(monitor); !strings.Contains(got, `\"database/shop\",\"bucket/logs\"]`) {
		t.Errorf("the monitor knows %s", got)
	}
}

// The function knows the buckets by the keys that jobs use.
func TestTheFunctionKnowsItsBuckets(t *testing.T) {
	config := asJSON(templateOf(t, "existing-Counter").Resources[outsideCounter].Properties["Environment"])
	if want := `\"buckets\":{\"logs\":\"acme-existing-logs\",\"uploads\":\"acme-existing-uploads\"}`; !strings.Contains(config, want) {
		t.Errorf("the variable is %s, want in it %s", config, want)
	}
}
