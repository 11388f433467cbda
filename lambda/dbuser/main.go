// Command reader is a custom resource of CloudFormation: it makes the user that
// the counting function logs in as, in a cluster that the stack has created. It
// speaks to the cluster through the RDS Data API, so it needs no way into the VPC.
package main

import (
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"

	"tally/lambda/internal/awsconfig"
)

func main() {
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	config, err := awsconfig.FromEnvironment(os.Getenv)
	if err != nil {
		logger.Error("cannot start", "error", err)
		os.Exit(1) // before the first event: Lambda reports a failed init
	}
	resource := &resource{logger: logger, api: dataAPI{client: rdsdata.NewFromConfig(config), pause: 5 * time.Second}}
	lambda.Start(cfn.LambdaWrap(resource.handle))
}
