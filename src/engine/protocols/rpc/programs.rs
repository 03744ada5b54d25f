//! The programs that people meet on ONC-RPC: RFC 1833 (port mapper), RFC 1094, 1813 and 7530 (mount, NFS).
use super::nfs;
use super::xdr::{Step, run};
use crate::engine::dissect::{Bytes, Dissection, Field, Names, Problem, Protocol, fields, name_of};
use Step::{All, Array, Choice, Handle, List, Opaque, Under, Word};

pub static PORTMAP: Protocol = Protocol { name: "portmap", title: "Portmap", fields: FIELDS, ..Protocol::PLAIN };
pub static MOUNT: Protocol = Protocol { name: "mount", title: "Mount Service", fields: FIELDS, ..Protocol::PLAIN };
pub static LOCKS: Protocol = Protocol { name: "nlm", title: "Network Lock Manager Protocol", ..Protocol::PLAIN };
const PORT_MAPPER: u32 = 100_000;
const FILES: u32 = 100_003;
const MOUNTS: u32 = 100_005;
const LOCK_MANAGER: u32 = 100_021;

/// What the Protocol column says of a program, and the layer that reads it.
pub fn of(program: u32) -> Option<(&'static str, Option<&'static str>)> {
    Some(match program {
        PORT_MAPPER => ("Portmap", Some("portmap")),
        FILES => ("NFS", Some("nfs")),
        MOUNTS => ("MOUNT", Some("mount")),
        LOCK_MANAGER => ("NLM", Some("nlm")),
        100_001 => ("RSTAT", None),
        100_002 => ("RUSERS", None),
        100_004 => ("YPSERV", None),
        100_007 => ("YPBIND", None),
        100_011 => ("RQUOTA", None),
        100_024 => ("STAT", None),
        100_227 => ("NFSACL", None),
        150_001 => ("PCNFSD", None),
        _ => return None,
    })
}

#[rustfmt::skip]
static NFS3: &[&str] = &[
    "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK", "MKNOD", "REMOVE",
    "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT",
];
#[rustfmt::skip]
static NFS2: &[&str] = &[
    "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ", "WRITECACHE", "WRITE", "CREATE", "REMOVE", "RENAME", "LINK",
    "SYMLINK", "MKDIR", "RMDIR", "READDIR", "STATFS",
];
static PORTMAP2: &[&str] = &["NULL", "SET", "UNSET", "GETPORT", "DUMP", "CALLIT"];
static RPCBIND: &[&str] =
    &["NULL", "SET", "UNSET", "GETADDR", "DUMP", "CALLIT", "GETTIME", "UADDR2TADDR", "TADDR2UADDR"];
static MOUNT3: &[&str] = &["NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT"];
static NLM: &[&str] = &["NULL", "TEST", "LOCK", "CANCEL", "UNLOCK", "GRANTED"];

pub fn procedure(program: u32, version: u32, procedure: u32) -> String {
    let names: &[&str] = match (program, version) {
        (PORT_MAPPER, 3 | 4) => RPCBIND,
        (PORT_MAPPER, _) => PORTMAP2,
        (FILES, 2) => NFS2,
        (FILES, 3) => NFS3,
        (FILES, 4) => &["NULL", "COMPOUND"],
        (MOUNTS, _) => MOUNT3,
        (LOCK_MANAGER, _) => NLM,
        _ => &["NULL"],
    };
    let name = usize::try_from(procedure).ok().and_then(|at| names.get(at));
    name.map_or_else(|| format!("proc-{procedure}"), |name| (*name).to_owned())
}

