//! What MySQL's numbers and flags mean, dev.mysql.com/doc/dev/mysql-server: group__group__cs__capabilities__flags, SERVER_STATUS_flags_enum,
//! field_types.h; MariaDB's own: mariadb.com/kb/en/connection.
use crate::engine::dissect::{Names, layouts};

/// Collations that are met: numbers as in `information_schema.collations`.
pub const CHARSETS: Names = "1=big5 COLLATE big5_chinese_ci|3=dec8 COLLATE dec8_swedish_ci|8=latin1 COLLATE latin1_swedish_ci|\
    9=latin2 COLLATE latin2_general_ci|11=ascii COLLATE ascii_general_ci|ujis COLLATE ujis_japanese_ci|sjis COLLATE sjis_japanese_ci|\
    19=euckr COLLATE euckr_korean_ci|24=gb2312 COLLATE gb2312_chinese_ci|28=gbk COLLATE gbk_chinese_ci|\
    33=utf8 COLLATE utf8_general_ci|45=utf8mb4 COLLATE utf8mb4_general_ci|utf8mb4 COLLATE utf8mb4_bin|latin1 COLLATE latin1_bin|\
    latin1 COLLATE latin1_general_ci|51=cp1251 COLLATE cp1251_general_ci|63=binary COLLATE binary|65=ascii COLLATE ascii_bin|\
    83=utf8 COLLATE utf8_bin|192=utf8 COLLATE utf8_unicode_ci|224=utf8mb4 COLLATE utf8mb4_unicode_ci|\
    246=utf8mb4 COLLATE utf8mb4_unicode_520_ci|255=utf8mb4 COLLATE utf8mb4_0900_ai_ci";

pub const TYPES: Names = "FIELD_TYPE_DECIMAL|FIELD_TYPE_TINY|FIELD_TYPE_SHORT|FIELD_TYPE_LONG|FIELD_TYPE_FLOAT|FIELD_TYPE_DOUBLE|\
    FIELD_TYPE_NULL|FIELD_TYPE_TIMESTAMP|FIELD_TYPE_LONGLONG|FIELD_TYPE_INT24|FIELD_TYPE_DATE|FIELD_TYPE_TIME|\
    FIELD_TYPE_DATETIME|FIELD_TYPE_YEAR|FIELD_TYPE_NEWDATE|FIELD_TYPE_VARCHAR|FIELD_TYPE_BIT|245=FIELD_TYPE_JSON|\
    FIELD_TYPE_NEWDECIMAL|FIELD_TYPE_ENUM|FIELD_TYPE_SET|FIELD_TYPE_TINY_BLOB|FIELD_TYPE_MEDIUM_BLOB|FIELD_TYPE_LONG_BLOB|\
    FIELD_TYPE_BLOB|FIELD_TYPE_VAR_STRING|FIELD_TYPE_STRING|FIELD_TYPE_GEOMETRY";

