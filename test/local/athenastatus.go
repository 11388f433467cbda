package local

import (
	"context"
	"time"
)

// getExecution tells how a query stands.
func (a *Athena) getExecution(_ context.Context, request struct{ QueryExecutionId string }) (any, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	e, err := a.find(request.QueryExecutionId)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"QueryExecutionId": e.ID, "Query": e.SQL, "WorkGroup": e.WorkGroup, "EngineVersion": e.group.engine(),
		"StatementType": "DML", "SubstatementType": "SELECT",
		"QueryExecutionContext": map[string]string{"Catalog": e.Catalog, "Database": e.Database},
		"Status":                e.status(), "Statistics": e.statistics(a.now()),
		"ManagedQueryResultsConfiguration": e.group.managed(),
		"ResultReuseConfiguration":         map[string]any{"ResultReuseByAgeConfiguration": map[string]any{"Enabled": false}},
	}
	if isExplain(e.SQL) {
		answer["SubstatementType"] = "EXPLAIN"
	}
	if location := e.outputLocation(); location != "" {
		answer["ResultConfiguration"] = map[string]string{"OutputLocation": location}
	}
	return map[string]any{"QueryExecution": answer}, nil
}

// isExplain tells whether a statement is an EXPLAIN, which reads no data. Athena counts it
// among DML, like a SELECT.
func isExplain(sql string) bool {
	tokens := tokenize(sql)
	return len(tokens) > 0 && tokens[0].is("EXPLAIN")
}

// outputLocation is where real Athena would write the result: the workgroup's location wins.
func (e *execution) outputLocation() string {
	switch {
	case e.group.Managed:
		return ""
	case e.group.OutputLocation != "":
		return e.group.OutputLocation + e.ID + ".csv"
	}
	return e.requested + e.ID + ".csv"
}

func (e *execution) status() map[string]any {
	status := map[string]any{"State": e.State, "SubmissionDateTime": epoch(e.Submitted)}
	if e.ended() {
		status["CompletionDateTime"] = epoch(e.Completed)
	}
	if e.Reason != "" {
		status["StateChangeReason"] = e.Reason
	}
	if e.end.Category != 0 {
		status["AthenaError"] = map[string]any{
			"ErrorCategory": e.end.Category, "ErrorType": e.end.Type, "Retryable": e.end.Retryable, "ErrorMessage": e.Reason,
		}
	}
	return status
}

func (e *execution) statistics(now time.Time) map[string]any {
	end := now
	if e.ended() {
		end = e.Completed
	}
	started := e.Started
	if started.IsZero() {
		started = end
	}
	return map[string]any{
		"DataScannedInBytes":          e.Bytes,
		"QueryQueueTimeInMillis":      started.Sub(e.Submitted).Milliseconds(),
		"EngineExecutionTimeInMillis": end.Sub(started).Milliseconds(),
		"TotalExecutionTimeInMillis":  end.Sub(e.Submitted).Milliseconds(),
		"ResultReuseInformation":      map[string]any{"ReusedPreviousResult": false},
	}
}

// epoch is a time in the JSON protocol: seconds, and milliseconds after the point.
func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