fields! {
    MAPPER2: Uint => "portmap.procedure_v2", "V2 Procedure";
    MAPPER3: Uint => "portmap.procedure_v3", "V3 Procedure";
    MAPPER4: Uint => "portmap.procedure_v4", "V4 Procedure";
    MOUNT1: Uint => "mount.procedure_v1", "V1 Procedure";
    MOUNT2: Uint => "mount.procedure_v2", "V2 Procedure";
    MOUNT3_PROCEDURE: Uint => "mount.procedure_v3", "V3 Procedure";
    PROGRAM: Uint => "portmap.prog", "Program";
    PROGRAM_VERSION: Uint => "portmap.version", "Version";
    TRANSPORT: Uint => "portmap.proto", "Proto";
    PORT: Uint => "portmap.port", "Port";
    ANSWER: Bool => "portmap.answer", "Answer";
    MAPPING: Label => "portmap.map", "Map Entry";
    BINDING: Label => "portmap.rpcb", "RPCB";
    BOUND: Uint => "portmap.rpcb.prog", "Program";
    BOUND_VERSION: Uint => "portmap.rpcb.version", "Version";
    NETWORK: Text => "portmap.rpcb.netid", "Network Id";
    ADDRESS: Text => "portmap.rpcb.addr", "Universal Address";
    OWNER: Text => "portmap.rpcb.owner", "Owner of this Service";
    UNIVERSAL: Text => "portmap.uaddr", "Universal Address";
    PATH: Text => "mount.path", "Path";
    STATUS: Uint => "mount.status", "Status";
    FLAVOR: Uint => "mount.flavor", "Flavor";
    EXPORT: Label => "mount.export.entry", "Export List Entry";
    DIRECTORY: Text => "mount.export.directory", "Directory";
    GROUP: Text => "mount.export.group", "Group";
    MOUNTED: Label => "mount.dump.entry", "Mount List Entry";
    HOST: Text => "mount.dump.hostname", "Hostname";
    MOUNTED_AT: Text => "mount.dump.directory", "Directory";
    MOUNT_HANDLE_LENGTH: Uint => "nfs.fh.length", "length";
    MOUNT_HANDLE: Bytes => "nfs.fhandle", "FileHandle";
    MOUNT_HASH: Hex(8) => "nfs.fh.hash", "hash (CRC-32)";
}

static PROGRAMS: Names =
    "100000=Portmap|RSTAT|RUSERS|NFS|YPSERV|MOUNT|100007=YPBIND|100011=RQUOTA|100021=NLM|100024=STAT|100227=NFSACL";
static TRANSPORTS: Names = "6=TCP|17=UDP";
static MOUNT_STATES: Names = "OK|ERR_PERM|ERR_NOENT|5=ERR_IO|13=ERR_ACCESS|20=ERR_NOTDIR|22=ERR_INVAL|63=ERR_NAMETOOLONG|\
    10004=ERR_NOTSUPP|10006=ERR_SERVERFAULT";
static FLAVORS: Names =
    "AUTH_NULL|AUTH_UNIX|AUTH_SHORT|AUTH_DES|6=RPCSEC_GSS|390003=RPCSEC_GSS_KRB5|RPCSEC_GSS_KRB5I|RPCSEC_GSS_KRB5P";

/// Arguments and results by procedure.
type Procedures = &'static [(&'static [Step], &'static [Step])];
const MAP: Step =
    All(&[Word(&PROGRAM, PROGRAMS), Word(&PROGRAM_VERSION, ""), Word(&TRANSPORT, TRANSPORTS), Word(&PORT, "")]);
