package tally.encryption

import rego.v1

# What holds data says how it is encrypted. S3 and SQS would choose by themselves; SNS
# and RDS would not encrypt, and RDS cannot begin later.
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

violation contains v if {
	some name in resources_of_type("AWS::SNS::Topic")
	not has_property(name, "KmsMasterKeyId")
	v := make_diag("Tally-UnencryptedTopic", "ERROR", name, "the topic is not encrypted: set MasterKey to a key of its own, since CloudWatch may not use aws/sns")
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