layouts! {
    // Under the server's or the client's number.
    pub CAPABILITIES = [
        Label => "mysql.caps", "Capabilities", 2;
        Bool => "mysql.caps.lp", "Long Password", &0x0001;
        Bool => "mysql.caps.fr", "Found Rows", &0x0002;
        Bool => "mysql.caps.lf", "Long Column Flags", &0x0004;
        Bool => "mysql.caps.cd", "Connect With Database", &0x0008;
        Bool => "mysql.caps.ns", "Don't Allow database.table.column", &0x0010;
        Bool => "mysql.caps.cp", "Can use compression protocol", &0x0020;
        Bool => "mysql.caps.ob", "ODBC Client", &0x0040;
        Bool => "mysql.caps.li", "Can Use LOAD DATA LOCAL", &0x0080;
        Bool => "mysql.caps.is", "Ignore Spaces before '('", &0x0100;
        Bool => "mysql.caps.cu", "Speaks 4.1 protocol (new flag)", &0x0200;
        Bool => "mysql.caps.ia", "Interactive Client", &0x0400;
        Bool => "mysql.caps.sl", "Switch to SSL after handshake", &0x0800;
        Bool => "mysql.caps.ii", "Ignore sigpipes", &0x1000;
        Bool => "mysql.caps.ta", "Knows about transactions", &0x2000;
        Bool => "mysql.caps.rs", "Speaks 4.1 protocol (old flag)", &0x4000;
        Bool => "mysql.caps.sc", "Can do 4.1 authentication", &0x8000;
    ]
    pub EXTENDED = [
        Label => "mysql.extcaps", "Extended Capabilities", 2;
        Bool => "mysql.caps.ms", "Multiple statements", &0x0001;
        Bool => "mysql.caps.mr", "Multiple results", &0x0002;
        Bool => "mysql.caps.pm", "PS Multiple results", &0x0004;
        Bool => "mysql.caps.pa", "Plugin Auth", &0x0008;
        Bool => "mysql.caps.ca", "Connect attrs", &0x0010;
        Bool => "mysql.caps.pm", "Plugin Auth LENENC Client Data", &0x0020;
        Bool => "mysql.caps.ep", "Client can handle expired passwords", &0x0040;
        Bool => "mysql.caps.session_track", "Session variable tracking", &0x0080;
        Bool => "mysql.caps.deprecate_eof", "Deprecate EOF", &0x0100;
        Bool => "mysql.caps.optional_metadata", "Client can handle optional resultset metadata", &0x0200;
        Bool => "mysql.caps.compress_zsd", "ZSTD Compression Algorithm", &0x0400;
        Bool => "mysql.caps.query_attrs", "Query Attributes", &0x0800;
        Bool => "mysql.caps.mf_auth", "Multifactor Authentication", &0x1000;
        Bool => "mysql.caps.cap_ext", "Capability Extension", &0x2000;
        Hex(4) => "mysql.caps.unused", "Unused", &0xc000;
    ]
    pub MARIADB = [
        Label => "mariadb.extcaps", "MariaDB Extended Capabilities", 4;
        Bool => "mariadb.caps.pr", "Progress indication", &0x01;
        Bool => "mariadb.caps.cm", "Multi commands", &0x02;
        Bool => "mariadb.caps.bo", "Bulk Operations", &0x04;
        Bool => "mariadb.caps.em", "Extended metadata", &0x08;
        Bool => "mariadb.caps.me", "Cache metadata", &0x10;
    ]
    pub STATUS = [
        Hex(4) => "mysql.server_status", "Server Status", 2;
        Bool => "mysql.stat.it", "In transaction", &0x0001;
        Bool => "mysql.stat.ac", "AUTO_COMMIT", &0x0002;
        Bool => "mysql.stat.mu", "Multi query / Unused", &0x0004;
        Bool => "mysql.stat.mr", "More results", &0x0008;
        Bool => "mysql.stat.bi", "Bad index used", &0x0010;
        Bool => "mysql.stat.ni", "No index used", &0x0020;
        Bool => "mysql.stat.cr", "Cursor exists", &0x0040;
        Bool => "mysql.stat.lr", "Last row sent", &0x0080;
        Bool => "mysql.stat.dr", "Database dropped", &0x0100;
        Bool => "mysql.stat.bs", "No backslash escapes", &0x0200;
        Bool => "mysql.stat.mc", "Metadata changed", &0x0400;
        Bool => "mysql.stat.query_was_slow", "Query was slow", &0x0800;
        Bool => "mysql.stat.ps_out_params", "PS Out Params", &0x1000;
        Bool => "mysql.stat.trans_readonly", "In Trans Readonly", &0x2000;
        Bool => "mysql.stat.session_state_changed", "Session state changed", &0x4000;
    ]
    pub WARNINGS = [Uint => "mysql.warnings", "Warnings", 2;]
    pub COLUMN = [
        Uint => "mysql.field.charsetnr", "Charset number", 2: CHARSETS;
        Uint => "mysql.field.length", "Length", 4;
        Uint => "mysql.field.type", "Type", 1: TYPES;
        Hex(4) => "mysql.field.flags", "Flags", 2;
        Bool => "mysql.field.flags.not_null", "Not null", &0x0001;
        Bool => "mysql.field.flags.primary_key", "Primary key", &0x0002;
        Bool => "mysql.field.flags.unique_key", "Unique key", &0x0004;
        Bool => "mysql.field.flags.multiple_key", "Multiple key", &0x0008;
        Bool => "mysql.field.flags.blob", "Blob", &0x0010;
        Bool => "mysql.field.flags.unsigned", "Unsigned", &0x0020;
        Bool => "mysql.field.flags.zero_fill", "Zero fill", &0x0040;
        Bool => "mysql.field.flags.enum", "Enum", &0x0100;
        Bool => "mysql.field.flags.auto_increment", "Auto increment", &0x0200;
        Bool => "mysql.field.flags.timestamp", "Timestamp", &0x0400;
        Bool => "mysql.field.flags.set", "Set", &0x0800;
        Uint => "mysql.field.decimals", "Decimals", 1;
    ]
    pub REFRESH = [
        Hex(2) => "mysql.refresh", "Refresh Option", 1;
        Bool => "mysql.rfsh.grants", "reload permissions", &0x01;
        Bool => "mysql.rfsh.log", "flush logfiles", &0x02;
        Bool => "mysql.rfsh.tables", "flush tables", &0x04;
        Bool => "mysql.rfsh.hosts", "flush hosts", &0x08;
        Bool => "mysql.rfsh.status", "reset statistics", &0x10;
        Bool => "mysql.rfsh.threads", "empty thread cache", &0x20;
        Bool => "mysql.rfsh.slave", "flush slave status", &0x40;
        Bool => "mysql.rfsh.master", "flush master status", &0x80;
    ]
    pub BINLOG = [
        Uint => "mysql.binlog.position", "Binlog Position", 4;
        Hex(4) => "mysql.binlog.flags", "Binlog Flags", 2;
        Hex(8) => "mysql.binlog.server_id", "Binlog server id", 4;
        Text => "mysql.binlog.file_name", "Binlog file name", *REST;
    ]
    pub REPLICA = [Hex(8) => "mysql.binlog.server_id", "Binlog server id", 4;]
    pub REPLICA_END = [
        Uint => "mysql.binlog.slave_mysql_port", "Slave MySQL port", 2;
        Uint => "mysql.binlog.replication_rank", "Replication rank", 4;
        Hex(8) => "mysql.binlog.master_id", "Master id", 4;
    ]
    pub OPTION = [Uint => "mysql.option", "Option", 2: "multi statements on|multi statements off";]
    pub SHUTDOWN = [
        Uint => "mysql.shutdown", "Shutdown Level", 1:
            "default|wait for connections to finish|wait for transactions to finish|8=wait for updates to finish|\
            16=wait flush all buffers|wait flush critical buffers|254=kill running queries|kill connections";
    ]
    pub THREAD = [Uint => "mysql.thread_id", "Thread ID", 4;]
    pub STATEMENT = [Uint => "mysql.stmt_id", "Statement ID", 4;]
    pub PARAMETER = [Uint => "mysql.param", "Parameter", 2;]
    pub ROWS_TO_FETCH = [Uint => "mysql.num_rows", "Rows to fetch", 4;]
    pub PREPARED = [
        Uint => "mysql.stmt_id", "Statement ID", 4;
        Uint => "mysql.num_fields", "Number of fields", 2;
        Uint => "mysql.num_params", "Number of parameter", 2;
    ]
    pub EXECUTE = [
        Uint => "mysql.exec_flags", "Flags", 1: "Defaults|Read-only cursor|Update cursor|4=Scrollable cursor";
        Uint => "mysql.exec_iter", "Iterations (unused)", 4;
    ]
    pub REBOUND = [Uint => "mysql.new_parameter_bound_flag", "New parameter bound flag", 1: "Subsequent call|First call or rebound";]
    pub BOUND = [
        Uint => "mysql.field.type", "Type", 1: TYPES;
        Uint => "mysql.exec.unsigned", "Unsigned", 1;
    ]
}
pub static ALL: &[&[crate::engine::dissect::Slot]] = LAYOUTS;
