//! What both sides can do, and how the server is: bits (MySQL's documentation, "Capabilities Flags" and "SERVER_STATUS_flags_enum").
use crate::engine::dissect::{Slot, layouts};

layouts! {
    SERVER = [
        Hex(4) => "mysql.caps.server", "Server Capabilities", 2;
        Bool => "mysql.caps.lp", "Long Password", &0x1;
        Bool => "mysql.caps.fr", "Found Rows", &0x2;
        Bool => "mysql.caps.lf", "Long Column Flags", &0x4;
        Bool => "mysql.caps.cd", "Connect With Database", &0x8;
        Bool => "mysql.caps.ns", "Don't Allow database.table.column", &0x10;
        Bool => "mysql.caps.cp", "Can use compression protocol", &0x20;
        Bool => "mysql.caps.ob", "ODBC Client", &0x40;
        Bool => "mysql.caps.li", "Can Use LOAD DATA LOCAL", &0x80;
        Bool => "mysql.caps.is", "Ignore Spaces before '('", &0x100;
        Bool => "mysql.caps.cu", "Speaks 4.1 protocol (new flag)", &0x200;
        Bool => "mysql.caps.ia", "Interactive Client", &0x400;
        Bool => "mysql.caps.sl", "Switch to SSL after handshake", &0x800;
        Bool => "mysql.caps.ii", "Ignore sigpipes", &0x1000;
        Bool => "mysql.caps.ta", "Knows about transactions", &0x2000;
        Bool => "mysql.caps.rs", "Speaks 4.1 protocol (old flag)", &0x4000;
        Bool => "mysql.caps.sc", "Can do 4.1 authentication", &0x8000;
    ]
    CLIENT = [
        Hex(4) => "mysql.caps.client", "Client Capabilities", 2;
        Bool => "mysql.caps.lp", "Long Password", &0x1;
        Bool => "mysql.caps.fr", "Found Rows", &0x2;
        Bool => "mysql.caps.lf", "Long Column Flags", &0x4;
        Bool => "mysql.caps.cd", "Connect With Database", &0x8;
        Bool => "mysql.caps.ns", "Don't Allow database.table.column", &0x10;
        Bool => "mysql.caps.cp", "Can use compression protocol", &0x20;
        Bool => "mysql.caps.ob", "ODBC Client", &0x40;
        Bool => "mysql.caps.li", "Can Use LOAD DATA LOCAL", &0x80;
        Bool => "mysql.caps.is", "Ignore Spaces before '('", &0x100;
        Bool => "mysql.caps.cu", "Speaks 4.1 protocol (new flag)", &0x200;
        Bool => "mysql.caps.ia", "Interactive Client", &0x400;
        Bool => "mysql.caps.sl", "Switch to SSL after handshake", &0x800;
        Bool => "mysql.caps.ii", "Ignore sigpipes", &0x1000;
        Bool => "mysql.caps.ta", "Knows about transactions", &0x2000;
        Bool => "mysql.caps.rs", "Speaks 4.1 protocol (old flag)", &0x4000;
        Bool => "mysql.caps.sc", "Can do 4.1 authentication", &0x8000;
    ]
    SERVER_MORE = [
        Hex(4) => "mysql.extcaps.server", "Extended Server Capabilities", 2;
        Bool => "mysql.caps.ms", "Multiple statements", &0x1;
        Bool => "mysql.caps.mr", "Multiple results", &0x2;
        Bool => "mysql.caps.pm", "PS Multiple results", &0x4;
        Bool => "mysql.caps.pa", "Plugin Auth", &0x8;
        Bool => "mysql.caps.ca", "Connect attrs", &0x10;
        Bool => "mysql.caps.pm", "Plugin Auth LENENC Client Data", &0x20;
        Bool => "mysql.caps.ep", "Client can handle expired passwords", &0x40;
        Bool => "mysql.caps.session_track", "Session variable tracking", &0x80;
        Bool => "mysql.caps.deprecate_eof", "Deprecate EOF", &0x100;
        Bool => "mysql.caps.optional_metadata", "Client can handle optional resultset metadata", &0x200;
        Bool => "mysql.caps.compress_zsd", "ZSTD Compression Algorithm", &0x400;
        Bool => "mysql.caps.query_attrs", "Query Attributes", &0x800;
        Bool => "mysql.caps.mf_auth", "Multifactor Authentication", &0x1000;
        Bool => "mysql.caps.cap_ext", "Capability Extension", &0x2000;
        Hex(2) => "mysql.caps.unused", "Unused", &0xc000;
    ]
    CLIENT_MORE = [
        Hex(4) => "mysql.extcaps.client", "Extended Client Capabilities", 2;
        Bool => "mysql.caps.ms", "Multiple statements", &0x1;
        Bool => "mysql.caps.mr", "Multiple results", &0x2;
        Bool => "mysql.caps.pm", "PS Multiple results", &0x4;
        Bool => "mysql.caps.pa", "Plugin Auth", &0x8;
        Bool => "mysql.caps.ca", "Connect attrs", &0x10;
        Bool => "mysql.caps.pm", "Plugin Auth LENENC Client Data", &0x20;
        Bool => "mysql.caps.ep", "Client can handle expired passwords", &0x40;
        Bool => "mysql.caps.session_track", "Session variable tracking", &0x80;
        Bool => "mysql.caps.deprecate_eof", "Deprecate EOF", &0x100;
        Bool => "mysql.caps.optional_metadata", "Client can handle optional resultset metadata", &0x200;
        Bool => "mysql.caps.compress_zsd", "ZSTD Compression Algorithm", &0x400;
        Bool => "mysql.caps.query_attrs", "Query Attributes", &0x800;
        Bool => "mysql.caps.mf_auth", "Multifactor Authentication", &0x1000;
        Bool => "mysql.caps.cap_ext", "Capability Extension", &0x2000;
        Hex(2) => "mysql.caps.unused", "Unused", &0xc000;
    ]
    STATUS = [
        Hex(4) => "mysql.server_status", "Server Status", 2;
        Bool => "mysql.stat.it", "In transaction", &0x1;
        Bool => "mysql.stat.ac", "AUTO_COMMIT", &0x2;
        Bool => "mysql.stat.mr", "More results", &0x8;
        Bool => "mysql.stat.mu", "Multi query / Unused", &0x4;
        Bool => "mysql.stat.bi", "Bad index used", &0x10;
        Bool => "mysql.stat.ni", "No index used", &0x20;
        Bool => "mysql.stat.cr", "Cursor exists", &0x40;
        Bool => "mysql.stat.lr", "Last row sent", &0x80;
        Bool => "mysql.stat.dr", "Database dropped", &0x100;
        Bool => "mysql.stat.bs", "No backslash escapes", &0x200;
        Bool => "mysql.stat.mc", "Metadata changed", &0x400;
        Bool => "mysql.stat.session_state_changed", "Session state changed", &0x4000;
        Bool => "mysql.stat.query_was_slow", "Query was slow", &0x800;
        Bool => "mysql.stat.ps_out_params", "PS Out Params", &0x1000;
        Bool => "mysql.stat.trans_readonly", "In Trans Readonly", &0x2000;
    ]
    MORE_SALT = [
        Uint => "mysql.auth_plugin.length", "Authentication Plugin Length", 1;
        Bytes => "mysql.unused", "Unused", 10;
    ]
}
pub(super) static ALL: &[&[Slot]] = LAYOUTS;
pub(super) static SERVER_CAPABILITIES: &[Slot] = SERVER;
pub(super) static CLIENT_CAPABILITIES: &[Slot] = CLIENT;
pub(super) static SERVER_EXTENDED: &[Slot] = SERVER_MORE;
pub(super) static CLIENT_EXTENDED: &[Slot] = CLIENT_MORE;
pub(super) static SERVER_STATUS: &[Slot] = STATUS;
pub(super) static BEFORE_SALT: &[Slot] = MORE_SALT;
