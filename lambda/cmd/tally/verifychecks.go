package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/store"
	"tally/lambda/job"
)

// adviseOnChecks prints what the owners of a bucket and of a topic that exist must set up, so
// that records are checked at once and somebody is told.
func (d *deployed) adviseOnChecks(ctx context.Context, out io.Writer, jobs job.File) {
	if bucket := d.environment.Results.Bucket; bucket != "" && d.environment.Checked(jobs) && !d.tellsEventBridge(ctx, bucket) {
		fmt.Fprintf(out, addEventBridge, bucket)
	}
	topic, err := arn.Parse(d.environment.Notify.TopicARN)
	if err != nil || !d.environment.Tells(jobs) {
		return
	}
	role, err := arn.Parse(d.role)
	if err == nil && topic.AccountID != role.AccountID {
		fmt.Fprintf(out, letPublish, topic.Resource, topic.AccountID, role.Partition, role.AccountID, topic, sameRole(d.role))
	}
}

// tellsEventBridge tells whether a bucket is known to tell EventBridge of new objects. Not
// everybody may ask.
func (d *deployed) tellsEventBridge(ctx context.Context, bucket string) bool {
	set, err := store.NewClient(d.aws).GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: &bucket})
	return err == nil && set.EventBridgeConfiguration != nil
}

// sameRole matches the role also after its stack was deleted and deployed again: only the end
// of its name, which CloudFormation adds, is another then.
func sameRole(role string) string { return role[:strings.LastIndex(role, "-")+1] + "*" }

// addEventBridge keeps the other notifications of a bucket. Without any, AWS's command prints
// nothing, which jq -s takes for null.
const addEventBridge = `bucket %[1]s is not known to tell EventBridge of new records: the hourly sweep checks them. To have them checked at once, add
EventBridge to the bucket's notifications (the last command replaces all of them). Events of another account's bucket stay there.
  aws s3api get-bucket-notification-configuration --bucket %[1]s > notifications.json &&
  jq -s '.[0] + {EventBridgeConfiguration: {}}' notifications.json > with-eventbridge.json &&
  aws s3api put-bucket-notification-configuration --bucket %[1]s --notification-configuration file://with-eventbridge.json
`

// letPublish names the account, and the role by a condition: a policy that names a role itself
// ends with that role.
const letPublish = `topic %[1]s belongs to account %[2]s: nobody is told of checks unless the topic's policy holds this statement
  {"Effect": "Allow", "Principal": {"AWS": "arn:%[3]s:iam::%[4]s:root"},
   "Action": "sns:Publish", "Resource": "%[5]s",
   "Condition": {"ArnLike": {"aws:PrincipalArn": "%[6]s"}}}
`
