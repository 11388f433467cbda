package strictyaml_test

import (
	"fmt"

	"tally/lambda/strictyaml"
)

func ExampleRead() {
	var settings struct {
		Region  string                 `yaml:"region,required" example:"ap-northeast-2"`
		Memory  int                    `yaml:"memory_mb"`
		Buckets strictyaml.Map[string] `yaml:"buckets"`
	}
	rules := strictyaml.Rules{
		"memory_mb": {Min: 128, Max: 10240},
		"buckets.*": strictyaml.Match(`^[a-z0-9-]+$`, "a bucket name, without s3:// or ARN"),
	}
	const text = `memory_mb: 64
bucket: {logs: acme-logs}
buckets: {logs: "s3://acme-logs"}
`
	document := strictyaml.Read("dev.yaml", []byte(text), &settings, rules)
	fmt.Println(strictyaml.Join(document))
	// Output:
	// dev.yaml:1:1: region: is missing; write region: ap-northeast-2
	// dev.yaml:1:12: memory_mb: is 64; write a number from 128 to 10240
	// dev.yaml:2:1: bucket: unknown key; write one of region, memory_mb, buckets; did you mean buckets?
	// dev.yaml:3:17: buckets.logs: "s3://acme-logs" is not valid; write a bucket name, without s3:// or ARN
}

// A document reports what only the program can know in the same way: with the place in
// the file.
func ExampleDocument_Report() {
	var jobs struct {
		Timezone string `yaml:"timezone"`
	}
	document := strictyaml.Read("jobs.yaml", []byte("timezone: Asia/Soul"), &jobs, nil)
	document.Report("timezone", "there is no time zone %q", jobs.Timezone)
	fmt.Println(strictyaml.Join(document))
	// Output: jobs.yaml:1:11: timezone: there is no time zone "Asia/Soul"
}
