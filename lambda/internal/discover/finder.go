package discover

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/s3source"
)

// Finder asks AWS in one region. [New] makes one.
type Finder struct {
	region string
	rds    *rds.Client
	ec2    *ec2.Client
	s3     *s3.Client
}

// New makes a finder for the region of the configuration.
func New(config aws.Config) *Finder {
	return &Finder{region: config.Region, rds: rds.NewFromConfig(config), ec2: ec2.NewFromConfig(config), s3: s3source.NewClient(config)}
}
