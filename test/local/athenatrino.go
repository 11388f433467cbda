package local

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// trino makes what queries use and PostgreSQL lacks. Trino cuts a time of ISO 8601 to
// milliseconds. The function is volatile, so that PostgreSQL neither computes it once nor prunes
// partitions by it.
const trino = `
	SELECT pg_advisory_xact_lock(20220407);
	CREATE SCHEMA IF NOT EXISTS trino;
	GRANT USAGE ON SCHEMA trino TO PUBLIC;
	DO $$ BEGIN
		IF to_regtype('trino.tinyint') IS NULL THEN
			CREATE DOMAIN trino.tinyint AS smallint CHECK (VALUE BETWEEN -128 AND 127);
			CREATE DOMAIN trino.double AS float8;
			CREATE DOMAIN trino.varbinary AS bytea;
			CREATE DOMAIN trino.map AS jsonb;
			CREATE DOMAIN trino.row AS jsonb;
		END IF;
	END $$;
	CREATE OR REPLACE FUNCTION trino.from_iso8601_timestamp(at text) RETURNS timestamptz LANGUAGE plpgsql VOLATILE STRICT AS $$
	BEGIN
		IF at !~ '^\d{4}(-\d\d(-\d\d)?)?(T(\d\d(:\d\d(:\d\d([.,]\d+)?)?)?)?(Z|[+-]\d\d(:?\d\d)?)?)?$' THEN
			RAISE EXCEPTION 'Invalid format: "%"', at USING ERRCODE = '22023';
		END IF;
		at := replace(at, ',', '.');
		at := CASE split_part(at, 'T', 1)
			WHEN substr(at, 1, 4) THEN overlay(at PLACING '-01-01' FROM 5 FOR 0)
			WHEN substr(at, 1, 7) THEN overlay(at PLACING '-01' FROM 8 FOR 0)
			ELSE at END;
		at := regexp_replace(at, 'T(\d\d)?(?=$|Z|[+-])', 'T\1:00');
		at := regexp_replace(at, 'T:', 'T00:');
		RETURN date_trunc('milliseconds', at::timestamptz);
	END $$;
	CREATE OR REPLACE FUNCTION trino.json_extract_scalar(document text, path text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
		$$SELECT CASE WHEN jsonb_typeof(found) NOT IN ('object', 'array') THEN found #>> '{}' END FROM (SELECT jsonb_path_query_first(document::jsonb, path::jsonpath)) AS f (found)$$;
	CREATE OR REPLACE FUNCTION trino.typeof(value anyelement) RETURNS text LANGUAGE sql IMMUTABLE AS $$
		SELECT CASE pg_typeof(value)::text
			WHEN 'text' THEN 'varchar' WHEN 'character varying' THEN 'varchar' WHEN 'character' THEN 'char'
			WHEN 'double precision' THEN 'double' WHEN 'numeric' THEN 'decimal' WHEN 'bytea' THEN 'varbinary' WHEN 'jsonb' THEN 'json'
			WHEN 'timestamp without time zone' THEN 'timestamp(3)' WHEN 'timestamp with time zone' THEN 'timestamp(3) with time zone'
			ELSE replace(pg_typeof(value)::text, 'trino.', '') END $$`

// addTrino makes the schema trino, if it is not there.
func addTrino(ctx context.Context, store AthenaStore) error {
	conn, err := pgconn.Connect(ctx, store.URL)
	if err != nil {
		return fmt.Errorf("make what PostgreSQL lacks of Trino: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "BEGIN;"+trino+"; COMMIT").ReadAll(); err != nil {
		return fmt.Errorf("make what PostgreSQL lacks of Trino: %w", err)
	}
	return nil
}

// connect opens a session like Athena's. Whoever cancels the context cancels the statement in
// PostgreSQL, too.
func (s AthenaStore) connect(ctx context.Context) (*pgconn.PgConn, error) {
	config, err := pgconn.ParseConfig(s.URL)
	if err != nil {
		return nil, fmt.Errorf("connect to the store of a database: %w", err)
	}
	for name, value := range map[string]string{
		"TimeZone": "UTC", "DateStyle": "ISO, YMD", "bytea_output": "hex", "jit": "off",
		"search_path": pgx.Identifier{s.Schema}.Sanitize() + ", trino",
	} {
		config.RuntimeParams[name] = value
	}
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn}
	}
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to the store of a database: %w", err)
	}
	return conn, nil
}
