package discover

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Bucket is a bucket to count in, as an environment file names it.
type Bucket struct {
	Name          string       `json:"name"`
	KMSKey        string       `json:"kms_key_arn,omitempty"`
	VPC           bool         `json:"vpc"` // its policy demands that requests come through a VPC
	RequesterPays bool         `json:"requester_pays"`
	Network       *Network     `json:"network,omitempty"` // with VPC
	Sources       []KeyPattern `json:"sources"`           // of jobs, guessed from keys
	Advice        `json:"-"`
}

// Bucket describes a bucket. The caller may lack the right to read some of it, which is noted.
func (f *Finder) Bucket(ctx context.Context, name string) (Bucket, error) {
	b := Bucket{Name: name}
	if err := f.findBucket(ctx, name); err != nil {
		return b, err
	}
	encryption, err := f.s3.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &name})
	if err := f.unless(&b, err, "s3:GetEncryptionConfiguration", "whether it needs kms_key_arn", "ServerSideEncryptionConfigurationNotFoundError"); err != nil {
		return b, err
	}
	if encryption != nil && encryption.ServerSideEncryptionConfiguration != nil {
		b.setKey(encryption.ServerSideEncryptionConfiguration.Rules)
	}
	payment, err := f.s3.GetBucketRequestPayment(ctx, &s3.GetBucketRequestPaymentInput{Bucket: &name})
	if err := f.unless(&b, err, "s3:GetBucketRequestPayment", "whether it needs requester_pays: true"); err != nil {
		return b, err
	}
	b.RequesterPays = payment != nil && payment.Payer == types.PayerRequester
	policy, err := f.s3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &name})
	if err := f.unless(&b, err, "s3:GetBucketPolicy", "whether it needs vpc: true", "NoSuchBucketPolicy"); err != nil {
		return b, err
	}
	if policy != nil {
		if err := f.setNetwork(ctx, &b, aws.ToString(policy.Policy)); err != nil {
			return b, err
		}
	}
	listing := &s3.ListObjectsV2Input{Bucket: &name}
	if b.RequesterPays {
		listing.RequestPayer = types.RequestPayerRequester
	}
	page, err := f.s3.ListObjectsV2(ctx, listing)
	if err := f.unless(&b, err, "s3:ListBucket", "how its keys are called"); err != nil {
		return b, err
	}
	if page != nil {
		var keys []string
		for _, object := range page.Contents {
			keys = append(keys, aws.ToString(object.Key))
		}
		b.Sources = guess(keys)
	}
	return b, nil
}

// unless returns an error unless it means that there is nothing, or that the caller may not
// know: then it notes what is not known.
func (f *Finder) unless(b *Bucket, err error, action, unknown string, nothing ...string) error {
	switch {
	case err == nil || hasCode(err, nothing...):
		return nil
	case hasCode(err, denied...):
		b.Steps = append(b.Steps, fmt.Sprintf("Find out %s: these credentials may not do %s. A policy that demands aws:SourceVpce refuses everything that is asked from outside the VPC.", unknown, action))
		return nil
	}
	return f.fault(action, err)
}

// findBucket checks that the bucket exists and is in the region. S3 says the region also to who
// may do nothing else.
func (f *Finder) findBucket(ctx context.Context, name string) error {
	head, err := f.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
	var answer *awshttp.ResponseError
	status, region := http.StatusOK, ""
	if errors.As(err, &answer) {
		status, region = answer.HTTPStatusCode(), answer.Response.Header.Get("X-Amz-Bucket-Region")
	} else if err == nil {
		region = aws.ToString(head.BucketRegion)
	}
	switch {
	case region != "" && region != f.region:
		return inputError("bucket %s is in %s, and this looks in %s; write --region %[2]s, and count it from an environment there", name, region, f.region)
	case status == http.StatusForbidden && region != "":
		return nil // it is there, and what may not be asked is said one by one
	case status != http.StatusNotFound:
		return f.fault("s3:ListBucket", err)
	}
	list, err := f.s3.ListBuckets(ctx, nil)
	if hasCode(err, denied...) {
		return inputError("there is no bucket %q", name)
	}
	if err != nil {
		return f.fault("s3:ListAllMyBuckets", err)
	}
	var names []string
	for _, bucket := range list.Buckets {
		names = append(names, aws.ToString(bucket.Name))
	}
	return f.notFound("bucket", name, names)
}

// setKey finds the key of KMS that new objects are encrypted with.
func (b *Bucket) setKey(rules []types.ServerSideEncryptionRule) {
	for _, rule := range rules {
		if rule.ApplyServerSideEncryptionByDefault == nil {
			continue
		}
		switch key := aws.ToString(rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID); {
		case strings.Contains(key, ":key/"):
			b.KMSKey = key
			b.Steps = append(b.Steps, "The policy of key "+key+" must let IAM policies of this account decide (the statement that allows kms:* to the account's root does), or allow kms:Decrypt to the counter's role. If another account owns the key, it must allow kms:Decrypt to this account.")
		case key != "" && !strings.HasSuffix(key, "alias/aws/s3"): // AWS's own key needs nothing
			b.Steps = append(b.Steps, "Write kms_key_arn into the file: the ARN of the bucket's key, which the bucket names as "+key+":\n   aws kms describe-key --key-id "+key+" --query KeyMetadata.Arn")
		}
	}
}

// setNetwork finds the VPC that the bucket's policy demands.
func (f *Finder) setNetwork(ctx context.Context, b *Bucket, policy string) error {
	endpoints, vpcs, err := demands(policy)
	if err != nil {
		return fmt.Errorf("read the policy of bucket %s: %w", b.Name, err)
	}
	if len(endpoints)+len(vpcs) == 0 {
		return nil
	}
	b.VPC = true
	vpc, through := "", ""
	if len(vpcs) > 0 {
		vpc = vpcs[0]
	}
	if len(endpoints) > 0 {
		found, err := f.endpoints(ctx, "vpc-endpoint-id", endpoints...)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(found, isS3Gateway); i >= 0 {
			vpc, through = aws.ToString(found[i].VpcId), aws.ToString(found[i].VpcEndpointId)
		}
	}
	if vpc == "" {
		return fmt.Errorf("the policy of bucket %s demands requests through %s, none of which is a gateway endpoint of S3 in this account and region; add one, and have the policy allow it", b.Name, strings.Join(endpoints, ", "))
	}
	network, err := f.network(ctx, vpc, through, nil)
	b.Network = &network
	return err
}
