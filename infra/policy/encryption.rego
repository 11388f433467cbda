package tally.encryption

import rego.v1

# What holds data says how it is encrypted. S3 and SQS would choose by themselves; RDS
# would not encrypt, and cannot begin later.
violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	not has_property(name, "BucketEncryption")
	v := make_diag("Tally-UnencryptedBucket", "ERROR", name, "nothing says how the bucket is encrypted: set Encryption")
}

violation contains v if {
	some name in resources_of_type("AWS::SQS::Queue")
	not resolve(name, "Properties.SqsManagedSseEnabled") == true
	not has_property(name, "KmsMasterKeyId")
	v := make_diag("Tally-UnencryptedQueue", "ERROR", name, "nothing says how the queue is encrypted: set Encryption")
}

# SNS encrypts its disks by itself, and a key of one's own is not asked for: it would cost
# more than everything else. But AWS's key for SNS does not let CloudWatch in, and then
# nobody hears an alarm.
violation contains v if {
	some name in resources_of_type("AWS::SNS::Topic")
	key := input.resources[name].properties.KmsMasterKeyId
	contains(sprintf("%v", [key]), "alias/aws/sns")
	v := make_diag_at("Tally-SilentTopic", "ERROR", name, "Properties.KmsMasterKeyId", "CloudWatch may not use this key, so alarms would be lost: take a key of your own, or none")
}

# An instance of a cluster stores nothing itself.
violation contains v if {
	some name, resource in input.resources
	stores(resource)
	not resource.properties.StorageEncrypted == true
	v := make_diag_at("Tally-UnencryptedDatabase", "ERROR", name, "Properties.StorageEncrypted", "the database is not encrypted, and cannot be later: set StorageEncrypted")
}

stores(resource) if resource.resourceType == "AWS::RDS::DBCluster"

stores(resource) if {
	resource.resourceType == "AWS::RDS::DBInstance"
	not resource.properties.DBClusterIdentifier
}
