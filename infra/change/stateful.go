package change

// stateful says of each type that holds what nobody can make again, what is lost
// with a resource of it. To those that AWS's own specification calls stateful it
// adds the network: databases are put into it.
//
// Not among them: layers, rules, schedules and roles, which the next deploy makes
// again, Glue tables and views, which only describe the records, workgroups of Athena, whose
// history counts nothing, and topics, whose subscriptions somebody must confirm again but
// which hold nothing.
var stateful = map[string]string{
	"AWS::S3::Bucket":             "no stack manages its records any more",
	"AWS::RDS::DBCluster":         "its data goes with it",
	"AWS::RDS::DBInstance":        "its data goes with it",
	"AWS::KMS::Key":               "what it encrypted can never be read again",
	"AWS::SecretsManager::Secret": "its value goes with it, and what logs in with it fails",
	"AWS::SQS::Queue":             "the slots that wait in it for a person are lost",
	"AWS::Logs::LogGroup":         "the log of past runs goes with it",
	"AWS::EC2::VPC":               "what is in it, a database say, loses its network",
	"AWS::EC2::Subnet":            "what is in it, a database say, loses its network",
}

// loss is what is lost with the resource; empty when it is not stateful.
func (r Resource) loss() string {
	if loss, known := stateful[r.Type]; known {
		return loss
	}
	if r.Stateful {
		return "it holds data, says AWS's specification of its type"
	}
	return ""
}
