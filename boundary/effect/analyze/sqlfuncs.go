package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Functions of a query. Those of a database's own can do anything, so a call of one
// is an effect, by its name: only those that every database brings are dull.

// dullFunction reports whether a function, or a word of SQL before a parenthesis, computes
// something of its arguments, or tells the time, and no more.
func dullFunction(name string) bool {
	switch name {
	case "ABS", "ACOS", "ADDDATE", "AGE", "ANY_VALUE", "APPROX_COUNT_DISTINCT", "ARRAY", "ARRAY_AGG", "ARRAY_LENGTH", "ARRAY_POSITION", "ARRAY_TO_STRING", "ASCII", "ASIN", "ATAN",
		"ATAN2", "AVG", "BIT_AND", "BIT_LENGTH", "BIT_OR", "BOOL_AND", "BOOL_OR", "BTRIM", "CARDINALITY", "CAST", "CEIL", "CEILING", "CHAR", "CHARINDEX", "CHAR_LENGTH", "CHARACTER_LENGTH",
		"CHR", "CLOCK_TIMESTAMP", "COALESCE", "COLLATE", "CONCAT", "CONCAT_WS", "CONVERT", "CORR", "COS", "COT", "COUNT", "COUNTIF", "COVAR_POP", "COVAR_SAMP", "CUME_DIST", "CURDATE",
		"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_DATABASE", "CURRENT_SCHEMA", "CURRENT_SETTING", "CURTIME", "DATE", "DATEADD", "DATEDIFF", "DATENAME", "DATEPART",
		"DATE_ADD", "DATE_BIN", "DATE_DIFF", "DATE_FORMAT", "DATE_PART", "DATE_SUB", "DATE_TRUNC", "DATETIME", "DAY", "DAYNAME", "DAYOFMONTH", "DAYOFWEEK", "DAYOFYEAR", "DECODE", "DEGREES",
		"DENSE_RANK", "DIV", "ELT", "ENCODE", "EVERY", "EXP", "EXTRACT", "FIELD", "FIND_IN_SET", "FIRST", "FIRST_VALUE", "FLOOR", "FORMAT", "FORMAT_TYPE", "FROM_UNIXTIME", "GENERATE_SERIES",
		"GET_JSON_OBJECT", "GETDATE", "GLOB", "GREATEST", "GROUP_CONCAT", "GROUPING", "HEX", "HOUR", "IF", "IFNULL", "IIF", "INITCAP", "INSTR", "INTERVAL", "ISNULL", "JSON", "JSONB",
		"JSON_AGG", "JSON_ARRAY", "JSON_ARRAYAGG", "JSON_ARRAY_ELEMENTS", "JSON_BUILD_OBJECT", "JSON_EACH", "JSON_EXTRACT", "JSON_EXTRACT_PATH", "JSON_GROUP_ARRAY", "JSON_GROUP_OBJECT",
		"JSON_OBJECT", "JSON_OBJECTAGG", "JSON_QUERY", "JSON_TYPE", "JSON_VALUE", "JSONB_AGG", "JSONB_ARRAY_ELEMENTS", "JSONB_BUILD_OBJECT", "JSONB_EACH", "JSONB_EXTRACT_PATH",
		"JSONB_OBJECT_KEYS", "JULIANDAY", "LAG", "LAST", "LAST_DAY", "LAST_VALUE", "LCASE", "LEAD", "LEAST", "LEFT", "LEN", "LENGTH", "LIKELIHOOD", "LISTAGG", "LN", "LOCALTIME",
		"LOCALTIMESTAMP", "LOCATE", "LOG", "LOG10", "LOG2", "LOWER", "LPAD", "LTRIM", "MAKE_DATE", "MAKE_INTERVAL", "MAX", "MD5", "MEDIAN", "MICROSECOND", "MID", "MIN", "MINUTE", "MOD",
		"MODE", "MONTH", "MONTHNAME", "NOW", "NTH_VALUE", "NTILE", "NULLIF", "NVL", "OBJ_DESCRIPTION", "OCTET_LENGTH", "OVERLAY", "PERCENT_RANK", "PERCENTILE_CONT", "PERCENTILE_DISC",
		"PG_COLUMN_SIZE", "PG_DATABASE_SIZE", "PG_GET_CONSTRAINTDEF", "PG_GET_EXPR", "PG_GET_INDEXDEF", "PG_GET_VIEWDEF", "PG_INDEXES_SIZE", "PG_RELATION_SIZE", "PG_SIZE_PRETTY",
		"PG_TABLE_SIZE", "PG_TOTAL_RELATION_SIZE", "PG_TYPEOF", "PI", "POSITION", "POW", "POWER", "QUARTER", "QUOTE_IDENT", "QUOTE_LITERAL", "RADIANS", "RAND", "RANDOM", "RANDOMBLOB",
		"RANK", "REGEXP", "REGEXP_COUNT", "REGEXP_EXTRACT", "REGEXP_LIKE", "REGEXP_MATCH", "REGEXP_MATCHES", "REGEXP_REPLACE", "REGEXP_SPLIT_TO_ARRAY", "REGEXP_SUBSTR", "REPEAT", "REPLACE",
		"REVERSE", "RIGHT", "ROUND", "ROW", "ROW_NUMBER", "ROW_TO_JSON", "RPAD", "RTRIM", "SAFE_DIVIDE", "SECOND", "SHA1", "SHA2", "SHA256", "SIGN", "SIN", "SPLIT", "SPLIT_PART",
		"SQLITE_VERSION", "SQRT", "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "STRFTIME", "STRING_AGG", "STRING_TO_ARRAY", "STRPOS", "STR_TO_DATE", "STUFF", "SUBDATE", "SUBSTR", "SUBSTRING",
		"SUBSTRING_INDEX", "SUM", "SYSDATE", "TAN", "TIME", "TIMEDIFF", "TIMESTAMP", "TIMESTAMPDIFF", "TO_CHAR", "TO_DATE", "TO_HEX", "TO_JSON", "TO_JSONB", "TO_NUMBER", "TO_REGCLASS",
		"TO_TIMESTAMP", "TO_TSQUERY", "TO_TSVECTOR", "TOTAL", "TRANSLATE", "TRIM", "TRUNC", "TRUNCATE", "TRY_CAST", "TYPEOF", "UCASE", "UNHEX", "UNICODE", "UNIX_TIMESTAMP", "UNIXEPOCH",
		"UNNEST", "UPPER", "USER", "UUID", "VALUE", "VARIANCE", "VAR_POP", "VAR_SAMP", "VERSION", "WEEK", "WEEKDAY", "WIDTH_BUCKET", "YEAR", "ZEROBLOB", "COL_DESCRIPTION",
		"HAS_TABLE_PRIVILEGE", "INET_NTOA", "ISDATE", "ISNUMERIC", "CHOOSE", "PRINTF", "QUOTE", "CHANGES", "TOTAL_CHANGES", "HIGHLIGHT", "SNIPPET", "BM25", "MATCH", "SIMILARITY",
		"PLAINTO_TSQUERY", "WEBSEARCH_TO_TSQUERY", "TS_RANK":
		return true
	case "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "EXISTS", "ANY", "ALL", "SOME", "OVER", "PARTITION", "BY", "ON", "USING", "AS", "THEN", "ELSE", "WHEN", "CASE", "END",
		"BETWEEN", "LIKE", "ILIKE", "SIMILAR", "IS", "HAVING", "UNION", "EXCEPT", "INTERSECT", "DISTINCT", "FILTER", "WITHIN", "VALUES", "LATERAL", "JOIN", "LIMIT", "OFFSET", "WITH",
		"RECURSIVE", "MATERIALIZED", "ORDER", "GROUP", "SET", "RETURNING", "INTO", "OF", "EXPLAIN", "ANALYZE", "BUFFERS", "VARCHAR", "NUMERIC", "DECIMAL", "CHARACTER", "FLOAT", "INT",
		"INTEGER", "BIGINT", "NVARCHAR", "VARBINARY", "BINARY", "BIT", "ROWS", "RANGE", "ESCAPE", "COLUMNS", "SETS", "CUBE", "ROLLUP", "TOP":
		return true
	}
	return false
}

