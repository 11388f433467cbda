package sqlsource

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tally/lambda/internal/count"
)

// storage is where a table of MySQL or MariaDB keeps its rows.
type storage struct {
	schema, table string
	engine        sql.NullString // NULL of a view
	snapshots     bool           // whether its rows are those of the transaction's snapshot
}

func (s storage) name() string { return s.schema + "." + s.table }

// storageWhere asks for tables' storage and reads no row of them. An engine that asks
// another server calls itself transactional, but its snapshot is not ours. NDB, which
// has transactions and no snapshots, has no savepoints.
const storageWhere = `SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.ENGINE,
  COALESCE(e.TRANSACTIONS = 'YES' AND e.SAVEPOINTS = 'YES' AND e.ENGINE NOT IN ('FEDERATED', 'SPIDER'), TRUE)
FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE t.TABLE_SCHEMA = `

// refuseEngine refuses a table whose engine keeps no snapshots: the counts of a run
// would not fit together. It looks behind a view as far as the user may see its
// definition.
func refuseEngine(ctx context.Context, s *session, table string) error {
	schema, name, qualified := strings.Cut(table, ".")
	if !qualified {
		schema, name = "", schema
	}
	for names := [][2]string{{schema, name}}; len(names) > 0; names = names[1:] {
		found, err := s.storageOf(ctx, names[0][0], names[0][1])
		if err != nil {
			return fmt.Errorf("storage engine of %s: %w", table, err)
		}
		for _, at := range found {
			if !at.snapshots {
				return count.Permanentf("%[1]s has the storage engine %[2]s, which keeps no snapshots: while somebody writes, counts do not fit together; "+
					"change it with ALTER TABLE %[1]s ENGINE=InnoDB", at.name(), at.engine.String)
			}
			if at.engine.Valid {
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

// storageOf asks for one table, of the session's database if no schema is said. The
// answer is empty where the user has no right on it.
func (s *session) storageOf(ctx context.Context, schema, table string) ([]storage, error) {
	if schema == "" {
		return s.storages(ctx, "DATABASE() AND t.TABLE_NAME = ?", table)
	}
	return s.storages(ctx, "? AND t.TABLE_NAME = ?", schema, table)
}

func (s *session) storages(ctx context.Context, where string, values ...any) (found []storage, err error) {
	rows, err := s.query(ctx, storageWhere+where, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var at storage
		if err := rows.Scan(&at.schema, &at.table, &at.engine, &at.snapshots); err != nil {
			return nil, answered(err)
		}
		found = append(found, at)
	}
	return found, answered(rows.Err())
}

// readBy are schema and table of what a view reads.
func (s *session) readBy(ctx context.Context, view storage) (names [][2]string, err error) {
	rows, err := s.query(ctx, "SELECT VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?", view.schema, view.table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var definition sql.NullString
	for rows.Next() {
		if err := rows.Scan(&definition); err != nil {
			return nil, answered(err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, answered(err)
	}
	if definition.String == "" && s.checking {
		return nil, s.warnOfHidden(ctx, view)
	}
	unquote := strings.NewReplacer("``", "`")
	for _, pair := range tableInView.FindAllStringSubmatch(definition.String, -1) {
		names = append(names, [2]string{unquote.Replace(pair[1]), unquote.Replace(pair[2])})
	}
	return names, nil
}

// tableInView is a table in the definition of a view as the server keeps it.
var tableInView = regexp.MustCompile("(?:from|join) *\\(*`((?:[^`]|``)+)`\\.`((?:[^`]|``)+)`")

// warnOfHidden warns of a view whose definition the user may not see, if there are
// tables without snapshots which it might read.
func (s *session) warnOfHidden(ctx context.Context, view storage) error {
	beside, err := s.storages(ctx, "?", view.schema)
	if err != nil {
		return err
	}
	for _, at := range beside {
		if !at.snapshots {
			s.warn("what the view %s reads cannot be seen; if it is a table without snapshots, such as %s (%s), counts do not fit together; "+
				"GRANT SHOW VIEW ON %s lets this be checked", view.name(), at.name(), at.engine.String, view.name())
			break
		}
	}
	return nil
}
