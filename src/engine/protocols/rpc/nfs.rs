//! Network File System: version 2 (RFC 1094), 3 (RFC 1813) and 4 (RFC 7530, RFC 8881).
mod v4;

use super::xdr::{Step, run};
use crate::engine::dissect::{Bytes, Dissection, Field, Found, Names, Problem, Protocol, Value, fields, name_of};
use Step::{All, Array, Choice, Data, Fixed, Flags, Handle, List, Long, Opaque, Optional, State, Time, Under, Word};

pub static NFS: Protocol = Protocol { name: "nfs", title: "Network File System", fields: FIELDS, ..Protocol::PLAIN };

fields! {
    PROCEDURE2: Uint => "nfs.procedure_v2", "V2 Procedure";
    PROCEDURE3: Uint => "nfs.procedure_v3", "V3 Procedure";
    PROCEDURE4: Uint => "nfs.procedure_v4", "V4 Procedure";
    HANDLE_LENGTH: Uint => "nfs.fh.length", "length";
    HANDLE: Bytes => "nfs.fhandle", "FileHandle";
    HASH: Hex(8) => "nfs.fh.hash", "hash (CRC-32)";
    NAME: Text => "nfs.name", "Name";
    STATUS2: Uint => "nfs.status2", "Status";
    STATUS3: Uint => "nfs.status3", "Status";
    STATUS4: Uint => "nfs.nfsstat4", "Status";
    KIND: Uint => "nfs.fattr3.type", "Type";
    MODE: Hex(7) => "nfs.mode3", "Mode";
    S_ISUID: Bool => "nfs.mode3.suid", "S_ISUID";
    S_ISGID: Bool => "nfs.mode3.sgid", "S_ISGID";
    S_ISVTX: Bool => "nfs.mode3.sticky", "S_ISVTX";
    S_IRUSR: Bool => "nfs.mode3.rusr", "S_IRUSR";
    S_IWUSR: Bool => "nfs.mode3.wusr", "S_IWUSR";
    S_IXUSR: Bool => "nfs.mode3.xusr", "S_IXUSR";
    S_IRGRP: Bool => "nfs.mode3.rgrp", "S_IRGRP";
    S_IWGRP: Bool => "nfs.mode3.wgrp", "S_IWGRP";
    S_IXGRP: Bool => "nfs.mode3.xgrp", "S_IXGRP";
    S_IROTH: Bool => "nfs.mode3.roth", "S_IROTH";
    S_IWOTH: Bool => "nfs.mode3.woth", "S_IWOTH";
    S_IXOTH: Bool => "nfs.mode3.xoth", "S_IXOTH";
    LINKS: Uint => "nfs.fattr3.nlink", "nlink";
    UID: Uint => "nfs.fattr3.uid", "uid";
    GID: Uint => "nfs.fattr3.gid", "gid";
    SIZE: Uint => "nfs.fattr3.size", "size";
    USED: Uint => "nfs.fattr3.used", "used";
    DEVICE1: Uint => "nfs.specdata1", "specdata1";
    DEVICE2: Uint => "nfs.specdata2", "specdata2";
    SYSTEM: Hex(16) => "nfs.fattr3.fsid", "fsid";
    FILE: Uint => "nfs.fattr3.fileid", "fileid";
    ACCESSED: Text => "nfs.atime", "atime";
    ACCESSED_SECONDS: Uint => "nfs.atime.sec", "seconds";
    ACCESSED_NANOS: Uint => "nfs.atime.nsec", "nano seconds";
    MODIFIED: Text => "nfs.mtime", "mtime";
    MODIFIED_SECONDS: Uint => "nfs.mtime.sec", "seconds";
    MODIFIED_NANOS: Uint => "nfs.mtime.nsec", "nano seconds";
    CHANGED: Text => "nfs.ctime", "ctime";
    CHANGED_SECONDS: Uint => "nfs.ctime.sec", "seconds";
    CHANGED_NANOS: Uint => "nfs.ctime.nsec", "nano seconds";
    ATTRIBUTES: Label => "nfs.attributes", "attributes";
    BEFORE: Label => "nfs.before", "before";
    BEFORE_SIZE: Uint => "nfs.wcc_attr.size", "size";
    SET_SIZE: Uint => "nfs.set_size", "size";
    SET_TIME: Uint => "nfs.set_it", "set_it";
    ACCESS: Hex(2) => "nfs.access_check", "Check access";
    GRANTED: Hex(2) => "nfs.access_rights", "Access rights (of requested)";
    READS: Bool => "nfs.access_read", "READ";
    LOOKS_UP: Bool => "nfs.access_lookup", "LOOKUP";
    MODIFIES: Bool => "nfs.access_modify", "MODIFY";
    EXTENDS: Bool => "nfs.access_extend", "EXTEND";
    DELETES: Bool => "nfs.access_delete", "DELETE";
    EXECUTES: Bool => "nfs.access_execute", "EXECUTE";
    OFFSET: Uint => "nfs.offset3", "offset";
    COUNT: Uint => "nfs.count3", "count";
    OFFSET2: Uint => "nfs.read.offset", "Offset";
    COUNT2: Uint => "nfs.read.count", "Count";
    END: Bool => "nfs.read.eof", "EOF";
    DATA: Label => "nfs.data", "Data";
    STABLE: Uint => "nfs.write.stable", "Stable";
    COMMITTED: Uint => "nfs.write.committed", "Committed";
    VERIFIER: Hex(16) => "nfs.verifier", "Verifier";
    CREATE_MODE: Uint => "nfs.createmode", "Create Mode";
    TARGET: Text => "nfs.readlink.data", "Data";
    SYMLINK: Text => "nfs.symlink.to", "To";
    COOKIE: Uint => "nfs.cookie3", "cookie";
    DIRECTORY_COUNT: Uint => "nfs.count3_dircount", "dircount";
    MOST_COUNT: Uint => "nfs.count3_maxcount", "maxcount";
    ENTRY: Label => "nfs.readdir.entry", "Entry";
    ENTRY_ID: Uint => "nfs.readdir.entry3.fileid", "File ID";
    ENTRY_NAME: Text => "nfs.readdir.entry3.name", "Name";
    ENTRY_COOKIE: Uint => "nfs.readdir.entry3.cookie", "Cookie";
    PLUS_ID: Uint => "nfs.readdirplus.entry.fileid", "File ID";
    PLUS_NAME: Text => "nfs.readdirplus.entry.name", "Name";
    PLUS_COOKIE: Uint => "nfs.readdirplus.entry.cookie", "Cookie";
    DIRECTORY_END: Bool => "nfs.readdir.eof", "EOF";
    TOTAL: Uint => "nfs.fsstat3_resok.tbytes", "Total bytes";
    FREE: Uint => "nfs.fsstat3_resok.fbytes", "Free bytes";
    AVAILABLE: Uint => "nfs.fsstat3_resok.abytes", "Available free bytes";
    FILES: Uint => "nfs.fsstat3_resok.tfiles", "Total file slots";
    FREE_FILES: Uint => "nfs.fsstat3_resok.ffiles", "Free file slots";
    AVAILABLE_FILES: Uint => "nfs.fsstat3_resok.afiles", "Available free file slots";
    INVARIANT: Uint => "nfs.fsstat.invarsec", "invarsec";
    READ_MOST: Uint => "nfs.fsinfo.rtmax", "rtmax";
    READ_BEST: Uint => "nfs.fsinfo.rtpref", "rtpref";
    READ_STEP: Uint => "nfs.fsinfo.rtmult", "rtmult";
    WRITE_MOST: Uint => "nfs.fsinfo.wtmax", "wtmax";
    WRITE_BEST: Uint => "nfs.fsinfo.wtpref", "wtpref";
    WRITE_STEP: Uint => "nfs.fsinfo.wtmult", "wtmult";
    DIRECTORY_BEST: Uint => "nfs.fsinfo.dtpref", "dtpref";
    LONGEST_FILE: Uint => "nfs.fsinfo.maxfilesize", "maxfilesize";
    STEP_SECONDS: Uint => "nfs.dtime.sec", "seconds";
    STEP_NANOS: Uint => "nfs.dtime.nsec", "nano seconds";
    PROPERTIES: Hex(8) => "nfs.fsinfo.properties", "Properties";
    LINKS_MOST: Uint => "nfs.pathconf.linkmax", "linkmax";
    NAME_MOST: Uint => "nfs.pathconf.name_max", "name_max";
    NO_TRUNCATION: Bool => "nfs.pathconf.no_trunc", "no_trunc";
    OWNER_BOUND: Bool => "nfs.pathconf.chown_restricted", "chown_restricted";
    CASELESS: Bool => "nfs.pathconf.case_insensitive", "case_insensitive";
    CASE_KEEPING: Bool => "nfs.pathconf.case_preserving", "case_preserving";
    TAG: Text => "nfs.tag", "Tag";
    MINOR: Uint => "nfs.minorversion", "minorversion";
    OPERATIONS: Uint => "nfs.ops.count", "Operations";
    OPERATION: Uint => "nfs.opcode", "Opcode";
    SUPPORTED4: Hex(2) => "nfs.access_supported", "Supported types (of requested)";
    SEQUENCE: Hex(8) => "nfs.seqid", "seqid";
    STATE_ID: Label => "nfs.stateid", "StateID";
    STATE_HASH: Hex(4) => "nfs.stateid.hash", "StateID Hash";
    STATE_NUMBER: Uint => "nfs.stateid.seqid", "StateID seqid";
    STATE_OTHER: Bytes => "nfs.stateid.other", "StateID Other";
    OFFSET4: Uint => "nfs.offset4", "offset";
    COUNT4: Uint => "nfs.count4", "count";
    LENGTH4: Uint => "nfs.length4", "length";
    VERIFIER4: Hex(16) => "nfs.verifier4", "verifier";
    FILE_TYPE: Uint => "nfs.nfs_ftype4", "ftype4";
    COMPONENT: Text => "nfs.pathname.component", "Name";
    MASK: Hex(8) => "nfs.attr_mask", "Attr mask";
    VALUES: Label => "nfs.attr_vals", "Attribute values";
    ATOMIC: Bool => "nfs.change_info.atomic", "Atomic";
    CHANGE_BEFORE: Uint => "nfs.changeid4.before", "changeid (before)";
    CHANGE_AFTER: Uint => "nfs.changeid4.after", "changeid (after)";
    CLIENT: Hex(16) => "nfs.clientid", "clientid";
    CLIENT_NAME: Text => "nfs.nfs_client_id4.id", "id";
    CALLBACK_PROGRAM: Hex(8) => "nfs.cb_program", "cb_program";
    NETWORK: Text => "nfs.r_netid", "r_netid";
    NETWORK_ADDRESS: Text => "nfs.r_addr", "r_addr";
    CALLBACK_ID: Hex(8) => "nfs.callback.ident", "callback_ident";
    LOCK_TYPE: Uint => "nfs.locktype4", "locktype";
    RECLAIM: Bool => "nfs.lock.reclaim", "reclaim?";
    NEW_OWNER: Bool => "nfs.lock.locker.new_lock_owner", "new lock owner?";
    LOCK_SEQUENCE: Hex(8) => "nfs.lock_seqid", "lock_seqid";
    LOCK_OWNER: Bytes => "nfs.lock_owner4", "owner";
    SHARE_ACCESS: Uint => "nfs.open4.share_access", "share_access";
    SHARE_DENY: Uint => "nfs.open4.share_deny", "share_deny";
    OPEN_OWNER: Bytes => "nfs.open_owner4", "owner";
    OPEN_TYPE: Uint => "nfs.open.opentype", "Open Type";
    OPEN_MODE: Uint => "nfs.createmode4", "Create Mode";
    CLAIM: Uint => "nfs.open.claim_type", "Claim Type";
    RESULT_FLAGS: Hex(8) => "nfs.open_rflags", "result flags";
    DELEGATION: Uint => "nfs.open.delegation_type", "Delegation Type";
    RECALL: Bool => "nfs.recall", "EOF";
    ACE_TYPE: Uint => "nfs.acetype4", "ACE Type";
    ACE_FLAGS: Hex(8) => "nfs.aceflags4", "ACE flags";
    ACE_MASK: Hex(8) => "nfs.acemask4", "ACE mask";
    WHO: Text => "nfs.who", "Who";
    LIMIT: Uint => "nfs.space_limit", "limit_by";
    LIMIT_SIZE: Uint => "nfs.open.limit_size", "limit";
    READ_END: Bool => "nfs.eof", "eof";
    COOKIE4: Uint => "nfs.cookie4", "cookie";
    COOKIE_VERIFIER: Uint => "nfs.cookie_verf4", "cookie_verf";
    DIRECTORY_COUNT4: Uint => "nfs.dircount", "dircount";
    MOST_COUNT4: Uint => "nfs.maxcount", "maxcount";
    ENTRY4: Label => "nfs.readdir.entry4", "Entry";
    ENTRY_NAME4: Text => "nfs.entry_name", "Name";
    LIST_END: Bool => "nfs.dirlist4.eof", "EOF";
    STABLE4: Uint => "nfs.stable_how4", "stable";
    FLAVOR4: Uint => "nfs.flavor4", "flavor";
    SESSION: Bytes => "nfs.session_id4", "sessionid";
    SLOT: Uint => "nfs.slotid", "slot id";
    HIGH_SLOT: Uint => "nfs.high_slotid", "high slot id";
    TARGET_SLOT: Uint => "nfs.target_high_slotid", "target high slot id";
    SEQUENCE_FLAGS: Hex(8) => "nfs.sequence.flags", "status flags";
    CACHE: Bool => "nfs.cachethis4", "cache this?";
    ONE_SYSTEM: Bool => "nfs.reclaim_one_fs4", "reclaim one fs?";
    EXCHANGE_FLAGS: Hex(8) => "nfs.exchange_id.call_flags", "flags";
    REPLY_FLAGS: Hex(8) => "nfs.exchange_id.reply_flags", "flags";
    PROTECTION: Uint => "nfs.exchange_id.state_protect", "state_protect";
    DOMAIN: Text => "nfs.nii_domain4", "Implementor DNS domain name(nii_domain)";
    PRODUCT: Text => "nfs.nii_name4", "Implementation product name(nii_name)";
    BUILD_SECONDS: Uint => "nfs.nfstime4.seconds", "seconds";
    BUILD_NANOS: Uint => "nfs.nfstime4.nseconds", "nseconds";
    MINOR_ID: Uint => "nfs.minorid4", "minor ID";
    MAJOR_ID: Bytes => "nfs.majorid4", "major ID";
    SCOPE: Bytes => "nfs.scope", "server scope";
    SESSION_FLAGS: Hex(8) => "nfs.create_session_flags", "csa_flags";
    CHANNEL: Label => "nfs.channel_attrs", "channel attributes";
    PAD: Uint => "nfs.padsize4", "hdr pad size";
    REQUEST_MOST: Uint => "nfs.maxreqsize4", "max req size";
    RESPONSE_MOST: Uint => "nfs.maxrespsize4", "max resp size";
    CACHED_MOST: Uint => "nfs.maxrespsizecached4", "max resp size cached";
    OPERATIONS_MOST: Uint => "nfs.maxops4", "max ops";
    REQUESTS_MOST: Uint => "nfs.maxreqs4", "max reqs";
    LAYOUT: Uint => "nfs.layouttype", "layout type";
    IO_MODE: Uint => "nfs.iomode", "IO mode";
    LAYOUT_LEAST: Uint => "nfs.minlength4", "min length";
    LINK_TEXT: Text => "nfs.linktext", "Name";
}

