package tally.statement

import rego.v1

# The statements of every policy in the template, whatever it is attached to; other files
# judge them. A policy is any property with a Statement (of a bucket, a queue, a topic, an
# endpoint, a key, a role's trust) and each inline policy of a role.
all contains statement if {
	some name, resource in input.resources
	some path, document in documents(resource.properties)
	some i, body in ensure_list(document.Statement)
	statement := {
		"resource": name,
		"path": sprintf("Properties.%s.Statement.%d", [path, i]),
		"effect": body.Effect,
		"actions": ensure_list(object.get(body, "Action", [])),
		"principals": principals(body),
		"condition": object.get(body, "Condition", {}),
		"body": body,
	}
}

documents(properties) := object.union(own, inline) if {
	own := {key: document | some key, document in properties; document.Statement}
	inline := {path: policy.PolicyDocument |
		some i, policy in object.get(properties, "Policies", [])
		path := sprintf("Policies.%d.PolicyDocument", [i])
	}
}

# Who a statement is about: "*", or what is under AWS, Service and the like.
principals(body) := {body.Principal} if is_string(body.Principal)

principals(body) := named if {
	is_object(body.Principal)
	named := {principal | some value in body.Principal; some principal in ensure_list(value)}
}

principals(body) := set() if not body.Principal

# A statement about all but what it names cannot be judged by what it names, and grants
# what AWS adds later.
violation contains v if {
	some statement in all
	some key in ["NotAction", "NotResource", "NotPrincipal"]
	statement.body[key]
	v := make_diag_at("Tally-NegatedStatement", "ERROR", statement.resource, statement.path, "a policy says NotAction, NotResource or NotPrincipal: name what it is about instead")
}
