// Package discover asks AWS for what an environment file needs: the ids of a database and
// its network, or of a bucket. It only reads. What must be done by hand first, and what is
// good to know, comes with the facts as sentences.
package discover

// Advice is what a person should read about the facts.
type Advice struct {
	Steps []string // to be done before the first deploy
	Notes []string // good to know
}

// The two states of an endpoint, as environment files have them.
const (
	endpointExisting = "existing"
	endpointCreate   = "create"
)