static STATES: Names = "OK|PERM|NOENT|5=IO|NXIO|13=ACCESS|17=EXIST|XDEV|DQUOT|NOTDIR|ISDIR|INVAL|27=FBIG|NOSPC|30=ROFS|\
    MLINK|63=NAMETOOLONG|66=NOTEMPTY|69=DQUOT|STALE|10001=BADHANDLE|10003=BAD_COOKIE|NOTSUPP|TOOSMALL|SERVERFAULT|\
    BADTYPE|DELAY|SAME|DENIED|EXPIRED|LOCKED|GRACE|FHEXPIRED|SHARE_DENIED|WRONGSEC|CLID_INUSE|RESOURCE|MOVED|\
    NOFILEHANDLE|MINOR_VERS_MISMATCH|STALE_CLIENTID|STALE_STATEID|OLD_STATEID|BAD_STATEID|BAD_SEQID|NOT_SAME|LOCK_RANGE|\
    SYMLINK|READDIR_NOSPC|LEASE_MOVED|ATTRNOTSUPP|NO_GRACE|RECLAIM_BAD|RECLAIM_CONFLICT|BADXDR|LOCKS_HELD|OPENMODE|\
    BADOWNER|BADCHAR|BADNAME|BAD_RANGE|LOCK_NOTSUPP|OP_ILLEGAL|DEADLOCK|FILE_OPEN|ADMIN_REVOKED|CB_PATH_DOWN|BADIOMODE|\
    BADLAYOUT|BAD_SESSION_DIGEST|BADSESSION|BADSLOT|COMPLETE_ALREADY|CONN_NOT_BOUND_TO_SESSION|DELEG_ALREADY_WANTED|\
    DIRDELEG_UNAVAIL|LAYOUTTRYLATER|LAYOUTUNAVAILABLE|NOMATCHING_LAYOUT|RECALLCONFLICT|UNKNOWN_LAYOUTTYPE|SEQ_MISORDERED|\
    SEQUENCE_POS|REQ_TOO_BIG|REP_TOO_BIG|REP_TOO_BIG_TO_CACHE|RETRY_UNCACHED_REP|UNSAFE_COMPOUND|TOO_MANY_OPS|\
    OP_NOT_IN_SESSION|HASH_ALG_UNSUPP|CONN_BINDING_NOT_ENFORCED|CLIENTID_BUSY|PNFS_IO_HOLE|SEQ_FALSE_RETRY|BAD_HIGH_SLOT|\
    DEADSESSION|ENCR_ALG_UNSUPP|PNFS_NO_LAYOUT|NOT_ONLY_OP|WRONG_CRED|WRONG_TYPE|DIRDELEG_UNAVAIL|REJECT_DELEG|\
    RETURNCONFLICT|DELEG_REVOKED";
