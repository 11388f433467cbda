package discover

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Network is what an environment file says of a VPC.
type Network struct {
	VPC        string   `json:"vpc_id"`
	S3Endpoint string   `json:"s3_endpoint"` // existing or create
	Subnets    []Subnet `json:"subnets"`     // one a zone
	Endpoints  []string `json:"endpoints"`   // of the VPC: names of services
	Advice     `json:"-"`
}

// Subnet is a subnet that the counter can be in.
type Subnet struct {
	ID         string `json:"id"`
	Zone       string `json:"availability_zone"`
	RouteTable string `json:"route_table_id"`
	Public     bool   `json:"public"` // has a way to the internet for what has a public address
	reachesS3  bool   // through a gateway endpoint
	preference int    // lower ones come first
	free       int32  // addresses
}

// Network describes a VPC. Preferred subnets come first.
func (f *Finder) Network(ctx context.Context, vpc string, preferred ...string) (Network, error) {
	return f.network(ctx, vpc, "", preferred)
}

// network describes a VPC. If through is an endpoint of S3, only subnets that reach S3 through
// it are chosen.
func (f *Finder) network(ctx context.Context, vpc, through string, preferred []string) (Network, error) {
	subnets, err := all(ctx, f, "ec2:DescribeSubnets", ec2.NewDescribeSubnetsPaginator(f.ec2, nil), // of every VPC, to know their ids
		func(page *ec2.DescribeSubnetsOutput) []types.Subnet { return page.Subnets })
	if err != nil {
		return Network{}, err
	}
	if !slices.ContainsFunc(subnets, func(subnet types.Subnet) bool { return aws.ToString(subnet.VpcId) == vpc }) {
		var vpcs []string
		for _, subnet := range subnets {
			vpcs = append(vpcs, aws.ToString(subnet.VpcId))
		}
		return Network{}, f.notFound("VPC with subnets", vpc, vpcs)
	}
	tables, err := all(ctx, f, "ec2:DescribeRouteTables", ec2.NewDescribeRouteTablesPaginator(f.ec2, &ec2.DescribeRouteTablesInput{Filters: filter("vpc-id", vpc)}),
		func(page *ec2.DescribeRouteTablesOutput) []types.RouteTable { return page.RouteTables })
	if err != nil {
		return Network{}, err
	}
	endpoints, err := f.endpoints(ctx, "vpc-id", vpc)
	if err != nil {
		return Network{}, err
	}
	var usable []Subnet
	for _, subnet := range subnets {
		if aws.ToString(subnet.VpcId) != vpc || !f.isZone(aws.ToString(subnet.AvailabilityZone)) || aws.ToBool(subnet.Ipv6Native) {
			continue
		}
		s := Subnet{ID: aws.ToString(subnet.SubnetId), Zone: aws.ToString(subnet.AvailabilityZone), free: aws.ToInt32(subnet.AvailableIpAddressCount)}
		if slices.Contains(preferred, s.ID) {
			s.preference = -1
		}
		s.setRoutes(tables)
		s.reachesS3 = slices.ContainsFunc(endpoints, func(endpoint types.VpcEndpoint) bool {
			return isS3Gateway(endpoint) && slices.Contains(endpoint.RouteTableIds, s.RouteTable) && (through == "" || aws.ToString(endpoint.VpcEndpointId) == through)
		})
		if s.RouteTable != "" && (through == "" || s.reachesS3) {
			usable = append(usable, s)
		}
	}
	network := Network{VPC: vpc, Endpoints: []string{}}
	for _, endpoint := range endpoints {
		network.Endpoints = append(network.Endpoints, aws.ToString(endpoint.ServiceName))
	}
	return network, network.choose(usable)
}

func filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: &name, Values: values}}
}

// endpoints are those of VPCs that a filter lets through.
func (f *Finder) endpoints(ctx context.Context, name string, values ...string) ([]types.VpcEndpoint, error) {
	return all(ctx, f, "ec2:DescribeVpcEndpoints", ec2.NewDescribeVpcEndpointsPaginator(f.ec2, &ec2.DescribeVpcEndpointsInput{Filters: filter(name, values...)}),
		func(page *ec2.DescribeVpcEndpointsOutput) []types.VpcEndpoint { return page.VpcEndpoints })
}

