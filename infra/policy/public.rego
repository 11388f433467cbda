package tally.public

import data.tally.statement
import rego.v1

# The policy of a bucket may be right today; these four keep it private whatever
# somebody adds to it, or to an object.
violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	some key in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
	not resolve(name, sprintf("Properties.PublicAccessBlockConfiguration.%s", [key])) == true
	v := make_diag_at("Tally-PublicBucket", "ERROR", name, "Properties.PublicAccessBlockConfiguration", "the bucket can become public: set BlockPublicAccess to BlockPublicAccess_BLOCK_ALL")
}

# Also with a condition, which is easily wider than meant: everybody who may do
# something here has a name.
violation contains v if {
	some s in statement.all
	s.effect == "Allow"
	"*" in s.principals
	v := make_diag_at("Tally-PublicPolicy", "ERROR", s.resource, s.path, "a policy allows everybody: name the service or the role instead of *")
}

# Who may invoke a function is no policy document in a template.
violation contains v if {
	some name in resources_of_type("AWS::Lambda::Permission")
	resolve(name, "Properties.Principal") == "*"
	v := make_diag_at("Tally-PublicInvoke", "ERROR", name, "Properties.Principal", "everybody may invoke the function: name the service instead of *")
}

# Schedules and people with credentials invoke the function; a URL is a second door.
violation contains v if {
	some name in resources_of_type("AWS::Lambda::Url")
	v := make_diag("Tally-FunctionURL", "ERROR", name, "the function has a URL: remove it, schedules and the command line need none")
}

violation contains v if {
	some name in resources_of_type("AWS::EC2::Subnet")
	resolve(name, "Properties.MapPublicIpOnLaunch") == true
	v := make_diag_at("Tally-PublicAddress", "ERROR", name, "Properties.MapPublicIpOnLaunch", "what starts in the subnet gets a public address: make the subnet isolated")
}

# RDS decides by the subnets if the template does not say; so it must say.
violation contains v if {
	some name in resources_of_type("AWS::RDS::DBInstance")
	not resolve(name, "Properties.PubliclyAccessible") == false
	v := make_diag_at("Tally-PublicDatabase", "ERROR", name, "Properties.PubliclyAccessible", "the database may get a public address: set PubliclyAccessible to false")
}
