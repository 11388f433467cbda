package sqlsource

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tally/lambda/internal/count"
)

// storage is where a table of MySQL or MariaDB keeps its rows.
type storage struct {
	schema, table string
	engine        string // empty of a view
	snapshots     bool   // whether its rows are those of the transaction's snapshot
}

func (s storage) name() string { return s.schema + "." + s.table }

// refuseEngine refuses a table whose engine keeps no snapshots: the counts of a run
// would not fit together. It looks behind a view as far as the user may see its
// definition.
func refuseEngine(ctx context.Context, s *session, table string) error {
	for names := []string{table}; len(names) > 0; names = names[1:] {
		is, values := isTable(names[0])
		found, err := s.storages(ctx, is, values...)
		if err != nil {
			return fmt.Errorf("storage engine of %s: %w", names[0], err)
		}
		for _, at := range found {
			if !at.snapshots {
				return count.Permanentf("%[1]s has the storage engine %[2]s, which keeps no snapshots: while somebody writes, counts do not fit together; "+
					"change it with ALTER TABLE %[1]s ENGINE=InnoDB", at.name(), at.engine)
			}
			if at.engine != "" {
				continue
			}
			read, err := s.readBy(ctx, at)
			if err != nil {
				return fmt.Errorf("tables of view %s: %w", at.name(), err)
			}
			for _, next := range read {
				if !slices.Contains(names, next) {
					names = append(names, next)
				}
			}
		}
	}
	return nil
}

// isTable is the condition on TABLE_SCHEMA and TABLE_NAME for a table that may be of
// the session's own database.
func isTable(table string) (condition string, values []any) {
	schema, name, qualified := strings.Cut(table, ".")
	if !qualified {
		return "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?", []any{table}
	}
	return "TABLE_SCHEMA = ? AND TABLE_NAME = ?", []any{schema, name}
}

// storages asks for the storage of the tables that the user has a right on, and reads
// no row of them. An engine that asks another server calls itself transactional, but
// its snapshot is not ours. NDB has transactions and no snapshots, and no savepoints.
func (s *session) storages(ctx context.Context, where string, values ...any) (found []storage, err error) {
	_, rows, err := s.texts(ctx, `SELECT TABLE_SCHEMA, TABLE_NAME, t.ENGINE,
  COALESCE(TRANSACTIONS = 'YES' AND SAVEPOINTS = 'YES' AND e.ENGINE NOT IN ('FEDERATED', 'SPIDER'), TRUE)
FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE `+where, values...)
	for _, row := range rows {
		found = append(found, storage{schema: row[0], table: row[1], engine: row[2], snapshots: row[3] == "1"})
	}
	return found, err
}

// readBy are the tables that a view reads.
func (s *session) readBy(ctx context.Context, view storage) (tables []string, err error) {
	is, values := isTable(view.name())
	_, rows, err := s.texts(ctx, "SELECT VIEW_DEFINITION FROM information_schema.VIEWS WHERE "+is, values...)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row[0] == "" {
			return nil, s.refuseHidden(ctx, view)
		}
		for _, pair := range tableInView.FindAllStringSubmatch(row[0], -1) {
			tables = append(tables, strings.ReplaceAll(pair[1]+"."+pair[2], "``", "`"))
		}
	}
	return tables, nil
}

// tableInView is a table in the definition of a view as the server keeps it.
var tableInView = regexp.MustCompile("(?:from|join) *\\(*`((?:[^`]|``)+)`\\.`((?:[^`]|``)+)`")

// refuseHidden refuses a view whose definition the user may not see where the server
// says what it reads: Aria takes no savepoint. The check warns of it if there are tables
// without snapshots which it might read.
func (s *session) refuseHidden(ctx context.Context, view storage) error {
	if err := s.exec(ctx, "SAVEPOINT tally"); isRefusal(err) {
		return count.Permanentf("%s reads a table whose storage engine keeps no snapshots (%s); change it with ALTER TABLE … ENGINE=InnoDB", view.name(), err.Error())
	}
	if !s.checking {
		return nil
	}
	beside, err := s.storages(ctx, "TABLE_SCHEMA = ?", view.schema)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(beside, func(at storage) bool { return !at.snapshots }); i >= 0 {
		s.warn("what the view %s reads cannot be seen; if it is a table without snapshots, such as %s (%s), counts do not fit together; "+
			"GRANT SHOW VIEW ON %s lets this be checked", view.name(), beside[i].name(), beside[i].engine, view.name())
	}
	return nil
}
