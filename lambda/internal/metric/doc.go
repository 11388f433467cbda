// Package metric publishes metrics through the log: CloudWatch reads them from lines in
// the embedded metric format. So a function in a network without internet needs no
// endpoint for CloudWatch.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metric
