// Package pattern compiles regular expressions when they are needed first: those of all
// packages together take as long as half the start of a function, which uses few of them.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression. It may be used concurrently.
type Pattern struct {
	text     string
	compiled func() *regexp.Regexp
}

// New is the pattern of a text in the syntax of package regexp. A mistake in it panics at the
// first use.
func New(text string) *Pattern {
	return &Pattern{text, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

// Regexp is the compiled pattern.
func (p *Pattern) Regexp() *regexp.Regexp { return p.compiled() }

// MatchString tells whether a text has a match.
func (p *Pattern) MatchString(text string) bool { return p.compiled().MatchString(text) }

// String is the pattern's text.
func (p *Pattern) String() string { return p.text }