static KINDS: Names =
    "1=Regular File|Directory|Block Special Device|Character Special Device|Symbolic Link|Socket|Named Pipe";
static STABILITIES: Names = "UNSTABLE|DATA_SYNC|FILE_SYNC";
static CREATIONS: Names = "UNCHECKED|GUARDED|EXCLUSIVE";
static SETTINGS: Names = "no value|set to server time|set to client time";
static RIGHTS: &[(&Field, u64)] =
    &[(&READS, 1), (&LOOKS_UP, 2), (&MODIFIES, 4), (&EXTENDS, 8), (&DELETES, 16), (&EXECUTES, 32)];

static MODES: &[(&Field, u64)] = &[
    (&S_ISUID, 0o4000),
    (&S_ISGID, 0o2000),
    (&S_ISVTX, 0o1000),
    (&S_IRUSR, 0o400),
    (&S_IWUSR, 0o200),
    (&S_IXUSR, 0o100),
    (&S_IRGRP, 0o40),
    (&S_IWGRP, 0o20),
    (&S_IXGRP, 0o10),
    (&S_IROTH, 0o4),
    (&S_IWOTH, 0o2),
    (&S_IXOTH, 0o1),
];
const MODE_BITS: Step = Flags(&MODE, MODES);
const ACCESSED_AT: Step = Time(&[&ACCESSED, &ACCESSED_SECONDS, &ACCESSED_NANOS]);
const MODIFIED_AT: Step = Time(&[&MODIFIED, &MODIFIED_SECONDS, &MODIFIED_NANOS]);
const CHANGED_AT: Step = Time(&[&CHANGED, &CHANGED_SECONDS, &CHANGED_NANOS]);
const FH: Step = Handle(&[&HANDLE_LENGTH, &HASH, &HANDLE], 0);
const FH2: Step = Handle(&[&HANDLE_LENGTH, &HASH, &HANDLE], 32);
const NAMED: Step = Opaque(&NAME);
/// A file's attributes, `fattr3`.
static FILE_ATTRIBUTES: &[Step] = &[
    Word(&KIND, KINDS),
    MODE_BITS,
    Word(&LINKS, ""),
    Word(&UID, ""),
    Word(&GID, ""),
    Long(&SIZE),
    Long(&USED),
    Word(&DEVICE1, ""),
    Word(&DEVICE2, ""),
    Long(&SYSTEM),
    Long(&FILE),
    ACCESSED_AT,
    MODIFIED_AT,
    CHANGED_AT,
];
/// Attributes that may follow, `post_op_attr`.
const AFTER: Step = Optional(&[Under(&ATTRIBUTES, FILE_ATTRIBUTES)]);
/// What a change did to a file, `wcc_data`.
const CHANGE: Step = All(&[Optional(&[Under(&BEFORE, &[Long(&BEFORE_SIZE), MODIFIED_AT, CHANGED_AT])]), AFTER]);
/// Attributes to be set, `sattr3`.
const SET: Step = All(&[
    Optional(&[MODE_BITS]),
    Optional(&[Word(&UID, "")]),
    Optional(&[Word(&GID, "")]),
    Optional(&[Long(&SET_SIZE)]),
    Choice(&SET_TIME, SETTINGS, &[(2, &[ACCESSED_AT])]),
    Choice(&SET_TIME, SETTINGS, &[(2, &[MODIFIED_AT])]),
]);
const MADE: Step = All(&[Optional(&[FH]), AFTER, CHANGE]);

