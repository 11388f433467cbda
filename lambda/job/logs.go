package job

import (
	"strings"
	"sync"
)

// The well-known logs.
const (
	ALB        Format = "alb"
	CloudFront Format = "cloudfront"
	CloudTrail Format = "cloudtrail"
	S3Access   Format = "s3-access"
	VPCFlow    Format = "vpc-flow"
)

// wellKnown are the logs that formats name. Fields have the names that AWS documents; AWS adds
// new ones at the end, which are left out.
var wellKnown = sync.OnceValue(func() map[Format]RecordLayout {
	return map[Format]RecordLayout{
		// Access logs of Application Load Balancers, "Access log entries" in their user guide.
		ALB: fieldsOf(RecordLayout{CSV: CSV{Delimiter: space}, Optional: 8, column: Columns{"time"}}, `
		type time elb client:port target:port request_processing_time target_processing_time
		response_processing_time elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol
		target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time actions_executed redirect_url
		error_reason target:port_list target_status_code_list classification classification_reason conn_trace_id
		transformed_host transformed_uri request_transform_status`),
		// Standard logs of CloudFront, "Standard log file fields" in its developer guide. Their
		// comment "#Fields:" may name others.
		CloudFront: fieldsOf(RecordLayout{
			CSV: CSV{Delimiter: tab, Quotes: QuotesNone, Comment: "#"}, W3C: true, column: Columns{"date", "time"}, zone: "UTC",
		}, `date time x-edge-location sc-bytes c-ip cs-method
		cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header
		cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status
		fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end`),
		CloudTrail: {Format: JSON, Records: "Records", column: Columns{"eventTime"}},
		// Server access logs of S3, "Log record fields" in its user guide. The user agent, field
		// 16, is the last one in quotes.
		S3Access: fieldsOf(RecordLayout{CSV: CSV{Delimiter: space}, Optional: 8, LastRawQuoted: 16, column: Columns{"Time"}}, `
		Bucket_Owner Bucket Time Remote_IP Requester Request_ID Operation Key Request-URI HTTP_status
		Error_Code Bytes_Sent Object_Size Total_Time Turn-Around_Time Referer User-Agent Version_Id Host_Id Signature_Version Cipher_Suite
		Authentication_Type Host_Header TLS_version Access_Point_ARN aclRequired`),
		// Flow logs of a VPC, "Flow log records" in its user guide. The first line of a file names
		// its fields.
		VPCFlow: {Format: CSVLines, CSV: CSV{Delimiter: space, Extra: ExtraIgnore}, Null: "-", logs: true, column: Columns{"start"}, unit: EpochSeconds},
	}
})

// fieldsOf adds the fields to the layout of a log without a header. In the names of fields _ stands
// for a blank where AWS's have one, which no other name has that begins with a capital.
func fieldsOf(layout RecordLayout, names string) RecordLayout {
	layout.Format, layout.Null, layout.logs = CSVLines, "-", true
	layout.CSV.Header, layout.CSV.Columns, layout.CSV.Extra = new(false), strings.Fields(names), ExtraIgnore
	for i, name := range layout.CSV.Columns {
		if name[0] >= 'A' && name[0] <= 'Z' {
			layout.CSV.Columns[i] = strings.ReplaceAll(name, "_", " ")
		}
	}
	return layout
}
