// Package dashboard writes the bodies of an environment's CloudWatch dashboards:
// how the whole is, then a row per job with its counts. It is plain Go, without
// CDK; texts may hold CDK's tokens.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
package dashboard
