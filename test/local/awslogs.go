package local

import (
	"embed"
	"fmt"
	"strings"
)

// samples are logs as AWS writes them, of 7 April 2022, after its documentation.
//
//go:embed logs/*.log logs/*.json
var samples embed.FS

// awsLogs are the keys in LogsBucket under which AWS would put the samples.
var awsLogs = map[string]string{
	"alb.log":         "AWSLogs/111122223333/elasticloadbalancing/ap-northeast-2/2022/04/07/111122223333_elasticloadbalancing_ap-northeast-2_app.shop.50dc6c495c0c9188_20220407T2340Z_192.0.2.1_2soosksi.log.gz",
	"cloudfront.log":  "cloudfront/E2EXAMPLE.2022-04-07-10.RT4KCN4SGK9.gz",
	"cloudtrail.json": "AWSLogs/o-exampleorgid/111122223333/CloudTrail/ap-northeast-2/2022/04/07/111122223333_CloudTrail_ap-northeast-2_20220407T1205Z_U7bDxyYMuBj4dxnD.json.gz",
	"s3-access.log":   "s3-access/2022-04-07-10-32-16-E568B2907131C0C0",
	"vpc-flow.log":    "AWSLogs/111122223333/vpcflowlogs/ap-northeast-2/2022/04/07/111122223333_vpcflowlogs_ap-northeast-2_fl-1234abcd_20220407T1005Z_hash.log.gz",
}

// loadAWSLogs puts the samples into LogsBucket, compressed where AWS compresses them.
func (s *S3) loadAWSLogs() error {
	for name, key := range awsLogs {
		content, err := samples.ReadFile("logs/" + name)
		if err == nil && strings.HasSuffix(key, ".gz") {
			content, err = compress(content)
		}
		if err == nil {
			err = s.Put(LogsBucket, key, content)
		}
		if err != nil {
			return fmt.Errorf("sample %s: %w", name, err)
		}
	}
	return nil
}
