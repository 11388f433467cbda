module tally/test/bench

go 1.26.0

toolchain go1.26.8

require (
	github.com/aws/aws-lambda-go v1.55.1
	github.com/winebarrel/cronplan v1.10.1
	tally v0.0.0
)

require github.com/alecthomas/participle/v2 v2.1.0 // indirect

replace tally => ../..
