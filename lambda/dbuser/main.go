// Command dbuser is a custom resource of CloudFormation. In a cluster that the stack has
// created, it creates the user that the counting function logs in as. It uses the RDS Data
// API, so it needs no access to the VPC.
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
		os.Exit(1) // Lambda reports a failed init
	}
	resource := &resource{logger: logger, api: dataAPI{client: rdsdata.NewFromConfig(config), pause: 5 * time.Second}}
	lambda.Start(cfn.LambdaWrap(resource.handle))
}
