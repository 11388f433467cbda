package settings

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Network is an existing VPC, named by its ids, or a new one.
type Network struct {
	Create     bool
	VPCID      string   `yaml:"vpc_id,required" example:"vpc-0123456789abcdef0"`
	S3Endpoint Endpoint `yaml:"s3_endpoint,required" example:"existing"`
	// SecretsEndpoint is needed when a database has auth: secret. A new VPC gets one
	// then without being asked.
	SecretsEndpoint Endpoint `yaml:"secrets_endpoint" example:"create"`
	Subnets         []Subnet `yaml:"subnets,required" example:"[{id: subnet-…, availability_zone: ap-northeast-2a, route_table_id: rtb-…}]"`
}

// UnmarshalScalar reads "network: create".
func (n *Network) UnmarshalScalar(word string) error {
	if word != string(EndpointCreate) {
		return errors.New("write create, or the vpc_id, s3_endpoint and subnets of an existing VPC")
	}
	n.Create = true
	return nil
}

// Subnet is a private subnet of an existing VPC.
type Subnet struct {
	ID               string `yaml:"id,required" example:"subnet-0123456789abcdef0"`
	AvailabilityZone string `yaml:"availability_zone,required" example:"ap-northeast-2a"`
	RouteTableID     string `yaml:"route_table_id,required" example:"rtb-0123456789abcdef0"`
}

// Endpoint says whether a VPC's endpoint of a service exists. Nothing guesses it: a
// second gateway endpoint of S3 on a route table fails at deploy.
type Endpoint string

// The two ways to an endpoint.
const (
	EndpointExisting Endpoint = "existing"
	EndpointCreate   Endpoint = "create"
)

// Given tells whether the environment has a network.
func (n Network) Given() bool { return n.Create || n.VPCID != "" }

// Zones are the availability zones of the subnets, in their order and without repeats.
func (n Network) Zones() []string {
	var zones []string
	for _, subnet := range n.Subnets {
		if !slices.Contains(zones, subnet.AvailabilityZone) {
			zones = append(zones, subnet.AvailabilityZone)
		}
	}
	return zones
}

// check asks for a network where there is a database to reach. A function that counts
// in buckets only needs none.
func (n Network) check(c checker) {
	if !c.Has("network") && len(c.Databases) > 0 {
		write := "network: create"
		for _, database := range c.Databases {
			if database.Value.Create == "" {
				write = "the vpc_id, s3_endpoint and subnets of the VPC that database " + database.Key + " is in"
			}
		}
		c.Report("network", "is missing; write %s", write)
	}
	zones := regexp.MustCompile(`^` + regexp.QuoteMeta(c.Region) + `(-[a-z]+-[0-9]+)?[a-z]$`) // local ones, too
	seen := map[string]bool{}
	for i, subnet := range n.Subnets {
		key := fmt.Sprintf("network.subnets[%d]", i)
		if !zones.MatchString(subnet.AvailabilityZone) && !c.Failed("region") {
			c.Report(key+".availability_zone", "%q is not in %s; write a zone such as %sa", subnet.AvailabilityZone, c.Region, c.Region)
		}
		if seen[subnet.ID] {
			c.Report(key+".id", "%s is listed twice", subnet.ID)
		}
		seen[subnet.ID] = true
	}
}
