package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// What is counted of AWS's logs, here and in DuckDB.
const (
	trailCase = `    source: {bucket: bench, prefix: trail, format: cloudtrail}
    group_by: [awsRegion]
    cases: {login: eventName == "ConsoleLogin"}
`
	albCase = `    source: {bucket: bench, prefix: alb, format: alb}
    cases: {errors: elb_status_code startsWith "5"}
`
	trailQuery = `SELECT r.awsRegion, count(*) FILTER (WHERE r.eventName = 'ConsoleLogin'), count(*) FROM (SELECT unnest(Records) AS r
		FROM read_json('%s', format = 'newline_delimited', columns = {Records: 'STRUCT(eventName VARCHAR, awsRegion VARCHAR)[]'})) GROUP BY ALL`
)

// awsLogs measures well-known logs.
func awsLogs(ctx context.Context, m measurer) ([]figure, error) {
	const size = 200_000_000
	trail, alb := filepath.Join(m.folder, "trail", "trail.json"), filepath.Join(m.folder, "alb", "alb.log")
	if err := makeFile(trail, size, cloudTrail); err != nil {
		return nil, err
	}
	if err := makeFile(alb, size, loadBalancer); err != nil {
		return nil, err
	}
	ours, err := m.times(ctx, trailCase, "-folder", filepath.Dir(trail))
	if err != nil {
		return nil, err
	}
	theirs, total, err := duckDB(ctx, fmt.Sprintf(trailQuery, trail))
	if err != nil {
		return nil, err
	}
	if total != ours[0].Total {
		return nil, fmt.Errorf("%d records of CloudTrail here, %d in DuckDB: not comparable", ours[0].Total, total)
	}
	value, spread := ratio(each(ours, cpu), theirs, least)
	figures := []figure{{
		name: "CloudTrail, one case and a group, CPU to DuckDB's", value: value, spread: spread, limit: 1.2, unit: "x",
		detail: fmt.Sprintf("200 MB, %d records in lists of 2,000: %.2f s, DuckDB on one thread %.2f s", total, least(each(ours, cpu)), least(theirs)),
	}}
	table, err := m.times(ctx, albCase, "-folder", filepath.Dir(alb))
	if err != nil {
		return nil, err
	}
	reading, err := cpuOf(func() (err error) { total, err = readBlanks(alb); return err })
	if err != nil {
		return nil, err
	}
	if total != table[0].Total {
		return nil, fmt.Errorf("%d records of the load balancer here, %d in encoding/csv: not comparable", table[0].Total, total)
	}
	value, spread = ratio(each(table, cpu), reading, least)
	return append(figures, figure{
		name: "ALB, one case, CPU to encoding/csv alone with a blank", value: value, spread: spread, limit: 1.3, unit: "x",
		detail: fmt.Sprintf("200 MB, %d records: %.2f s, reading alone %.2f s", total, least(each(table, cpu)), least(reading)),
	}), nil
}

// cloudTrail writes made-up events of CloudTrail, in lists of 2,000.
func cloudTrail(to io.Writer, size int64) error {
	random := rand.New(rand.NewPCG(5, 6))
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	out := bufio.NewWriterSize(to, 1<<20)
	if _, err := out.WriteString(`{"Records":[`); err != nil {
		return err
	}
	for id, written := 0, int64(0); written < size; id++ {
		between := ","
		switch {
		case id == 0:
			between = ""
		case id%2000 == 0:
			between = "]}\n" + `{"Records":[`
		}
		_, _ = out.WriteString(between) // an error comes again
		n, err := fmt.Fprintf(out, `{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:session-%d","arn":"arn:aws:sts::111122223333:assumed-role/app/session-%[1]d",`+
			`"accountId":"111122223333","sessionContext":{"attributes":{"creationDate":"2026-11-24T09:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-11-%02dT%02d:%02d:%02dZ",`+
			`"eventSource":"%s","eventName":"%s","awsRegion":"%s","sourceIPAddress":"192.0.2.%d","userAgent":"%s","requestParameters":{"bucketName":"acme","key":"a/%d"},`+
			`"responseElements":null,"requestID":"%016x","eventID":"%016x%016x","readOnly":%t,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333"}`,
			id, 1+random.IntN(28), random.IntN(24), random.IntN(60), random.IntN(60), pick("s3.amazonaws.com", "sts.amazonaws.com", "signin.amazonaws.com"),
			pick("GetObject", "AssumeRole", "ConsoleLogin", "PutObject"), pick("ap-northeast-2", "us-east-1", "eu-central-1"), random.IntN(255), pick(userAgents...), id,
			random.Uint64(), random.Uint64(), random.Uint64(), random.IntN(2) == 0)
		if err != nil {
			return err
		}
		written += int64(n)
	}
	if _, err := out.WriteString("]}"); err != nil {
		return err
	}
	return out.Flush()
}

// loadBalancer writes made-up requests as an Application Load Balancer logs them.
func loadBalancer(to io.Writer, size int64) error {
	random := rand.New(rand.NewPCG(7, 8))
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	out := bufio.NewWriterSize(to, 1<<20)
	for id, written := 0, int64(0); written < size; id++ {
		day, hour, minute := 1+random.IntN(28), random.IntN(24), random.IntN(60)
		n, err := fmt.Fprintf(out, `https 2026-11-%02dT%02d:%02d:10.123456Z app/shop/50dc6c495c0c9188 192.0.2.%d:%d 10.0.0.66:9000 0.000 0.%03d 0.000 %s 200 34 %d `+
			`"GET https://shop.example:443/items/%d?a=b HTTP/1.1" "%s" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:targetgroup/shop/73e2d6bc24d8a067 `+
			`"Root=1-58337281-%024x" "shop.example" "session-reused" 1 2026-11-%02dT%02d:%02d:10.121000Z "forward" "-" "-" "10.0.0.66:9000" "200" "-" "-" TID_%016x`+"\n",
			day, hour, minute, random.IntN(255), 1024+random.IntN(60_000), random.IntN(1000), pick("200", "200", "200", "404", "502"), random.IntN(100_000),
			id, pick(userAgents...), random.Uint64(), day, hour, minute, random.Uint64())
		if err != nil {
			return err
		}
		written += int64(n)
	}
	return out.Flush()
}

// readBlanks reads the records as one does who wants them fast.
func readBlanks(path string) (records int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.ReuseRecord, reader.LazyQuotes = ' ', true, true
	for {
		switch _, err := reader.Read(); {
		case errors.Is(err, io.EOF):
			return records, nil
		case err != nil:
			return 0, err
		}
		records++
	}
}
