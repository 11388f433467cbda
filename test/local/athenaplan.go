package local

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
)

// planNode is a node of PostgreSQL's plan. One that reads a table names it.
type planNode struct {
	Type     string     `json:"Node Type"`
	Schema   string     `json:"Schema"`
	Relation string     `json:"Relation Name"`
	Plans    []planNode `json:"Plans"`
}

// scanned asks PostgreSQL for the plan of a query: how many bytes the tables have that it reads,
// of partitioned ones only the partitions, and how often it reads a table.
func scanned(ctx context.Context, conn *pgconn.PgConn, sql translated) (bytes int64, scans int, err error) {
	rows, err := ask(ctx, conn, "EXPLAIN (VERBOSE, FORMAT JSON) "+sql.text)
	if err != nil {
		return 0, 0, err
	}
	var plans []struct{ Plan planNode }
	if err := json.Unmarshal(rows[0][0], &plans); err != nil {
		return 0, 0, fmt.Errorf("read the plan: %w", err)
	}
	if limitsToNone(tokenize(sql.source)) {
		return 0, 0, nil
	}
	reader := planReader{ctx, conn}
	return reader.read(plans[0].Plan)
}

type planReader struct {
	ctx  context.Context
	conn *pgconn.PgConn
}

// read counts a node and all below it. A node that appends partitions reads a table as often
// as it reads the most-read partition of it.
func (p planReader) read(node planNode) (bytes int64, scans int, err error) {
	if node.Relation != "" {
		bytes, _, err = p.size(node)
		scans = 1
	}
	reads, most := map[string]int{}, map[string]int{} // by partition, by table
	for _, below := range node.Plans {
		if err != nil {
			return 0, 0, err
		}
		moreBytes, moreScans, problem := p.read(below)
		bytes, err = bytes+moreBytes, problem
		if node.Type != "Append" && node.Type != "Merge Append" || below.Relation == "" || err != nil {
			scans += moreScans
			continue
		}
		_, root, problem := p.size(below)
		err = problem
		partition := below.Schema + "." + below.Relation
		reads[partition]++
		most[root] = max(most[root], reads[partition])
	}
	for _, times := range most {
		scans += times
	}
	return bytes, scans, err
}

// size asks for the bytes of a table, and for the table that it is a partition of.
func (p planReader) size(node planNode) (bytes int64, root string, err error) {
	rows, err := ask(p.ctx, p.conn, "SELECT pg_relation_size(t.name::regclass), COALESCE(pg_partition_root(t.name::regclass)::oid::text, t.name) FROM (SELECT format('%I.%I', $1::text, $2::text) AS name) AS t", node.Schema, node.Relation)
	if err != nil {
		return 0, "", err
	}
	bytes, err = strconv.ParseInt(string(rows[0][0]), 10, 64)
	return bytes, string(rows[0][1]), err
}
