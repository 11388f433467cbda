package discover

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

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
