package sqlsource

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tally/lambda/sqlcheck"
)

// otherReading is how a setting of the server, the database or the user reads some
// conditions in another way than a run, which has settings of its own.
type otherReading struct {
	setting string // and its value
	ours    string // how a run reads it
	differs func([]sqlcheck.Token) bool
}

// warnOfReadings warns of conditions that the database's own settings read in another
// way: whoever tried one there may have got another count.
func (c *checker) warnOfReadings(ctx context.Context) {
	if c.err != nil {
		return
	}
	readings, err := c.dialect.readings(ctx, c.session, c.query.Job.Source.Table)
	if err != nil {
		c.err = fmt.Errorf("settings of the server: %w", err)
	}
	for _, entry := range c.query.Job.Cases {
		tokens := sqlcheck.Tokens(c.dialect.engine().name, string(entry.Value))
		for _, other := range readings {
			if other.differs(tokens) {
				c.warnOf("cases."+entry.Key, fmt.Errorf("a run reads %s; with the database's own setting (%s) this condition may count something else",
					other.ours, other.setting))
			}
		}
	}
}

// anyToken makes a test of a condition from a test of its tokens.
func anyToken(test func(sqlcheck.Token) bool) func([]sqlcheck.Token) bool {
	return func(tokens []sqlcheck.Token) bool { return slices.ContainsFunc(tokens, test) }
}

// escaped tells whether a token is a text in single quotes that holds a backslash.
func escaped(token sqlcheck.Token) bool {
	return token[0] == '\'' && strings.Contains(string(token), `\`)
}
