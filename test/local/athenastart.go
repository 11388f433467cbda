package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
)

// startRequest is what StartQueryExecution takes here.
type startRequest struct {
	QueryString           string
	ClientRequestToken    *string
	QueryExecutionContext struct{ Catalog, Database string }
	ResultConfiguration   struct{ OutputLocation string }
	ExecutionParameters   []string
	WorkGroup             string
}

// start begins a query, or finds the one that the token began. Real Athena checks in this order.
func (a *Athena) start(ctx context.Context, request startRequest) (any, error) {
	if err := checkToken(request.ClientRequestToken); err != nil {
		return nil, err
	}
	if id, err := a.begun(request); id != "" || err != nil {
		return map[string]any{"QueryExecutionId": id}, err
	}
	group, err := a.workGroup(request.WorkGroup)
	if err != nil {
		return nil, err
	}
	if err := group.forQuery(request.ResultConfiguration.OutputLocation); err != nil {
		return nil, err
	}
	if err := a.checkStatement(ctx, request); err != nil {
		return nil, err
	}
	id, err := a.submit(request, group)
	if err != nil {
		return nil, err
	}
	return map[string]any{"QueryExecutionId": id}, nil
}

// checkToken: an SDK makes a token itself if its caller does not. Who uses none has to.
func checkToken(token *string) error {
	const violated = "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length "
	switch {
	case token == nil:
		return refused("INVALID_INPUT", "clientRequestToken is null or empty")
	case len(*token) < 32:
		return refused("INVALID_INPUT", violated+"greater than or equal to 32")
	case len(*token) > 128:
		return refused("INVALID_INPUT", violated+"less than or equal to 128")
	}
	return nil
}

// begun is the query that the request's token began, however it ended. Athena compares neither
// the workgroup nor the parameters.
func (a *Athena) begun(request startRequest) (string, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.begunBy(request)
}

func (a *Athena) begunBy(request startRequest) (string, error) {
	for i := len(a.executions) - 1; i >= 0; i-- {
		e := a.executions[i]
		if e.Token != *request.ClientRequestToken {
			continue
		}
		if a.tokenLife > 0 && a.now().Sub(e.Submitted) >= a.tokenLife {
			return "", nil
		}
		if e.SQL != request.QueryString || e.Catalog != request.catalog() || e.Database != request.QueryExecutionContext.Database ||
			e.requested != request.ResultConfiguration.OutputLocation {
			return "", refused("IDEMPOTENT_PARAMETER_MISMATCH", "Idempotent parameters do not match")
		}
		return e.ID, nil
	}
	return "", nil
}

func (r startRequest) catalog() string {
	return cmp.Or(r.QueryExecutionContext.Catalog, defaultCatalog)
}

// queryLimit is how many bytes a query may have.
//
// https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
const queryLimit = 262_144

// checkStatement tells what Athena refuses before it makes a query of it.
func (a *Athena) checkStatement(ctx context.Context, request startRequest) error {
	sql := withoutSemicolon(request.QueryString)
	tokens := tokenize(sql)
	switch {
	case len(request.ExecutionParameters) > 0:
		return refused("INVALID_INPUT", "the stand-in for Athena takes no ExecutionParameters")
	case len(request.QueryString) > queryLimit:
		return refused("INVALID_INPUT", fmt.Sprintf("1 validation error detected: Value at 'queryString' failed to satisfy constraint: Member must have length less than or equal to %d", queryLimit))
	case !utf8.ValidString(request.QueryString):
		return refused("INVALID_INPUT", "Query is not valid UTF-8")
	case len(tokens) == 0:
		return refused("INVALID_INPUT", "Query string is empty")
	}
	opened := 0
	for opened < len(tokens)-1 && tokens[opened].text == "(" {
		opened++
	}
	if !tokens[opened].is("SELECT", "WITH", "VALUES", "EXPLAIN") {
		return refused("MALFORMED_QUERY", "Queries of this type are not supported")
	}
	for i, token := range tokens {
		switch {
		case token.text == ";":
			return refused("MALFORMED_QUERY", "Only one sql statement is allowed. Got: "+request.QueryString)
		case token.text == "~", token.is("ILIKE", "SIMILAR"), i > 0 && token.text == ":" && tokens[i-1].text == ":": // PostgreSQL's own
			return refused("MALFORMED_QUERY", "mismatched input '"+token.text+"'. Expecting: <expression>")
		}
	}
	return a.checkSyntax(ctx, translate(sql))
}

// withoutSemicolon leaves out what may end a statement. Places of errors stay the same.
func withoutSemicolon(sql string) string {
	return strings.TrimSuffix(strings.TrimRight(sql, " \t\r\n"), ";")
}

// checkSyntax has PostgreSQL parse the SQL. Whether its tables are there is not Athena's question
// yet, so any store can answer.
func (a *Athena) checkSyntax(ctx context.Context, sql translated) error {
	store, found := a.anyStore()
	if !found {
		return nil
	}
	conn, err := store.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Prepare(ctx, "", sql.text, nil)
	problem := new(pgconn.PgError)
	if !errors.As(err, &problem) || !isSyntax(problem) {
		return nil
	}
	at := sql.at(problem.Position)
	return refused("MALFORMED_QUERY", fmt.Sprintf("%s: mismatched input '%s'. Expecting: <expression>", sql.lineAndColumn(at), sql.tokenAt(at)))
}

// isSyntax distinguishes the errors of PostgreSQL's parser from those that come after, of which
// some have the same code.
func isSyntax(problem *pgconn.PgError) bool {
	return problem.Code == "42601" && (strings.HasPrefix(problem.Message, "syntax error") || strings.HasPrefix(problem.Message, "unterminated"))
}

func (a *Athena) anyStore() (AthenaStore, bool) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, store := range a.stores {
		return store, true
	}
	return AthenaStore{}, false
}
