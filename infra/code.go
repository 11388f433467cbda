package infra

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bundle"
)

// Code returns a function's code. It is called once per function and stack, because
// CDK ties an asset to the stack that first uses it.
type Code func(bundle.Command) awslambda.Code

// Bundled returns the functions' code, built from the project at root while CDK
// synthesizes: by the local Go, or in a Docker image if that fails. The asset's
// hash is that of the binary, so that "cdk diff" shows a change only if there is one.
func Bundled(root string) Code {
	return func(function bundle.Command) awslambda.Code {
		return awslambda.Code_FromAsset(jsii.String(root), &awss3assets.AssetOptions{
			AssetHashType: awscdk.AssetHashType_OUTPUT,
			Bundling: &awscdk.BundlingOptions{
				Local:   &localBuild{root: root, function: function},
				Image:   awscdk.DockerImage_FromRegistry(jsii.String("public.ecr.aws/docker/library/golang:1.26")),
				Command: jsii.Strings("go", "run", "./infra/bundle/build", string(function), "/asset-output"),
				User:    jsii.String("root"),
			},
		})
	}
}

// localBuild builds a function without Docker.
type localBuild struct {
	root     string
	function bundle.Command
}

// TryBundle is called by CDK. After false CDK tries the Docker image, without a reason,
// so that this prints the reason.
func (b *localBuild) TryBundle(folder *string, _ *awscdk.BundlingOptions) *bool {
	err := bundle.Build(context.Background(), b.root, *folder, b.function, bundle.Lambda)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v\nthe local build failed; trying Docker\n", err)
	}
	return jsii.Bool(err == nil)
}
