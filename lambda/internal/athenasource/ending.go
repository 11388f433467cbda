package athenasource

import (
	"strings"

	"tally/lambda/pattern"
)

// ending is what the end of a query means that did not succeed.
type ending struct {
	words     string // what happened, and what to do
	transient bool   // the next run may succeed
	throttled bool   // other queries would not succeed now, either
	final     bool   // the same query would end so again: only another one, or a person's wish, is worth its price
	safe      bool   // the whole reason may be shown: it is about names and rights, and holds no value of a row
}

var (
	athenaFailed = ending{transient: true, words: "Athena failed"}
	throttling   = ending{transient: true, throttled: true, words: "Amazon S3 or Glue throttles"}
	resultGone   = ending{transient: true, safe: true, words: "its results are gone, which Athena keeps for a day"}
	tooMuch      = ending{final: true, words: "it needs more memory than Athena has for a query; group by fewer columns, leave distinct out, or write several jobs"}
	tooSlow      = ending{final: true, words: "it ran for longer than Athena allows; limit it by partitions or a shorter span, or ask for a higher quota of DML query timeout"}
	fileGone     = ending{transient: true, words: "a file of the table was deleted while the query ran"}
	badFile      = ending{words: "a file or the definition of the table cannot be read"}

	lakeDenied = ending{safe: true, words: "Lake Formation does not allow it; grant the counter's role SELECT on the table, and write lake_formation: true (docs/athena.md)"}
	keyDenied  = ending{safe: true, words: "the key of KMS does not allow it; write kms_key_arn beside data, and let the key's policy allow the counter's role"}
	glueDenied = ending{safe: true, words: "the counter's role lacks a right of Glue; database and catalog of the environment must be those of the table, and a policy of the catalog must allow it"}
	dataDenied = ending{safe: true, words: "the counter's role may not read the table's files; write where they are under data in the environment file, and let the bucket's policy allow it"}
	denied     = ending{safe: true, words: "the counter's role lacks a right"}

	noDatabase = ending{safe: true, words: "there is no such database; correct database or catalog in the environment file"}
	noTable    = ending{safe: true, words: "there is no such table in the database; correct source.table, or make it"}
	badSQL     = ending{words: "Athena does not take the SQL"}
)

// codes are what Trino's codes mean. Their texts may hold values of rows, so only these are read.
//
// https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java
var codes = map[string]ending{
	"CATALOG_NOT_FOUND": noDatabase, "SCHEMA_NOT_FOUND": noDatabase, "TABLE_NOT_FOUND": noTable,
	"COLUMN_NOT_FOUND":   {safe: true, words: "there is no such column"},
	"FUNCTION_NOT_FOUND": badSQL, "TYPE_MISMATCH": badSQL, "SYNTAX_ERROR": badSQL, "AMBIGUOUS_NAME": badSQL, "TYPE_NOT_FOUND": badSQL,
	"EXPRESSION_NOT_SCALAR": badSQL, "EXPRESSION_NOT_AGGREGATE": badSQL, "NESTED_AGGREGATION": badSQL, "NOT_SUPPORTED": badSQL, "INVALID_LITERAL": badSQL,
	"DIVISION_BY_ZERO":           {words: "division by zero in a row"},
	"NUMERIC_VALUE_OUT_OF_RANGE": {words: "a number of a row is out of range"},
	"INVALID_CAST_ARGUMENT":      {words: "a value of a row cannot be cast; write TRY_CAST"},
	"INVALID_FUNCTION_ARGUMENT":  {words: "a function does not take a value of a row; write TRY(…), or correct window.column if it holds texts that are no times in ISO 8601"},
	"EXCEEDED_TIME_LIMIT":        tooSlow,
	"EXCEEDED_MEMORY_LIMIT":      tooMuch, "EXCEEDED_LOCAL_MEMORY_LIMIT": tooMuch, "EXCEEDED_GLOBAL_MEMORY_LIMIT": tooMuch, "EXCEEDED_NODE_MEMORY_LIMIT": tooMuch,
	"HIVE_BAD_DATA": badFile,
}

// noZoneText is the ending of a time that says no zone, though it must.
var noZoneText = ending{words: "window.column has a text that is no time with a zone in ISO 8601; if such texts are times without one, write column_timezone"}

// sentence is what a text means that has a part.
type sentence struct {
	part string
	ending
}

// sentences are the texts without a code. They are Athena's own, and hold no values of rows.
//
// https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html
var sentences = []sentence{
	{"Bytes scanned limit", ending{final: true, words: "it reads more than its workgroup allows; limit it by partitions or a shorter span, or raise scan_limit_gb"}},
	{"exhausted resources", tooMuch},
	{"Query timeout", tooSlow},
	{"Rate exceeded", throttling},
	{"Lake Formation", lakeDenied}, {"lakeformation:", lakeDenied}, {"kms:", keyDenied}, {"glue:", glueDenied},
	{"Permission denied on S3", dataDenied}, {"s3:", dataDenied}, {"Access Denied", dataDenied},
	{"not authorized", denied}, {"ermission", denied},
}

// ofServices are what another service said, in the text of a code.
var ofServices = []sentence{
	{"Lake Formation", lakeDenied},
	{"Status Code: 403", dataDenied}, {"Permission denied on S3", dataDenied},
	{"Status Code: 503", throttling}, {"SlowDown", throttling}, {"reduce your request rate", throttling}, {"ThrottlingException", throttling},
	{"Status Code: 404", fileGone}, {"NoSuchKey", fileGone},
}

// endingIn is that of the first sentence that a text has; false if it has none.
func endingIn(text string, all []sentence) (ending, bool) {
	for _, known := range all {
		if strings.Contains(text, known.part) {
			return known.ending, true
		}
	}
	return ending{}, false
}

// endingOf is the ending that a reason of a code means; false if nobody knows it.
func endingOf(code, reason string) (ending, bool) {
	if code == "" {
		return endingIn(reason, sentences)
	}
	switch known, found := codes[code]; {
	case code == "INVALID_FUNCTION_ARGUMENT" && strings.Contains(reason, noZone):
		return noZoneText, true
	case code == "COLUMN_NOT_FOUND" && strings.Contains(reason, "no accessible columns"):
		return lakeDenied, true
	case found:
		return known, true
	case strings.Contains(code, "DENIED"):
		return ofService(reason, denied), true
	case strings.HasPrefix(code, "HIVE_"), strings.HasPrefix(code, "ICEBERG_"):
		return ofService(reason, badFile), true
	case strings.Contains(code, "INTERNAL_ERROR"):
		return ofService(reason, athenaFailed), true
	}
	return ending{}, false
}

// refusedRight is what IAM says of a right that a request lacks.
var refusedRight = pattern.New(`not authorized to perform: ([a-z0-9-]+):\w+(?: on resource: [\w:/.*-]+)?`)

// ofService is the ending of a query that another service refused something, or else otherwise. The
// reason holds what that service said, and perhaps the name of a file. Only a right is shown of it.
func ofService(reason string, otherwise ending) ending {
	meant, known := endingIn(reason, ofServices)
	if !known {
		meant = otherwise
	}
	if right := refusedRight.Regexp().FindStringSubmatch(reason); right != nil {
		meant, known = map[string]ending{"kms": keyDenied, "glue": glueDenied, "s3": dataDenied, "lakeformation": lakeDenied}[right[1]]
		if !known {
			meant = denied
		}
		meant.words += ": " + right[0]
	}
	meant.safe = false
	return meant
}
