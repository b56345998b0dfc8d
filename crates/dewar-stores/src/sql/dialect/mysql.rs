//! The dialect of MySQL and MariaDB.

use super::{Dialect, Placeholders, Renames, Types};

/// MySQL 8.0 or MariaDB 10.5, or later.
///
/// A driver must count the rows that an `UPDATE` found, changed or not (`CLIENT_FOUND_ROWS`), and use the isolation level `READ COMMITTED`.
/// Keys and owners are binary, since the collations of these engines take different texts for equal.
pub const MYSQL: Dialect = Dialect {
    placeholders: Placeholders { sign: '?', are_numbered: false },
    quote: '`',
    reserved: MYSQL_RESERVED,
    types: Types {
        text: &["VARBINARY(512)"],
        short_text: &["VARCHAR", "VARBINARY"],
        bytes: &["LONGBLOB"],
        flask_bytes: &["BLOB", "MEDIUMBLOB", "LONGBLOB"],
        integer: &["BIGINT"],
        flask_id: &["INTEGER", "INT", "BIGINT"],
        date_time: &["DATETIME", "TIMESTAMP"],
    },
    key: "`key`",
    collation: "",
    text_key_table: " ENGINE=InnoDB",
    has_partial_indexes: false,
    flask_data: "coalesce(data, '')",
    // The first comparison finds the row by the index. The column may have any character set.
    flask_key: "session_id = :key AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = :key",
    flask_prefix: "left(CAST(CONVERT(session_id USING utf8mb4) AS BINARY), length(:prefix)) = :prefix",
    no_limit: "LIMIT 18446744073709551615",
    renames: Renames::ByInsertingTwice,
    selected_bytes: ["CAST(", " AS BINARY)"],
    has_upsert_and_returning: false,
    reads_what_it_writes: false,
    runs_unused_subqueries: true,
    limits_deletes: true,
    skip_locked: "",
    flask_id: "INTEGER NOT NULL AUTO_INCREMENT",
    has_sequences: false,
};

/// `MySQLIdentifierPreparer.reserved_words`, those of MySQL.
const MYSQL_RESERVED: &str = "
    accessible add admin all alter analyze and array as asc asensitive before between bigint binary blob both by
    call cascade case change char character check collate column condition constraint continue convert create
    cross cube cume_dist current_date current_time current_timestamp current_user cursor database databases
    day_hour day_microsecond day_minute day_second dec decimal declare default delayed delete dense_rank desc
    describe deterministic distinct distinctrow div double drop dual each else elseif empty enclosed escaped
    except exists exit explain false fetch first_value float float4 float8 for force foreign from fulltext
    function general generated get get_master_public_key grant group grouping groups having high_priority
    hour_microsecond hour_minute hour_second if ignore ignore_server_ids in index infile inner inout insensitive
    insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids is
    iterate join json_table key keys kill lag last_value lateral lead leading leave left like limit linear lines
    load localtime localtimestamp lock long longblob longtext loop low_priority master_bind
    master_heartbeat_period master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext member
    middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not nth_value ntile null
    numeric of on optimize optimizer_costs option optionally or order out outer outfile over parallel
    parse_gcol_expr partition percent_rank persist persist_only precision primary procedure purge qualify range
    rank read read_write reads real recursive references regexp release rename repeat replace require resignal
    restrict return revoke right rlike role row row_number rows schema schemas second_microsecond select
    sensitive separator set show signal slow smallint spatial specific sql sql_after_gtids sql_before_gtids
    sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl starting stored
    straight_join system table terminated then tinyblob tinyint tinytext to trailing trigger true undo union
    unique unlock unsigned update usage use using utc_date utc_time utc_timestamp values varbinary varchar
    varcharacter varying virtual when where while window with write xor year_month zerofill
";
