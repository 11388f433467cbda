// Package metric publishes metrics through the log: CloudWatch reads them from
// lines in the embedded metric format, so that a function without a way out of
// its network needs no CloudWatch endpoint.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metric
