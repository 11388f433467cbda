package tally.workgroup

import rego.v1

# Athena bills what a query reads. Without a limit one query may read everything that its
# role may, and without enforcement whoever starts it may set the limit aside.
violation contains v if {
	some name in resources_of_type("AWS::Athena::WorkGroup")
	not limited(name)
	v := make_diag("Tally-UnlimitedQueries", "ERROR", name, "queries of the workgroup may read without limit: set BytesScannedCutoffPerQuery and EnforceWorkGroupConfiguration")
}

limited(name) if {
	configuration := input.resources[name].properties.WorkGroupConfiguration
	configuration.EnforceWorkGroupConfiguration == true
	configuration.BytesScannedCutoffPerQuery
}
