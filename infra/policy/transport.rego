package tally.transport

import data.tally.statement
import rego.v1

# Which resource policy goes with what it protects.
policies := {
	"AWS::S3::Bucket": "AWS::S3::BucketPolicy",
	"AWS::SNS::Topic": "AWS::SNS::TopicPolicy",
	"AWS::SQS::Queue": "AWS::SQS::QueuePolicy",
}

# S3, SQS and SNS answer plain HTTP too, unless a policy denies it to everybody.
violation contains v if {
	some kind, policy in policies
	some name in resources_of_type(kind)
	not denies_plain(name, policy)
	v := make_diag("Tally-PlainTransport", "ERROR", name, "requests without TLS are answered: set EnforceSSL, which denies aws:SecureTransport false to everybody")
}

denies_plain(name, policy) if {
	some s in statement.all
	input.resources[s.resource].resourceType == policy
	attached(s.resource, name)
	s.effect == "Deny"
	s.principals == {"*"}
	object.keys(s.condition) == {"Bool"}
	s.condition.Bool == {"aws:SecureTransport": "false"}
}

# A policy is attached to what it refers to outside of its statements.
attached(policy, name) if {
	some reference in input.resources[policy].outgoingRefs
	reference.target == name
	not startswith(reference.sourcePath, "Properties.PolicyDocument")
}