static PORT_MAPPINGS: Procedures = &[
    (&[], &[]),
    (&[MAP], &[Word(&ANSWER, "")]),
    (&[MAP], &[Word(&ANSWER, "")]),
    (&[MAP], &[Word(&PORT, "")]),
    (&[], &[List(&[Under(&MAPPING, &[MAP])])]),
];
const BIND: Step = Under(
    &BINDING,
    &[Word(&BOUND, PROGRAMS), Word(&BOUND_VERSION, ""), Opaque(&NETWORK), Opaque(&ADDRESS), Opaque(&OWNER)],
);
static BINDINGS: Procedures = &[
    (&[], &[]),
    (&[BIND], &[Word(&ANSWER, "")]),
    (&[BIND], &[Word(&ANSWER, "")]),
    (&[BIND], &[Opaque(&UNIVERSAL)]),
    (&[], &[List(&[BIND])]),
];
static MOUNTINGS: Procedures = &[
    (&[], &[]),
    (
        &[Opaque(&PATH)],
        &[Choice(
            &STATUS,
            MOUNT_STATES,
            &[(0, &[Handle(&[&MOUNT_HANDLE_LENGTH, &MOUNT_HASH, &MOUNT_HANDLE], 0), Array(&[Word(&FLAVOR, FLAVORS)])])],
        )],
    ),
    (&[], &[List(&[Under(&MOUNTED, &[Opaque(&HOST), Opaque(&MOUNTED_AT)])])]),
    (&[Opaque(&PATH)], &[]),
    (&[], &[]),
    (&[], &[List(&[Under(&EXPORT, &[Opaque(&DIRECTORY), List(&[Opaque(&GROUP)])])])]),
];
static OLD_MOUNTING: &[Step] =
    &[Choice(&STATUS, MOUNT_STATES, &[(0, &[Handle(&[&MOUNT_HANDLE_LENGTH, &MOUNT_HASH, &MOUNT_HANDLE], 32)])])];

pub fn describe(
    d: &mut Dissection,
    (program, version, procedure): (u32, u32, u32),
    call: bool,
    body: &Bytes<'_>,
) -> Result<(), Problem> {
    let since = d.fields.len();
    let first = |d: &Dissection, field: &'static Field| {
        d.fields
            .get(since..)
            .unwrap_or_default()
            .iter()
            .find(|found| std::ptr::eq(found.field, field))
            .map(|found| found.text())
    };
    let text = match program {
        FILES => nfs::describe(d, version, procedure, call, body)?,
        PORT_MAPPER | MOUNTS => {
            let (table, field) = match (program, version) {
                (PORT_MAPPER, 2) => (PORT_MAPPINGS, &MAPPER2),
                (PORT_MAPPER, 3) => (BINDINGS, &MAPPER3),
                (PORT_MAPPER, _) => (BINDINGS, &MAPPER4),
                (_, 1) => (MOUNTINGS, &MOUNT1),
                (_, 2) => (MOUNTINGS, &MOUNT2),
                _ => (MOUNTINGS, &MOUNT3_PROCEDURE),
            };
            d.generated(field, body.span(0..0), procedure);
            let &(arguments, results) =
                usize::try_from(procedure).ok().and_then(|at| table.get(at)).unwrap_or(&(&[], &[]));
            let results = if program == MOUNTS && version < 3 && procedure == 1 { OLD_MOUNTING } else { results };
            run(d, body, 0, if call { arguments } else { results })?;
            match (program, version, procedure, call) {
                (PORT_MAPPER, 2, 3, true) => {
                    let (program, version) = (body.u32(0)?, body.u32(4)?);
                    let name = of(program).map_or("Unknown", |(name, _)| name);
                    let transport = match body.u32(8)? {
                        6 => "TCP".to_owned(),
                        17 => "UDP".to_owned(),
                        other => format!("Unknown({other})"),
                    };
                    format!(" {name}({program}) V:{version} {transport}")
                }
                (PORT_MAPPER, 2, 3, false) => match body.u32(0)? {
                    0 => " PROGRAM_NOT_AVAILABLE".to_owned(),
                    port => format!(" Port:{port}"),
                },
                (MOUNTS, _, 1 | 3, true) => first(d, &PATH).map(|path| format!(" {path}")).unwrap_or_default(),
                (MOUNTS, _, 1, false) => match name_of(MOUNT_STATES, body.u32(0)?.into()) {
                    "OK" => String::new(),
                    error => format!(" Error:{error}"),
                },
                _ => String::new(),
            }
        }
        _ => String::new(),
    };
    d.info_join("", || text);
    Ok(())
}
