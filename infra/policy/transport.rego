package tally.transport

import data.tally.statement
import rego.v1

# What protects what: the kind of policy, and the action that it must deny. Of SNS it is
# publishing (SNS developer guide, "Security best practices").
policies := {
	"AWS::S3::Bucket": {"kind": "AWS::S3::BucketPolicy", "denies": "s3:*"},
	"AWS::SNS::Topic": {"kind": "AWS::SNS::TopicPolicy", "denies": "sns:Publish"},
	"AWS::SQS::Queue": {"kind": "AWS::SQS::QueuePolicy", "denies": "sqs:*"},
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
	input.resources[s.resource].resourceType == policy.kind
	attached(s.resource, name)
	s.effect == "Deny"
	policy.denies in s.actions
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