/// A procedure of version 3: its arguments, its results, and what is told when it failed.
type Procedure = (&'static [Step], &'static [Step], &'static [Step]);
#[rustfmt::skip]
static PROCEDURES: [Procedure; 22] = [
    (&[], &[], &[]),
    (&[FH], &[Under(&ATTRIBUTES, FILE_ATTRIBUTES)], &[]),
    (&[FH, SET, Optional(&[CHANGED_AT])], &[CHANGE], &[CHANGE]),
    (&[FH, NAMED], &[FH, AFTER, AFTER], &[AFTER]),
    (&[FH, Flags(&ACCESS, RIGHTS)], &[AFTER, Flags(&GRANTED, RIGHTS)], &[AFTER]),
    (&[FH], &[AFTER, Opaque(&TARGET)], &[AFTER]),
    (&[FH, Long(&OFFSET), Word(&COUNT, "")], &[AFTER, Word(&COUNT, ""), Word(&END, ""), Data(&DATA)], &[AFTER]),
    (&[FH, Long(&OFFSET), Word(&COUNT, ""), Word(&STABLE, STABILITIES), Data(&DATA)],
        &[CHANGE, Word(&COUNT, ""), Word(&COMMITTED, STABILITIES), Long(&VERIFIER)], &[CHANGE]),
    (&[FH, NAMED, Choice(&CREATE_MODE, CREATIONS, &[(0, &[SET]), (1, &[SET]), (2, &[Long(&VERIFIER)])])], &[MADE], &[CHANGE]),
    (&[FH, NAMED, SET], &[MADE], &[CHANGE]),
    (&[FH, NAMED, SET, Opaque(&SYMLINK)], &[MADE], &[CHANGE]),
    (&[FH, NAMED, Choice(&KIND, KINDS, &[(3, &[SET, Word(&DEVICE1, ""), Word(&DEVICE2, "")]),
        (4, &[SET, Word(&DEVICE1, ""), Word(&DEVICE2, "")]), (6, &[SET]), (7, &[SET])])], &[MADE], &[CHANGE]),
    (&[FH, NAMED], &[CHANGE], &[CHANGE]),
    (&[FH, NAMED], &[CHANGE], &[CHANGE]),
    (&[FH, NAMED, FH, NAMED], &[CHANGE, CHANGE], &[CHANGE, CHANGE]),
    (&[FH, FH, NAMED], &[AFTER, CHANGE], &[AFTER, CHANGE]),
    (&[FH, Long(&COOKIE), Long(&VERIFIER), Word(&COUNT, "")],
        &[AFTER, Long(&VERIFIER), List(&[Under(&ENTRY, &[Long(&ENTRY_ID), Opaque(&ENTRY_NAME), Long(&ENTRY_COOKIE)])]), Word(&DIRECTORY_END, "")],
        &[AFTER]),
    (&[FH, Long(&COOKIE), Long(&VERIFIER), Word(&DIRECTORY_COUNT, ""), Word(&MOST_COUNT, "")],
        &[AFTER, Long(&VERIFIER), List(&[Under(&ENTRY, &[Long(&PLUS_ID), Opaque(&PLUS_NAME), Long(&PLUS_COOKIE), AFTER, Optional(&[FH])])]),
            Word(&DIRECTORY_END, "")], &[AFTER]),
    (&[FH], &[AFTER, Long(&TOTAL), Long(&FREE), Long(&AVAILABLE), Long(&FILES), Long(&FREE_FILES), Long(&AVAILABLE_FILES), Word(&INVARIANT, "")],
        &[AFTER]),
    (&[FH], &[AFTER, Word(&READ_MOST, ""), Word(&READ_BEST, ""), Word(&READ_STEP, ""), Word(&WRITE_MOST, ""), Word(&WRITE_BEST, ""),
        Word(&WRITE_STEP, ""), Word(&DIRECTORY_BEST, ""), Long(&LONGEST_FILE), Word(&STEP_SECONDS, ""), Word(&STEP_NANOS, ""),
        Word(&PROPERTIES, "")], &[AFTER]),
    (&[FH], &[AFTER, Word(&LINKS_MOST, ""), Word(&NAME_MOST, ""), Word(&NO_TRUNCATION, ""), Word(&OWNER_BOUND, ""), Word(&CASELESS, ""),
        Word(&CASE_KEEPING, "")], &[AFTER]),
    (&[FH, Long(&OFFSET), Word(&COUNT, "")], &[CHANGE, Long(&VERIFIER)], &[CHANGE]),
];

/// What was read of a field since the fields were `since`, the first of them first.
fn all<'d>(d: &'d Dissection, since: usize, field: &'static Field) -> impl Iterator<Item = &'d Found> {
    d.fields.get(since..).unwrap_or_default().iter().filter(move |found| std::ptr::eq(found.field, field))
}

fn number(d: &Dissection, since: usize, field: &'static Field) -> u64 {
    match all(d, since, field).next().map(|found| &found.value) {
        Some(Value::Uint(value)) => *value,
        _ => 0,
    }
}

fn nth(d: &Dissection, since: usize, field: &'static Field, n: usize) -> String {
    all(d, since, field).nth(n).map(|found| found.text()).unwrap_or_default()
}

/// Rights by their short names.
fn access(mask: u64) -> String {
    let rights = [(1, "RD"), (2, "LU"), (4, "MD"), (8, "XT"), (16, "DL"), (32, "XE")];
    rights.iter().filter(|(bit, _)| mask & bit != 0).fold(String::new(), |text, (_, name)| format!("{text} {name}"))
}

fn status(d: &mut Dissection, body: &Bytes<'_>, field: &'static Field, version: u32) -> Result<(u32, String), Problem> {
    let status = body.u32(0)?;
    let name = match (status, name_of(STATES, status.into())) {
        (0, _) => format!("NFS{version}_OK"),
        (_, "") => format!("Unknown:{status}"),
        (_, name) => {
            format!("NFS{version}ERR_{}", if version < 4 { name.replace("ACCESS", "ACCES") } else { name.to_owned() })
        }
    };
    d.noted(field, body.span(0..4), status, &name);
    Ok((status, name))
}

/// Reads a call or a reply; returns what the Info column says of it.
pub fn describe(
    d: &mut Dissection,
    version: u32,
    procedure: u32,
    call: bool,
    body: &Bytes<'_>,
) -> Result<String, Problem> {
    let field = match version {
        2 => &PROCEDURE2,
        3 => &PROCEDURE3,
        _ => &PROCEDURE4,
    };
    d.generated(field, body.span(0..0), procedure);
    let since = d.fields.len();
    match version {
        2 => return old(d, procedure, call, body),
        3 => {}
        _ => return v4::describe(d, call, body),
    }
    let Some(&(arguments, results, failure)) = usize::try_from(procedure).ok().and_then(|at| PROCEDURES.get(at)) else {
        return Ok(String::new());
    };
    let hash = |d: &Dissection, n| nth(d, since, &HASH, n);
    let name = |d: &Dissection, n| nth(d, since, &NAME, n);
    if call {
        run(d, body, 0, arguments)?;
        let count = |d: &Dissection| format!("Offset: {} Len: {}", number(d, since, &OFFSET), number(d, since, &COUNT));
        let first = hash(d, 0);
        return Ok(match procedure {
            0 => String::new(),
            3 | 9 | 12 | 13 => format!(", DH: {first}/{}", name(d, 0)),
            4 => format!(", FH: {first}, [Check:{}]", access(number(d, since, &ACCESS))),
            6 => format!(", FH: {first} {}", count(d)),
            7 => format!(", FH: {first} {} {}", count(d), name_of(STABILITIES, number(d, since, &STABLE))),
            8 => format!(", DH: {first}/{} Mode: {}", name(d, 0), name_of(CREATIONS, number(d, since, &CREATE_MODE))),
            10 => format!(", From DH: {first}/{} To {}", name(d, 0), nth(d, since, &SYMLINK, 0)),
            14 => format!(", From DH: {first}/{} To DH: {}/{}", name(d, 0), hash(d, 1), name(d, 1)),
            15 => format!(", From DH: {first} To DH: {}/{}", hash(d, 1), name(d, 0)),
            _ => format!(", FH: {first}"),
        });
    }
    if procedure == 0 {
        return Ok(String::new());
    }
    let (state, error) = status(d, body, &STATUS3, 3)?;
    if state != 0 {
        run(d, body, 4, failure)?;
        return Ok(format!(" Error: {error}"));
    }
    run(d, body, 4, results)?;
    Ok(match procedure {
        1 => {
            let (kind, mode) = (name_of(KINDS, number(d, since, &KIND)), number(d, since, &MODE) & 0o7777);
            format!("  {kind} mode: {mode:04o} uid: {} gid: {}", number(d, since, &UID), number(d, since, &GID))
        }
        3 => format!(", FH: {}", hash(d, 0)),
        4 => format!(", [Allowed:{}]", access(number(d, since, &GRANTED))),
        5 => format!(" Path: {}", nth(d, since, &TARGET, 0)),
        6 => format!(" Len: {}", number(d, since, &COUNT)),
        7 => format!(" Len: {} {}", number(d, since, &COUNT), name_of(STABILITIES, number(d, since, &COMMITTED))),
        16 => all(d, since, &ENTRY_NAME).map(|found| format!(" {}", found.text())).collect(),
        17 => all(d, since, &PLUS_NAME).map(|found| format!(" {}", found.text())).collect(),
        _ => String::new(),
    })
}

/// Version 2: handles and names.
fn old(d: &mut Dissection, procedure: u32, call: bool, body: &Bytes<'_>) -> Result<String, Problem> {
    let since = d.fields.len();
    if procedure == 0 {
        return Ok(String::new());
    }
    if !call {
        let (state, error) = status(d, body, &STATUS2, 2)?;
        let steps: &[Step] = if matches!(procedure, 4 | 9 | 14) && state == 0 { &[FH2] } else { &[] };
        run(d, body, 4, steps)?;
        return Ok(if state == 0 { String::new() } else { format!(" Error: {error}") });
    }
    let steps: &[Step] = match procedure {
        4 | 9 | 10 | 14 | 15 => &[FH2, NAMED],
        6 => &[FH2, Word(&OFFSET2, ""), Word(&COUNT2, "")],
        11 => &[FH2, NAMED, FH2, NAMED],
        12 => &[FH2, FH2, NAMED],
        _ => &[FH2],
    };
    run(d, body, 0, steps)?;
    let first = nth(d, since, &HASH, 0);
    Ok(match procedure {
        4 | 9 | 10 | 14 | 15 => format!(", DH: {first}/{}", nth(d, since, &NAME, 0)),
        _ => format!(", FH: {first}"),
    })
}
