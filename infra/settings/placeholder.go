package settings

import (
	"fmt"
	"slices"
	"strings"

	"tally/lambda/strictyaml"
)

// placeholders are what the shipped files hold where every team writes its own:
// AWS's documentation account, and ids that AWS never gives.
var placeholders = []string{"111122223333", "0123456789abcdef", "00000000000000", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijkl"}

func isPlaceholder(value string) bool {
	return slices.ContainsFunc(placeholders, func(placeholder string) bool { return strings.Contains(value, placeholder) })
}

// Placeholders are the keys whose values are still the shipped examples, in the
// order of the file.
func (e Environment) Placeholders() []string {
	var keys []string
	look := func(key, value string) {
		if isPlaceholder(value) {
			keys = append(keys, key)
		}
	}
	look("account", e.Account)
	look("network.vpc_id", e.Network.VPCID)
	for i, subnet := range e.Network.Subnets {
		look(fmt.Sprintf("network.subnets[%d].id", i), subnet.ID)
		look(fmt.Sprintf("network.subnets[%d].route_table_id", i), subnet.RouteTableID)
	}
	for _, database := range e.Databases {
		key := "databases." + database.Key
		look(key+".host", database.Value.Host)
		look(key+".resource_id", database.Value.ResourceID)
		look(key+".secret_arn", database.Value.SecretARN)
		look(key+".security_group_id", database.Value.SecurityGroupID)
	}
	look("results.kms_key_arn", e.Results.KMSKeyARN)
	look("alarms.topic_arn", e.Alarms.TopicARN)
	look("permissions_boundary", e.PermissionsBoundary)
	return keys
}

func (e Environment) refusePlaceholders(document *strictyaml.Document) {
	for _, key := range e.Placeholders() {
		document.Report(key, "is the shipped example; write your own before you deploy")
	}
}