// toldFunction reports whether [sqlReader.functions] knows what a function does.
func toldFunction(name string) bool {
	switch name {
	case "DBLINK", "DBLINK_CONNECT", "DBLINK_EXEC", "DBMS_SCHEDULER", "EXECUTABLE", "FILE", "HTTP_GET", "HTTP_POST", "LOAD_EXTENSION", "LOAD_FILE", "LO_EXPORT", "LO_IMPORT", "MYSQL",
		"NEXTVAL", "OPENROWSET", "PARQUET_SCAN", "PG_CANCEL_BACKEND", "PG_LS_DIR", "PG_READ_BINARY_FILE", "PG_READ_FILE", "PG_RELOAD_CONF", "PG_STAT_FILE", "PG_SWITCH_WAL",
		"PG_TERMINATE_BACKEND", "POSTGRES_SCAN", "READFILE", "READ_BLOB", "READ_CSV", "READ_CSV_AUTO", "READ_JSON", "READ_JSON_AUTO", "READ_PARQUET", "READ_TEXT", "REMOTE", "S3", "SETVAL",
		"SET_CONFIG", "SYS_EVAL", "SYS_EXEC", "URL", "UTL_HTTP", "WRITEFILE", "XP_CMDSHELL":
		return true
	}
	return false
}

// ownFunctions adds the calls of functions that a query's database defines itself.
func (p *sqlReader) ownFunctions() {
	for i, t := range p.toks {
		if t.kind != 'w' && t.kind != 'n' || i+1 >= len(p.toks) || p.toks[i+1].kind != '(' {
			continue
		}
		name := strings.ToLower(t.raw)
		upper := strings.ToUpper(name)
		dull := dullFunction(upper)
		if toldFunction(upper) || dull && t.kind == 'w' || p.ctes[name] {
			continue
		}
		if i > 0 && (p.toks[i-1].text == "AS" || p.toks[i-1].text == "WITH" || p.toks[i-1].kind == 'n') { // names of columns follow
			continue
		}
		p.add(effect.Effect{Kind: effect.Data, Access: effect.Exec, Target: "sql:" + p.qualified(i, name) + "()", Raw: p.raw, Certainty: effect.Exact})
	}
}

// qualified is a name with the schema that stands before it.
func (p *sqlReader) qualified(i int, name string) string {
	if i > 1 && p.toks[i-1].kind == '.' {
		return strings.ToLower(p.toks[i-2].raw) + "." + name
	}
	return name
}
