package docs

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// clients are those of AWS's SDK that the project has. Their methods are the
// operations that AWS's models have, and the fields of their inputs the options.
var clients = map[string]reflect.Type{
	"cloudformation": reflect.TypeFor[*cloudformation.Client](),
	"lambda":         reflect.TypeFor[*lambda.Client](),
	"rds-data":       reflect.TypeFor[*rdsdata.Client](),
	"s3api":          reflect.TypeFor[*s3.Client](),
	"secretsmanager": reflect.TypeFor[*secretsmanager.Client](),
	"sns":            reflect.TypeFor[*sns.Client](),
}

// operations of services of which the project has no model, with the options that
// pages use. They were compared with the models of botocore 1.43.11, and the custom
// commands s3 and logs tail with the reference of the AWS CLI.
var operations = map[string][]string{
	"athena get-query-results":        {"query-execution-id"},
	"athena start-query-execution":    {"query-string", "query-execution-context", "work-group", "execution-parameters"},
	"ec2 describe-route-tables":       {"filters"},
	"ec2 describe-subnets":            {"filters"},
	"ec2 describe-vpc-endpoints":      {"filters"},
	"lakeformation grant-permissions": {"principal", "permissions", "resource"},
	"logs tail":                       {"since", "follow"},
	"rds describe-db-clusters":        {"db-cluster-identifier"},
	"rds describe-db-instances":       {"db-instance-identifier"},
	"rds describe-db-proxies":         {"db-proxy-name"},
	"rds modify-db-cluster":           {"db-cluster-identifier", "enable-iam-database-authentication", "apply-immediately"},
	"rds modify-db-instance":          {"db-instance-identifier", "enable-iam-database-authentication", "apply-immediately"},
	"s3 sync":                         {},
	"sqs delete-message":              {"queue-url", "receipt-handle"},
	"sqs purge-queue":                 {"queue-url"},
	"sqs receive-message":             {"queue-url", "message-attribute-names"},
}

// ofEveryCommand are options that all commands of the AWS CLI have.
var ofEveryCommand = []string{"query", "output", "region", "profile", "cli-read-timeout", "cli-binary-format"}

// awsProblems finds services, operations and options of the AWS CLI that do not exist.
func awsProblems(_ *testing.T, p page) (problems []string) {
	for _, command := range commandsOf(p) {
		if command.words[0] != "aws" || len(command.words) < 3 {
			continue
		}
		report := func(format string, args ...any) {
			problems = append(problems, fmt.Sprintf("line %d: aws ", command.line)+fmt.Sprintf(format, args...))
		}
		service, operation := command.words[1], command.words[2]
		has, known := optionsOf(service, operation)
		switch {
		case has == nil && !known:
			report("%s is not known here; add its operation to those of this test", service)
			continue
		case has == nil:
			report("%s has no %q", service, operation)
			continue
		}
		for _, word := range command.words[3:] {
			if option, is := strings.CutPrefix(word, "--"); is && !slices.Contains(ofEveryCommand, option) && !has(option) {
				report("%s %s has no --%s", service, operation, option)
			}
		}
	}
	return problems
}

// optionsOf tells which options an operation has; nil if there is no such operation.
func optionsOf(service, operation string) (has func(string) bool, known bool) {
	client, known := clients[service]
	if !known {
		for name, options := range operations {
			known = known || strings.HasPrefix(name, service+" ")
			if name == service+" "+operation {
				return func(option string) bool { return slices.Contains(options, option) }, true
			}
		}
		return nil, known
	}
	for method := range client.Methods() {
		if !sameName(method.Name, operation) {
			continue
		}
		input := method.Type.In(2).Elem() // behind the client and the context
		return func(option string) bool {
			for i := range input.NumField() {
				if sameName(input.Field(i).Name, option) {
					return true
				}
			}
			return false
		}, true
	}
	return nil, true
}

// sameName compares DBInstanceIdentifier with db-instance-identifier.
func sameName(inGo, inCLI string) bool {
	return strings.EqualFold(inGo, strings.ReplaceAll(inCLI, "-", ""))
}
