package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// standIn answers as RDS, EC2 and S3 do: the Query protocol in the words of the samples of
// their API references, page by page, and REST with XML.
type standIn struct {
	region  string            // of all that it shows
	failing map[string]string // by action, such as ec2:DescribeSubnets: the code of the error
	empty   bool              // no database is there
	buckets map[string]standInBucket
	asked   []string
}

type standInBucket struct {
	region                      string
	policy, encryption, payment string // as S3 writes them
	keys                        []string
}

// startStandIn has the SDK ask the stand-in, without trying again.
func startStandIn(t *testing.T) *standIn {
	t.Helper()
	s := &standIn{region: "ap-northeast-2", failing: map[string]string{}, buckets: map[string]standInBucket{}}
	for service, answer := range map[string]http.HandlerFunc{"RDS": s.answerRDS, "EC2": s.answerEC2, "S3": s.answerS3} {
		server := httptest.NewServer(answer)
		t.Cleanup(server.Close)
		t.Setenv("AWS_ENDPOINT_URL_"+service, server.URL)
	}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "ap-northeast-2", "AWS_MAX_ATTEMPTS": "1",
		"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	return s
}

// inPages answers with two items a page.
func inPages(items []string, from string) (page []string, next string) {
	start := 0
	_, _ = fmt.Sscanf(from, "from-%d", &start)
	items = items[min(start, len(items)):]
	if len(items) <= 2 {
		return items, ""
	}
	return items[:2], fmt.Sprintf("from-%d", start+2)
}

// inRegion has an answer, which is written at once, be about the region.
func (s *standIn) inRegion(w io.Writer) io.Writer { return regionWriter{w, s.region} }

type regionWriter struct {
	io.Writer
	region string
}

func (w regionWriter) Write(text []byte) (int, error) {
	_, err := io.WriteString(w.Writer, strings.ReplaceAll(string(text), "ap-northeast-2", w.region))
	return len(text), err
}

func (s *standIn) answerRDS(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	action := r.Form.Get("Action")
	s.asked = append(s.asked, "rds:"+action)
	w.Header().Set("Content-Type", "text/xml")
	if code := s.failing["rds:"+action]; code != "" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>%s</Code><Message>said by RDS</Message></Error><RequestId>b9d1a2c4-0000-4000-8000-c0ffee000001</RequestId></ErrorResponse>`, code)
		return
	}
	items, list := map[string][]string{
		"DescribeDBInstances": instances, "DescribeDBClusters": clusters,
		"DescribeDBParameters": parametersOf[r.Form.Get("DBParameterGroupName")], "DescribeDBClusterParameters": parametersOf[r.Form.Get("DBClusterParameterGroupName")],
	}[action], map[string]string{"DescribeDBInstances": "DBInstances", "DescribeDBClusters": "DBClusters"}[action]
	if s.empty {
		items = nil
	}
	if list == "" {
		list = "Parameters"
	}
	page, next := inPages(items, r.Form.Get("Marker"))
	if next != "" {
		next = "<Marker>" + next + "</Marker>"
	}
	fmt.Fprintf(s.inRegion(w), `<%[1]sResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><%[1]sResult>%[2]s<%[3]s>%[4]s</%[3]s></%[1]sResult><ResponseMetadata><RequestId>b9d1a2c4-0000-4000-8000-c0ffee000002</RequestId></ResponseMetadata></%[1]sResponse>`,
		action, next, list, strings.Join(page, ""))
}

func (s *standIn) answerEC2(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	action := r.Form.Get("Action")
	s.asked = append(s.asked, "ec2:"+action)
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	if code := s.failing["ec2:"+action]; code != "" {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>%s</Code><Message>said by EC2</Message></Error></Errors><RequestID>b9d1a2c4-0000-4000-8000-c0ffee000003</RequestID></Response>`, code)
		return
	}
	items, list := map[string][]string{
		"DescribeSubnets": subnets, "DescribeRouteTables": routeTables, "DescribeVpcEndpoints": endpoints, "DescribeSecurityGroups": securityGroups,
	}[action], map[string]string{
		"DescribeSubnets": "subnetSet", "DescribeRouteTables": "routeTableSet", "DescribeVpcEndpoints": "vpcEndpointSet", "DescribeSecurityGroups": "securityGroupInfo",
	}[action]
	items = slices.DeleteFunc(slices.Clone(items), func(item string) bool { return !isAskedFor(item, r.Form) })
	page, next := inPages(items, r.Form.Get("NextToken"))
	if next != "" {
		next = "<nextToken>" + next + "</nextToken>"
	}
	fmt.Fprintf(s.inRegion(w), `<%[1]sResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>b9d1a2c4-0000-4000-8000-c0ffee000004</requestId><%[2]s><item>%[3]s</item></%[2]s>%[4]s</%[1]sResponse>`,
		action, list, strings.Join(page, "</item><item>"), next)
}

