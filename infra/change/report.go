package change

import (
	"fmt"
	"slices"
	"strings"
)

// Report is what a commit changes.
type Report struct {
	Base   string // what the working tree is compared with, as the user wrote it
	Behind int    // commits of the base that the working tree lacks
	Stacks []Stack
	// OutOfOrder is what a deploy of both stacks at once would leave behind. Only a report
	// since the last deploy knows it.
	OutOfOrder []string
}

// Of is the report on one environment.
func (r Report) Of(environment string) Report {
	r.Stacks = slices.DeleteFunc(slices.Clone(r.Stacks), func(s Stack) bool { return s.either().Environment() != environment })
	return r
}

// Known are the environments of either side, by name.
func (r Report) Known() []string {
	var names []string
	for _, stack := range r.Stacks {
		names = append(names, stack.either().Environment())
	}
	return slices.Compact(names) // stacks are in order
}

// Environments are those with changes, by name.
func (r Report) Environments() []string {
	r.Stacks = slices.DeleteFunc(slices.Clone(r.Stacks), func(s Stack) bool { return !s.changed() })
	return r.Known()
}

// LosesState reports whether a stateful resource would be deleted or replaced, or
// would leave its stack.
func (r Report) LosesState() bool {
	return slices.ContainsFunc(r.Stacks, func(s Stack) bool { return slices.ContainsFunc(s.Resources, Resource.losesState) })
}

// section is a part of a report, in the order of reading.
type section struct {
	title string
	items []item
}

// item is a sentence, a piece of "cdk diff", or both.
type item struct{ sentence, detail string }

// sections order the changes by what they may cost: stateful resources that go,
// protection that would have kept them, other resources that go, then the rest of
// each stack.
func (r Report) sections() []section {
	order := section{title: "Still in use: deploy the stacks one after the other"}
	for _, sentence := range r.OutOfOrder {
		order.items = append(order.items, item{sentence: sentence})
	}
	lost := section{title: "Stateful resources that would go"}
	open := section{title: "Protection that is given up"}
	gone := section{title: "Other replacements and deletions"}
	var rest []section
	for _, stack := range r.Stacks {
		if !stack.changed() {
			continue
		}
		if stack.givesUp() {
			open.items = append(open.items, item{sentence: stack.name() + ": termination protection is switched OFF"})
		}
		own := section{title: stack.name()}
		for _, note := range stack.notes() {
			own.items = append(own.items, item{sentence: note})
		}
		if stack.Text != "" && stack.Head != nil {
			own.items = append(own.items, item{detail: stack.Text})
		}
		for _, resource := range stack.Resources {
			switch {
			case stack.Head == nil && resource.losesState():
				lost.items = append(lost.items, item{sentence: stack.name() + ": " + resource.leftBehind()})
			case stack.Head == nil: // the stack's note counts them
			case resource.losesState():
				lost.items = append(lost.items, item{stack.name() + ": " + resource.fate(), resource.Text})
			case resource.goes():
				gone.items = append(gone.items, item{stack.name() + ": " + resource.fate(), resource.Text})
			default:
				own.items = append(own.items, item{detail: resource.Text})
			}
		}
		rest = append(rest, own)
	}
	all := append([]section{order, lost, open, gone}, rest...)
	return slices.DeleteFunc(all, func(s section) bool { return len(s.items) == 0 })
}

// heading says what was compared.
func (r Report) heading() string {
	changed := r.Environments()
	if len(changed) == 0 {
		return "No changes since " + r.Base + "."
	}
	heading := "Changes since " + r.Base + ", in " + strings.Join(changed, ", ") + "."
	if r.Behind > 0 {
		heading += fmt.Sprintf(" It has commits that are missing here (%d), which look undone: merge it first, or compare with the commit you branched off.", r.Behind)
	}
	return heading
}
