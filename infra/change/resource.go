package change

import "strings"

// Resource is what changes about one resource.
type Resource struct {
	Path           string // of its construct, such as dev/Data/Results/Resource
	Type           string // before the change, or of a new resource
	Impact         impact
	Stateful       bool   // what AWS's specification of the type says
	DeletionPolicy string // before the change
	ReplacePolicy  string // UpdateReplacePolicy, after the change
	Text           string // the change as "cdk diff" shows it
}

// impact is what CloudFormation would do (ResourceImpact of @aws-cdk/cloudformation-diff).
type impact string

const (
	willReplace impact = "WILL_REPLACE"
	mayReplace  impact = "MAY_REPLACE" // the property's values decide
	willDestroy impact = "WILL_DESTROY"
	willOrphan  impact = "WILL_ORPHAN"
)

// fates say what becomes of a resource that would be deleted or replaced.
var fates = map[impact]string{
	willReplace: "is replaced",
	mayReplace:  "may be replaced",
	willDestroy: "is deleted",
	willOrphan:  "leaves the stack but is kept",
}

// goes reports whether the resource would be deleted or replaced.
func (r Resource) goes() bool { return fates[r.Impact] != "" }

// losesState reports whether the resource is stateful and would go. One that is
// kept on AWS counts too: nothing manages it any more, and what takes its place
// starts empty.
func (r Resource) losesState() bool { return r.goes() && r.loss() != "" }

// name is the construct's path within its stack.
func (r Resource) name() string { return nameOf(r.Path) }

// nameOf leaves out environment and stack, and the child that CDK's constructs keep
// the resource itself in.
func nameOf(path string) string {
	if parts := strings.SplitN(path, "/", 3); len(parts) == 3 {
		return strings.TrimSuffix(parts[2], "/Resource")
	}
	return path
}

// fate says in a sentence what becomes of a resource that goes.
func (r Resource) fate() string {
	sentence := r.name() + " (" + r.Type + ") " + fates[r.Impact]
	switch {
	case r.loss() == "":
		return sentence
	case r.Impact == willReplace || r.Impact == mayReplace:
		return sentence + ": " + r.after(r.ReplacePolicy, "the old one is kept outside of the stack, and the new one starts empty")
	default:
		return sentence + ": " + r.after(r.DeletionPolicy, "nothing manages it any more, and a new one would start empty")
	}
}

// leftBehind says in a sentence what becomes of a stateful resource whose stack is
// no longer made: CDK forgets the stack and deletes nothing.
func (r Resource) leftBehind() string {
	return r.name() + " (" + r.Type + ") is left behind with its stack; once that is deleted, " +
		r.after(r.DeletionPolicy, "it is kept, and nothing manages it")
}

// after is what follows a deletion or replacement of a stateful resource under the policy.
func (r Resource) after(policy, kept string) string {
	switch policy {
	case "Retain":
		return kept
	case "Snapshot":
		return "only a snapshot of it is kept"
	default:
		return r.loss()
	}
}
