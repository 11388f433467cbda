package tally.permission

import data.tally.statement
import rego.v1

# A wildcard grants what nobody reviewed, and what AWS adds later.
violation contains v if {
	some s in statement.all
	s.effect == "Allow"
	some action in s.actions
	contains(action, "*")
	v := make_diag_at("Tally-WildcardAction", "ERROR", s.resource, s.path, "a policy allows a wildcard: write the actions that are used, one by one")
}

# A deleted record reopens its slot, which would then be counted again: nobody to whom
# this stack gives anything may delete.
violation contains v if {
	some s in statement.all
	s.effect == "Allow"
	some action in s.actions
	startswith(lower(action), "s3:delete")
	v := make_diag_at("Tally-DeletesRecords", "ERROR", s.resource, s.path, "a policy allows deleting in S3: take that out, records stay for good")
}
