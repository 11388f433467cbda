package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// athena measures how often the one query of a slot reads its table: the synthesized stack with the
// counter's real binary, and PostgreSQL's plan.
func athena(ctx context.Context, root string) ([]figure, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	system, stop, err := startSystem(ctx, root)
	if err != nil {
		return nil, err
	}
	defer stop()
	answer, err := system.Fire(ctx, "daily-events", time.Date(2022, 4, 7, 16, 30, 0, 0, time.UTC)) // of the sample
	if err != nil {
		return nil, err
	}
	for _, query := range system.AWS.Athena.Executions() {
		if query.ID != answer.Records[0].QueryID {
			continue
		}
		return []figure{{
			name: "athena, scans of the table for a slot", value: float64(query.Scans), limit: 1,
			detail: fmt.Sprintf("%d numbers, other and total among them; %d bytes", len(answer.Records), query.Bytes),
		}}, nil
	}
	return nil, fmt.Errorf("Athena has no query %s", answer.Records[0].QueryID)
}