// isAskedFor keeps to the filter and the ids of a request.
func isAskedFor(item string, asked url.Values) bool {
	tag := map[string]string{"vpc-id": "vpcId", "vpc-endpoint-id": "vpcEndpointId"}[asked.Get("Filter.1.Name")]
	list := "Filter.1.Value."
	if asked.Has("GroupId.1") {
		tag, list = "groupId", "GroupId."
	}
	for n := 1; asked.Has(fmt.Sprint(list, n)); n++ {
		if strings.Contains(item, "<"+tag+">"+asked.Get(fmt.Sprint(list, n))+"</"+tag+">") {
			return true
		}
	}
	return tag == ""
}

func (s *standIn) answerS3(w http.ResponseWriter, r *http.Request) {
	name := strings.Trim(r.URL.Path, "/")
	bucket, known := s.buckets[name]
	query := r.URL.Query()
	action := "HeadBucket"
	for part, of := range map[string]string{"encryption": "GetBucketEncryption", "requestPayment": "GetBucketRequestPayment", "policy": "GetBucketPolicy", "list-type": "ListObjectsV2"} {
		if query.Has(part) {
			action = of
		}
	}
	if name == "" {
		action, known = "ListBuckets", true
	}
	s.asked = append(s.asked, "s3:"+action)
	refuse := func(status int, code string) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>said by S3</Message><RequestId>4442587FB7D0A2F9</RequestId><HostId>host</HostId></Error>`, code)
		}
	}
	if bucket.region != "" {
		w.Header().Set("X-Amz-Bucket-Region", bucket.region)
	}
	switch code := s.failing["s3:"+action]; {
	case code != "":
		refuse(http.StatusForbidden, code)
	case !known:
		refuse(http.StatusNotFound, "NoSuchBucket")
	case bucket.region != "" && bucket.region != "ap-northeast-2":
		refuse(http.StatusMovedPermanently, "PermanentRedirect")
	case action == "ListBuckets":
		var list strings.Builder
		for name := range s.buckets {
			fmt.Fprintf(&list, "<Bucket><Name>%s</Name><CreationDate>2022-04-07T00:00:00.000Z</CreationDate></Bucket>", name)
		}
		fmt.Fprintf(w, `<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>id</ID></Owner><Buckets>%s</Buckets></ListAllMyBucketsResult>`, list.String())
	case action == "GetBucketEncryption" && bucket.encryption == "":
		refuse(http.StatusNotFound, "ServerSideEncryptionConfigurationNotFoundError")
	case action == "GetBucketEncryption":
		fmt.Fprintf(w, `<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault>%s</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`, bucket.encryption)
	case action == "GetBucketRequestPayment":
		payer := bucket.payment
		if payer == "" {
			payer = "BucketOwner"
		}
		fmt.Fprintf(w, `<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>%s</Payer></RequestPaymentConfiguration>`, payer)
	case action == "GetBucketPolicy" && bucket.policy == "":
		refuse(http.StatusNotFound, "NoSuchBucketPolicy")
	case action == "GetBucketPolicy":
		fmt.Fprint(w, bucket.policy)
	case action == "ListObjectsV2":
		var list strings.Builder
		for _, key := range bucket.keys {
			fmt.Fprintf(&list, `<Contents><Key>%s</Key><LastModified>2022-04-07T00:00:00.000Z</LastModified><ETag>"d41d8cd9"</ETag><Size>120</Size><StorageClass>STANDARD</StorageClass></Contents>`, key)
		}
		fmt.Fprintf(w, `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>%s</Name><Prefix></Prefix><KeyCount>%d</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>%s</ListBucketResult>`, name, len(bucket.keys), list.String())
	}
}
