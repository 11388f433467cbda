package discover

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// tlsParameter is the parameter that has a server refuse clients without TLS.
func (d *Database) tlsParameter() string {
	if d.Engine == "postgres" {
		return "rds.force_ssl"
	}
	return "require_secure_transport"
}

// parameterAction is the IAM action that reads the parameters.
func (d *Database) parameterAction() string {
	if d.Kind == "cluster" {
		return "rds:DescribeDBClusterParameters"
	}
	return "rds:DescribeDBParameters"
}

// demandsTLS reads the parameter; nil if the server has no parameter group.
func (f *Finder) demandsTLS(ctx context.Context, d Database) (*bool, error) {
	if d.parameterGroup == "" {
		return nil, nil
	}
	var parameters []types.Parameter
	var err error
	if d.Kind == "cluster" {
		parameters, err = all(ctx, f, d.parameterAction(), rds.NewDescribeDBClusterParametersPaginator(f.rds, &rds.DescribeDBClusterParametersInput{DBClusterParameterGroupName: &d.parameterGroup}),
			func(page *rds.DescribeDBClusterParametersOutput) []types.Parameter { return page.Parameters })
	} else {
		parameters, err = all(ctx, f, d.parameterAction(), rds.NewDescribeDBParametersPaginator(f.rds, &rds.DescribeDBParametersInput{DBParameterGroupName: &d.parameterGroup}),
			func(page *rds.DescribeDBParametersOutput) []types.Parameter { return page.Parameters })
	}
	if err != nil {
		return nil, err
	}
	demanded := false
	for _, parameter := range parameters {
		value := strings.ToUpper(aws.ToString(parameter.ParameterValue))
		if aws.ToString(parameter.ParameterName) == d.tlsParameter() && (value == "1" || value == "ON") {
			demanded = true
		}
	}
	return &demanded, nil
}
