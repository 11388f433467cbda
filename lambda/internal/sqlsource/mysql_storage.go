package sqlsource

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/pattern"
)

// storage is where a table of MySQL or MariaDB keeps its rows.
type storage struct {
	schema    string
	name      job.Table // with the schema
	engine    string    // empty for a view
	snapshots bool      // whether its rows are those of the transaction's snapshot
}

// refuseStorage refuses a table whose storage engine keeps no snapshots: the counts of a
// run would not fit together. It also looks at the tables of a view, as far as the user
// may see the view's definition.
func refuseStorage(ctx context.Context, s *session, table job.Table) error {
	for tables := []job.Table{table}; len(tables) > 0; tables = tables[1:] {
		where, values := whereTable(tables[0])
		found, err := s.storages(ctx, where, values...)
		if err != nil {
			return fmt.Errorf("storage engine of %s: %w", tables[0], err)
		}
		for _, at := range found {
			if !at.snapshots {
				return count.Permanentf("%[1]s has the storage engine %[2]s, which keeps no snapshots: while somebody writes, counts do not fit together; "+
					"change it with ALTER TABLE %[1]s ENGINE=InnoDB", at.name, at.engine)
			}
			if at.engine != "" {
				continue
			}
			read, err := s.readBy(ctx, at)
			if err != nil {
				return fmt.Errorf("tables of view %s: %w", at.name, err)
			}
			for _, next := range read {
				if !slices.ContainsFunc(tables, func(known job.Table) bool { return slices.Equal(known, next) }) {
					tables = append(tables, next)
				}
			}
		}
	}
	return nil
}

// whereTable is the condition of information_schema for a table, which is of the session's
// database if it names no other.
func whereTable(table job.Table) (condition string, values []any) {
	if len(table) == 1 {
		return "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?", []any{table[0]}
	}
	return "TABLE_SCHEMA = ? AND TABLE_NAME = ?", []any{table[0], table[1]}
}

// storages asks for the storage of tables that the user has a right on, and reads no row
// of them. FEDERATED and SPIDER ask another server: they call themselves transactional,
// but its snapshot is not ours. NDB has transactions, but no snapshots and savepoints.
func (s *session) storages(ctx context.Context, where string, values ...any) (found []storage, err error) {
	_, rows, err := s.texts(ctx, `SELECT TABLE_SCHEMA, TABLE_NAME, t.ENGINE,
  COALESCE(TRANSACTIONS = 'YES' AND SAVEPOINTS = 'YES' AND e.ENGINE NOT IN ('FEDERATED', 'SPIDER'), TRUE)
FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE `+where, values...)
	for _, row := range rows {
		found = append(found, storage{schema: row[0], name: job.Table{row[0], row[1]}, engine: row[2], snapshots: row[3] == "1"})
	}
	return found, err
}

// tableInView is a table in the definition of a view as the server keeps it.
var tableInView = pattern.New("(?:from|join) *\\(*`((?:[^`]|``)+)`\\.`((?:[^`]|``)+)`")

// readBy are the tables that a view reads.
func (s *session) readBy(ctx context.Context, view storage) (tables []job.Table, err error) {
	where, values := whereTable(view.name)
	_, rows, err := s.texts(ctx, "SELECT VIEW_DEFINITION FROM information_schema.VIEWS WHERE "+where, values...)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row[0] == "" {
			return nil, s.refuseHidden(ctx, view)
		}
		for _, match := range tableInView.Regexp().FindAllStringSubmatch(row[0], -1) {
			tables = append(tables, job.Table{strings.ReplaceAll(match[1], "``", "`"), strings.ReplaceAll(match[2], "``", "`")})
		}
	}
	return tables, nil
}

// refuseHidden refuses a view that reads an Aria table, whose definition the user may not
// see. Aria gives itself away because it takes no savepoint. A check also warns if the view
// may read another table without snapshots.
func (s *session) refuseHidden(ctx context.Context, view storage) error {
	if err := s.exec(ctx, "SAVEPOINT tally"); isRefusal(err) {
		return count.Permanentf("%s reads a table whose storage engine keeps no snapshots (%s); change it with ALTER TABLE … ENGINE=InnoDB", view.name, err.Error())
	}
	if !s.checking {
		return nil
	}
	others, err := s.storages(ctx, "TABLE_SCHEMA = ?", view.schema)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(others, func(at storage) bool { return !at.snapshots }); i >= 0 {
		s.warn("what the view %[1]s reads cannot be seen; if it is a table without snapshots, such as %[2]s (%[3]s), counts do not fit together; "+
			"GRANT SHOW VIEW ON %[1]s lets this be checked", view.name, others[i].name, others[i].engine)
	}
	return nil
}
