package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// cdkScript is what the stand-in for the CDK CLI does: "destroy" deletes stacks, but not
// Data as long as its bucket holds something, which is known by a file.
func (p *project) cdkScript() string {
	return `
test "$1" = destroy || exit 0
mkdir -p ` + p.folder + `/gone
touch ` + p.folder + `/gone/tally-rehearsal-counter
case "$*" in *--exclusively*) ;; *) touch ` + p.folder + `/gone/tally-rehearsal-data ;; esac
`
}

func TestDestroy(t *testing.T) {
	t.Parallel()
	p := newProject(t, "destroy")
	client := s3.New(s3.Options{
		Region: "ap-northeast-2", BaseEndpoint: &p.aws.s3.Endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	})
	// again starts over: both stacks are there, and the bucket holds these objects.
	again := func(t *testing.T, keys ...string) {
		t.Helper()
		p.t = t
		_ = os.RemoveAll(p.aws.gone)
		p.cdk()
		for _, key := range keys {
			put(t, client, key)
		}
	}
	const both = "destroy --force --exclusively rehearsal/Counter\ndestroy --force rehearsal/*"

	_, err := client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String(bucket), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("what is not deployed", func(t *testing.T) {
		again(t)
		p.make(0, "destroy", "EMPTY=yes")
		p.wantCDK(both)
	})
	p.aws.deploy(p.assembly("destroy"))
	const cluster = "database cluster rehearsal/Data/Databases/app/Cluster"
	t.Run("an environment with a created database", func(t *testing.T) {
		again(t)
		p.make(2, "destroy", synthesizedBefore).says(cluster + " would go with its data, without a snapshot; write EMPTY=yes if it may, or protect: true")
		p.wantCDK("")
	})
	t.Run("a stack whose creation failed", func(t *testing.T) {
		again(t)
		made := p.aws.stacks["tally-rehearsal-data"]
		p.aws.change("tally-rehearsal-data", func(stack *deployed) { stack.status, stack.outputs = "ROLLBACK_COMPLETE", nil })
		defer p.aws.change("tally-rehearsal-data", func(stack *deployed) { *stack = made })
		p.make(0, "destroy", synthesizedBefore)
		p.wantCDK(both)
	})
	clustered := p.aws.stacks["tally-rehearsal-data"]
	p.aws.change("tally-rehearsal-data", func(stack *deployed) {
		stack.template = strings.Replace(stack.template, `"AWS::RDS::DBCluster"`, `"AWS::RDS::DBInstance"`, 1)
	})
	t.Run("an empty environment", func(t *testing.T) {
		again(t)
		p.make(0, "destroy", synthesizedBefore).says("bucket " + bucket + " is empty and goes\n")
		p.wantCDK(both)
	})
	t.Run("with records nothing is touched", func(t *testing.T) {
		again(t, "counts/a", "counts/a", "counts/b")
		if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: aws.String("counts/b")}); err != nil {
			t.Fatal(err)
		}
		_, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: aws.String("counts/c")})
		if err != nil {
			t.Fatal(err)
		}
		p.make(2, "destroy", synthesizedBefore).says("bucket " + bucket + " holds 3 versions of objects (24 bytes), 1 delete marker, 1 unfinished upload; write EMPTY=yes to delete them with it, or protect: true")
		p.wantCDK("")
	})
	t.Run("a protected stack", func(t *testing.T) {
		again(t)
		p.aws.change("tally-rehearsal-data", func(stack *deployed) { stack.protected = true })
		defer p.aws.change("tally-rehearsal-data", func(stack *deployed) { stack.protected = false })
		p.make(2, "destroy", "EMPTY=yes", synthesizedBefore).says("tally-rehearsal-data is protected; run aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name tally-rehearsal-data first")
		p.wantCDK("")
	})
	t.Run("a stack that is being updated", func(t *testing.T) {
		again(t)
		p.aws.change("tally-rehearsal-counter", func(stack *deployed) { stack.status = "UPDATE_IN_PROGRESS" })
		defer p.aws.change("tally-rehearsal-counter", func(stack *deployed) { stack.status = "" })
		p.make(2, "destroy", "EMPTY=yes", synthesizedBefore).says("tally-rehearsal-counter is UPDATE_IN_PROGRESS; wait until that has ended")
		p.wantCDK("")
	})
	t.Run("a protected environment keeps its bucket", func(t *testing.T) {
		again(t)
		protected := strings.NewReplacer(`"DeletionPolicy": "Delete"`, `"DeletionPolicy": "Retain"`)
		unprotected := p.aws.stacks["tally-rehearsal-data"]
		p.aws.change("tally-rehearsal-data", func(stack *deployed) { stack.template = protected.Replace(stack.template) })
		defer p.aws.change("tally-rehearsal-data", func(stack *deployed) { *stack = unprotected })
		p.make(2, "destroy", "EMPTY=yes", synthesizedBefore).says("is protected, and nothing empties it")
		p.wantCDK("")
		p.make(0, "destroy", synthesizedBefore).says("bucket " + bucket + " stays, with 3 versions")
		p.wantCDK(both)

		again(t)
		p.make(0, "destroy", synthesizedBefore, "AWS_ENDPOINT_URL_S3=http://127.0.0.1:1").says("bucket " + bucket + " stays; what it holds cannot be listed: ")
		p.wantCDK(both)
	})
	t.Run("a bucket of somebody else", func(t *testing.T) {
		again(t)
		own := p.aws.stacks["tally-rehearsal-data"]
		p.aws.change("tally-rehearsal-data", func(stack *deployed) { stack.outputs = nil })
		defer p.aws.change("tally-rehearsal-data", func(stack *deployed) { *stack = own })
		p.make(0, "destroy", "EMPTY=yes", synthesizedBefore)
		p.wantCDK(both)
		if held := versions(t, client); held == 0 {
			t.Error("it was emptied")
		}
	})
	t.Run("somebody says no to the CDK CLI", func(t *testing.T) {
		again(t)
		write(t, p.folder, "cdk", "#!/bin/sh\nexit 0\n")
		defer write(t, p.folder, "cdk", "#!/bin/sh\necho \"$@\" >>"+filepath.Join(p.folder, "commands")+"\n"+p.cdkScript())
		p.make(2, "destroy", "EMPTY=yes", synthesizedBefore).says("tally-rehearsal-counter is still there, and its functions may store records; nothing was emptied")
		if held := versions(t, client); held == 0 {
			t.Error("it was emptied")
		}
	})
	t.Run("EMPTY=yes, after it was interrupted", func(t *testing.T) {
		again(t)
		p.aws.change("tally-rehearsal-data", func(stack *deployed) { *stack = clustered })
		if err := os.MkdirAll(p.aws.gone, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, p.aws.gone, "tally-rehearsal-counter", "") // the first time it came so far
		p.make(0, "destroy", "EMPTY=yes", synthesizedBefore).says(cluster+" goes with its data, without a snapshot\n", "bucket "+bucket+" goes, with 3 versions of objects (24 bytes), 1 delete marker, 1 unfinished upload\n",
			"bucket "+bucket+" is empty: 5 versions, markers and uploads were deleted\n")
		p.wantCDK(both)
		if held := versions(t, client); held != 0 {
			t.Errorf("the bucket holds %d versions", held)
		}
	})
}

func put(t *testing.T, client *s3.Client, key string) {
	t.Helper()
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader("a record")})
	if err != nil {
		t.Fatal(err)
	}
}

func versions(t *testing.T, client *s3.Client) int {
	t.Helper()
	page, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(bucket)})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Versions) + len(page.DeleteMarkers)
}
