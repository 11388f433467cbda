package tally.retention

import rego.v1

# What people would miss, and what it lives in.
kinds := {
	"AWS::EC2::Subnet",
	"AWS::EC2::VPC",
	"AWS::KMS::Key",
	"AWS::RDS::DBCluster",
	"AWS::RDS::DBInstance",
	"AWS::S3::Bucket",
	"AWS::SecretsManager::Secret",
}

stateful[name] := resource if {
	some name, resource in input.resources
	resource.resourceType in kinds
}

# Replacing a resource deletes the old one as surely as removing it does, and the default
# differs by type: both must be written down, and agree.
violation contains v if {
	some name, resource in stateful
	not agree(resource)
	v := make_diag("Tally-RemovalUnclear", "ERROR", name, "DeletionPolicy and UpdateReplacePolicy must be there and agree: apply a RemovalPolicy")
}

agree(resource) if {
	is_string(resource.deletionPolicy)
	resource.deletionPolicy == resource.updateReplacePolicy
}

# An environment is protected or it is not: its stack retains all of this, or nothing.
violation contains v if {
	some name, resource in stateful
	some other in stateful
	is_string(resource.deletionPolicy)
	resource.deletionPolicy != "Retain"
	other.deletionPolicy == "Retain"
	v := make_diag("Tally-HalfRetained", "ERROR", name, "this goes with the stack, while other data in it is retained: retain both, or neither")
}

# S3 deletes by a lifecycle rule what nobody may delete. The prefixes are those of records, of
# checks' results and of the schedule history (lambda/contract).
violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	some i, rule in input.resources[name].properties.LifecycleConfiguration.Rules
	some key in ["ExpirationDate", "ExpirationInDays", "NoncurrentVersionExpiration", "NoncurrentVersionExpirationInDays"]
	rule[key]
	prefix := object.get(rule, "Prefix", "")
	of_records(prefix)
	v := make_diag_at("Tally-RecordsExpire", "ERROR", name, sprintf("Properties.LifecycleConfiguration.Rules.%d", [i]), "records would expire: give the rule a prefix that none of them has")
}

of_records(prefix) if {
	some kept in ["checks/", "counts/", "schedules/"]
	startswith(kept, prefix)
}

of_records(prefix) if {
	some kept in ["checks/", "counts/", "schedules/"]
	startswith(prefix, kept)
}

# RDS deletes also what is retained, if somebody asks it directly. An instance of a
# cluster holds no data.
violation contains v if {
	some name, resource in stateful
	startswith(resource.resourceType, "AWS::RDS::")
	resource.deletionPolicy == "Retain"
	not member(resource)
	not resource.properties.DeletionProtection == true
	v := make_diag_at("Tally-DeletableDatabase", "ERROR", name, "Properties.DeletionProtection", "the database is retained but may be deleted by hand: set DeletionProtection")
}

member(resource) if {
	resource.resourceType == "AWS::RDS::DBInstance"
	resource.properties.DBClusterIdentifier
}
