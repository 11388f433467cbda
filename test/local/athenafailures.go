package local

// AthenaFailure is how a query ends that does not succeed. Its zero value is none.
type AthenaFailure struct {
	State     string // FAILED or CANCELLED
	Reason    string
	Category  int // 1: Athena's fault, 2: the user's; 0: no AthenaError, as of cancelled queries
	Type      int // of the error catalog
	Retryable bool
	Scanned   int64  // bytes
	Of        string // as of an AthenaPace
}

// athenaCaller is who asks, in the texts of errors.
const athenaCaller = "arn:aws:sts::" + accountID + ":assumed-role/tally-local-counter/tally-local-counter"

// Failures with the texts that Athena gives. The types are those of its error catalog; which
// of them a text comes with is published for few, so most are the catalog's nearest.
//
// https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
var (
	AthenaGlueDenied = failed(1500, "Insufficient permissions to execute the query. User: "+athenaCaller+" is not authorized to perform: glue:GetTable on resource: arn:aws:glue:"+region+":"+accountID+":catalog because no identity-based policy allows the glue:GetTable action (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException; Request ID: 6a4e2b2c-4cd8-4b52-9d0e-08bd4b2fbb0d; Proxy: null)")
	AthenaS3Denied   = failed(1501, "Permission denied on S3 path: s3://lake/events/dt=2022-04-07")
	AthenaKMSDenied  = failed(1501, "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://lake/events/dt=2022-04-07/part-0.parquet (offset=0, length=1048576): com.amazonaws.services.s3.model.AmazonS3Exception: User: "+athenaCaller+" is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:"+region+":"+accountID+":key/1234abcd-12ab-34cd-56ef-1234567890ab because no identity-based policy allows the kms:Decrypt action (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)")

	// Lake Formation says one of these. The table is visible, but no column of it:
	AthenaColumnsHidden = failed(1006, "COLUMN_NOT_FOUND: line 1:8: Relation contains no accessible columns")
	// The table is not.
	AthenaLakeDenied = failed(1500, "Insufficient permissions to execute the query. Insufficient Lake Formation permission(s): Required Describe on events")

	AthenaExhausted     = AthenaFailure{State: "FAILED", Reason: "Query exhausted resources at this scale factor", Category: 1, Type: 1, Scanned: 5 << 30}
	AthenaEngineFailed  = AthenaFailure{State: "FAILED", Reason: "INTERNAL_ERROR_QUERY_ENGINE", Category: 1, Type: 200, Retryable: true}
	AthenaTimedOut      = AthenaFailure{State: "FAILED", Reason: "Query timeout", Category: 1, Type: 206, Scanned: 5 << 30}
	AthenaGlueThrottled = AthenaFailure{State: "FAILED", Reason: "Rate exceeded (Service: AWSGlue; Status Code: 400; Error Code: ThrottlingException; Request ID: 6a4e2b2c-4cd8-4b52-9d0e-08bd4b2fbb0d; Proxy: null)", Category: 2, Type: 1401, Retryable: true}
	AthenaS3SlowDown    = AthenaFailure{State: "FAILED", Reason: "GENERIC_INTERNAL_ERROR: Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown)", Category: 2, Type: 1403, Retryable: true, Scanned: 1 << 20}

	AthenaScanLimit = AthenaFailure{State: "CANCELLED", Reason: "Bytes scanned limit was exceeded", Scanned: 10 << 20}
	AthenaCancelled = AthenaFailure{State: "CANCELLED", Reason: "Query cancelled by user"}
)

// failed is a failure that the user can do something about.
func failed(kind int, reason string) AthenaFailure {
	return AthenaFailure{State: "FAILED", Reason: reason, Category: 2, Type: kind}
}