// isZone tells whether a zone is one of the region's own, and not a local zone, where Lambda
// cannot be.
func (f *Finder) isZone(zone string) bool {
	return regexp.MustCompile(`^` + regexp.QuoteMeta(f.region) + `[a-z]$`).MatchString(zone)
}

func isS3Gateway(endpoint types.VpcEndpoint) bool {
	return endpoint.VpcEndpointType == types.VpcEndpointTypeGateway && strings.HasSuffix(aws.ToString(endpoint.ServiceName), ".s3")
}

// setRoutes finds the subnet's route table: its own, or else the VPC's main one.
func (s *Subnet) setRoutes(tables []types.RouteTable) {
	for _, table := range tables {
		own := slices.ContainsFunc(table.Associations, func(a types.RouteTableAssociation) bool { return aws.ToString(a.SubnetId) == s.ID })
		main := slices.ContainsFunc(table.Associations, func(a types.RouteTableAssociation) bool { return aws.ToBool(a.Main) })
		if !own && (!main || s.RouteTable != "") {
			continue
		}
		s.RouteTable = aws.ToString(table.RouteTableId)
		s.Public = slices.ContainsFunc(table.Routes, func(r types.Route) bool { return strings.HasPrefix(aws.ToString(r.GatewayId), "igw-") })
		if own {
			return
		}
	}
}

// choose picks a subnet a zone: private ones, and either such as have an endpoint of S3 or such
// as get one, since a second one on a route table would fail.
func (n *Network) choose(usable []Subnet) error {
	private := slices.DeleteFunc(slices.Clone(usable), func(s Subnet) bool { return s.Public })
	if len(private) == 0 && len(usable) > 0 {
		private = usable
		n.note("The VPC has no private subnet, so these are public. The counter gets no public address there; it reaches the database and S3, and nothing else.")
	}
	existing, create := onePerZone(private, true), onePerZone(private, false)
	n.S3Endpoint, n.Subnets = "existing", existing
	if len(existing) < 2 && len(existing) < len(create) {
		n.S3Endpoint, n.Subnets = "create", create
		n.note("The deploy adds a gateway endpoint of S3 to the route tables. It costs nothing; from then on everything in their subnets reaches the region's buckets through it, and connections to S3 that are open at that moment break.")
	}
	switch len(n.Subnets) {
	case 0:
		return fmt.Errorf("%s has no subnet that the counter can be in: one with IPv4, in a zone of the region, whose route table can be seen", n.VPC)
	case 1:
		n.note("Only zone %s has a subnet to choose: while that zone is down, nothing is counted.", n.Subnets[0].Zone)
	}
	return nil
}

func onePerZone(subnets []Subnet, reachesS3 bool) []Subnet {
	chosen := slices.DeleteFunc(slices.Clone(subnets), func(s Subnet) bool { return s.reachesS3 != reachesS3 })
	slices.SortFunc(chosen, func(a, b Subnet) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.preference, b.preference), cmp.Compare(b.free, a.free), cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(chosen, func(a, b Subnet) bool { return a.Zone == b.Zone })
}

// securityGroup chooses the group that is to let the counter in: one that lets others in to the
// port, rather than one that the database has for another reason.
func (f *Finder) securityGroup(ctx context.Context, ids []string, port int32) (string, error) {
	if len(ids) == 1 {
		return ids[0], nil
	}
	groups, err := all(ctx, f, "ec2:DescribeSecurityGroups", ec2.NewDescribeSecurityGroupsPaginator(f.ec2, &ec2.DescribeSecurityGroupsInput{GroupIds: ids}),
		func(page *ec2.DescribeSecurityGroupsOutput) []types.SecurityGroup { return page.SecurityGroups })
	if err != nil {
		return "", err
	}
	chosen := ids[0]
	for _, group := range groups {
		switch {
		case aws.ToString(group.GroupName) == "default":
		case slices.ContainsFunc(group.IpPermissions, func(rule types.IpPermission) bool { return isFor(rule, port) }):
			return aws.ToString(group.GroupId), nil
		default:
			chosen = aws.ToString(group.GroupId)
		}
	}
	return chosen, nil
}

// isFor tells whether a rule is about a port of TCP.
func isFor(rule types.IpPermission, port int32) bool {
	return aws.ToString(rule.IpProtocol) == "tcp" && aws.ToInt32(rule.FromPort) <= port && port <= aws.ToInt32(rule.ToPort)
}
