//! Version 4: compounds of operations.
use super::*;

static FILE_TYPES: Names = "1=NF4REG|NF4DIR|NF4BLK|NF4CHR|NF4LNK|NF4SOCK|NF4FIFO|NF4ATTRDIR|NF4NAMEDATTR";
static LOCK_TYPES: Names = "1=READ_LT|WRITE_LT|READW_LT|WRITEW_LT|RELEASE_STATE";
static CLAIMS: Names =
    "CLAIM_NULL|CLAIM_PREVIOUS|CLAIM_DELEGATE_CUR|CLAIM_DELEGATE_PREV|CLAIM_FH|CLAIM_DELEG_CUR_FH|CLAIM_DELEG_PREV_FH";
static DELEGATIONS: Names = "OPEN_DELEGATE_NONE|OPEN_DELEGATE_READ|OPEN_DELEGATE_WRITE|OPEN_DELEGATE_NONE_EXT";
static STABILITIES4: Names = "UNSTABLE4|DATA_SYNC4|FILE_SYNC4";
static SHARES: Names = "1=OPEN4_SHARE_ACCESS_READ|OPEN4_SHARE_ACCESS_WRITE|OPEN4_SHARE_ACCESS_BOTH";
static DENIALS: Names = "OPEN4_SHARE_DENY_NONE|OPEN4_SHARE_DENY_READ|OPEN4_SHARE_DENY_WRITE|OPEN4_SHARE_DENY_BOTH";
static PROTECTIONS: Names = "SP4_NONE|SP4_MACH_CRED|SP4_SSV";
static FLAVORS: Names = "AUTH_NULL|AUTH_UNIX|6=RPCSEC_GSS";

const STATE: Step = State(&[&STATE_ID, &STATE_HASH, &STATE_NUMBER, &STATE_OTHER]);
const BITMAP: Step = Array(&[Word(&MASK, "")]);
const ATTRS: Step = All(&[BITMAP, Data(&VALUES)]);
const CINFO: Step = All(&[Word(&ATOMIC, ""), Long(&CHANGE_BEFORE), Long(&CHANGE_AFTER)]);
const COMPONENT_NAME: Step = Opaque(&COMPONENT);
const ACE: Step = All(&[Word(&ACE_TYPE, ""), Word(&ACE_FLAGS, ""), Word(&ACE_MASK, ""), Opaque(&WHO)]);
const SID: Step = Fixed(&SESSION, 16);
const PRODUCTS: Step = Array(&[Opaque(&DOMAIN), Opaque(&PRODUCT), Long(&BUILD_SECONDS), Word(&BUILD_NANOS, "")]);
const CHANNEL_ATTRS: Step = Under(
    &CHANNEL,
    &[
        Word(&PAD, ""),
        Word(&REQUEST_MOST, ""),
        Word(&RESPONSE_MOST, ""),
        Word(&CACHED_MOST, ""),
        Word(&OPERATIONS_MOST, ""),
        Word(&REQUESTS_MOST, ""),
        Array(&[Word(&PAD, "")]),
    ],
);

/// Of each operation from 3 on: its name, its rank among those of a compound (the Info column names the lowest), arguments, results.
type Operation = (&'static str, u8, Option<&'static [Step]>, Option<&'static [Step]>);
const NOTHING: Option<&[Step]> = Some(&[]);
#[rustfmt::skip]
static OPERATION_TABLE: [Operation; 56] = [
    ("ACCESS", 2, Some(&[Flags(&ACCESS, RIGHTS)]), Some(&[Word(&SUPPORTED4, ""), Flags(&GRANTED, RIGHTS)])),
    ("CLOSE", 1, Some(&[Word(&SEQUENCE, ""), STATE]), Some(&[STATE])),
    ("COMMIT", 1, Some(&[Long(&OFFSET4), Word(&COUNT4, "")]), Some(&[Long(&VERIFIER4)])),
    ("CREATE", 1, Some(&[Choice(&FILE_TYPE, FILE_TYPES, &[(3, &[Word(&DEVICE1, ""), Word(&DEVICE2, "")]),
        (4, &[Word(&DEVICE1, ""), Word(&DEVICE2, "")]), (5, &[Opaque(&LINK_TEXT)])]), COMPONENT_NAME, ATTRS]), Some(&[CINFO, BITMAP])),
    ("DELEGPURGE", 1, Some(&[Long(&CLIENT)]), NOTHING),
    ("DELEGRETURN", 1, Some(&[STATE]), NOTHING),
    ("GETATTR", 3, Some(&[BITMAP]), Some(&[ATTRS])),
    ("GETFH", 4, NOTHING, Some(&[FH])),
    ("LINK", 1, Some(&[COMPONENT_NAME]), Some(&[CINFO])),
    ("LOCK", 1, Some(&[Word(&LOCK_TYPE, LOCK_TYPES), Word(&RECLAIM, ""), Long(&OFFSET4), Long(&LENGTH4), Choice(&NEW_OWNER, "", &[
        (0, &[STATE, Word(&LOCK_SEQUENCE, "")]),
        (1, &[Word(&SEQUENCE, ""), STATE, Word(&LOCK_SEQUENCE, ""), Long(&CLIENT), Opaque(&LOCK_OWNER)])])]), Some(&[STATE])),
    ("LOCKT", 1, Some(&[Word(&LOCK_TYPE, LOCK_TYPES), Long(&OFFSET4), Long(&LENGTH4), Long(&CLIENT), Opaque(&LOCK_OWNER)]), NOTHING),
    ("LOCKU", 1, Some(&[Word(&LOCK_TYPE, LOCK_TYPES), Word(&SEQUENCE, ""), STATE, Long(&OFFSET4), Long(&LENGTH4)]), Some(&[STATE])),
    ("LOOKUP", 1, Some(&[COMPONENT_NAME]), NOTHING),
    ("LOOKUPP", 1, NOTHING, NOTHING),
    ("NVERIFY", 1, Some(&[ATTRS]), NOTHING),
    ("OPEN", 1, Some(&[Word(&SEQUENCE, ""), Word(&SHARE_ACCESS, SHARES), Word(&SHARE_DENY, DENIALS), Long(&CLIENT), Opaque(&OPEN_OWNER),
        Choice(&OPEN_TYPE, "OPEN4_NOCREATE|OPEN4_CREATE", &[(1, &[Choice(&OPEN_MODE, "UNCHECKED4|GUARDED4|EXCLUSIVE4|EXCLUSIVE4_1",
            &[(0, &[ATTRS]), (1, &[ATTRS]), (2, &[Long(&VERIFIER4)]), (3, &[Long(&VERIFIER4), ATTRS])])])]),
        Choice(&CLAIM, CLAIMS, &[(0, &[COMPONENT_NAME]), (1, &[Word(&DELEGATION, DELEGATIONS)]), (2, &[STATE, COMPONENT_NAME]),
            (3, &[COMPONENT_NAME]), (5, &[STATE])])]),
        Some(&[STATE, CINFO, Word(&RESULT_FLAGS, ""), BITMAP, Choice(&DELEGATION, DELEGATIONS, &[(1, &[STATE, Word(&RECALL, ""), ACE]),
            (2, &[STATE, Word(&RECALL, ""), Choice(&LIMIT, "1=NFS_LIMIT_SIZE|NFS_LIMIT_BLOCKS", &[(1, &[Long(&LIMIT_SIZE)]),
                (2, &[Long(&LIMIT_SIZE)])]), ACE]), (3, &[Word(&RECALL, "")])])])),
    ("OPENATTR", 1, Some(&[Word(&RECLAIM, "")]), NOTHING),
    ("OPEN_CONFIRM", 1, Some(&[STATE, Word(&SEQUENCE, "")]), Some(&[STATE])),
    ("OPEN_DOWNGRADE", 1, Some(&[STATE, Word(&SEQUENCE, ""), Word(&SHARE_ACCESS, SHARES), Word(&SHARE_DENY, DENIALS)]), Some(&[STATE])),
    ("PUTFH", 4, Some(&[FH]), NOTHING),
    ("PUTPUBFH", 3, NOTHING, NOTHING),
    ("PUTROOTFH", 3, NOTHING, NOTHING),
    ("READ", 1, Some(&[STATE, Long(&OFFSET4), Word(&COUNT4, "")]), Some(&[Word(&READ_END, ""), Data(&DATA)])),
    ("READDIR", 1, Some(&[Long(&COOKIE4), Long(&COOKIE_VERIFIER), Word(&DIRECTORY_COUNT4, ""), Word(&MOST_COUNT4, ""), BITMAP]),
        Some(&[Long(&VERIFIER4), List(&[Under(&ENTRY4, &[Long(&COOKIE4), Opaque(&ENTRY_NAME4), ATTRS])]), Word(&LIST_END, "")])),
    ("READLINK", 1, NOTHING, Some(&[Opaque(&LINK_TEXT)])),
    ("REMOVE", 1, Some(&[COMPONENT_NAME]), Some(&[CINFO])),
    ("RENAME", 1, Some(&[COMPONENT_NAME, COMPONENT_NAME]), Some(&[CINFO, CINFO])),
    ("RENEW", 1, Some(&[Long(&CLIENT)]), NOTHING),
    ("RESTOREFH", 4, NOTHING, NOTHING),
    ("SAVEFH", 4, NOTHING, NOTHING),
    ("SECINFO", 1, Some(&[COMPONENT_NAME]), None),
    ("SETATTR", 1, Some(&[STATE, ATTRS]), Some(&[BITMAP])),
    ("SETCLIENTID", 1, Some(&[Long(&VERIFIER4), Opaque(&CLIENT_NAME), Word(&CALLBACK_PROGRAM, ""), Opaque(&NETWORK), Opaque(&NETWORK_ADDRESS),
        Word(&CALLBACK_ID, "")]), Some(&[Long(&CLIENT), Long(&VERIFIER4)])),
    ("SETCLIENTID_CONFIRM", 1, Some(&[Long(&CLIENT), Long(&VERIFIER4)]), NOTHING),
    ("VERIFY", 1, Some(&[ATTRS]), NOTHING),
    ("WRITE", 1, Some(&[STATE, Long(&OFFSET4), Word(&STABLE4, STABILITIES4), Data(&DATA)]),
        Some(&[Word(&COUNT4, ""), Word(&STABLE4, STABILITIES4), Long(&VERIFIER4)])),
    ("RELEASE_LOCKOWNER", 1, Some(&[Long(&CLIENT), Opaque(&LOCK_OWNER)]), NOTHING),
    ("BACKCHANNEL_CTL", 1, None, NOTHING),
    ("BIND_CONN_TO_SESSION", 1, Some(&[SID, Word(&RECLAIM, ""), Word(&RECLAIM, "")]), Some(&[SID, Word(&RECLAIM, ""), Word(&RECLAIM, "")])),
    ("EXCHANGE_ID", 1, Some(&[Long(&VERIFIER4), Data(&DATA), Word(&EXCHANGE_FLAGS, ""), Choice(&PROTECTION, PROTECTIONS, &[]), PRODUCTS]),
        Some(&[Long(&CLIENT), Word(&SEQUENCE, ""), Word(&REPLY_FLAGS, ""), Choice(&PROTECTION, PROTECTIONS, &[]), Long(&MINOR_ID),
            Opaque(&MAJOR_ID), Opaque(&SCOPE), PRODUCTS])),
    ("CREATE_SESSION", 1, Some(&[Long(&CLIENT), Word(&SEQUENCE, ""), Word(&SESSION_FLAGS, ""), CHANNEL_ATTRS, CHANNEL_ATTRS,
        Word(&CALLBACK_PROGRAM, ""), Array(&[Choice(&FLAVOR4, FLAVORS, &[(1, &[Word(&CALLBACK_ID, ""), Opaque(&NETWORK), Word(&UID, ""),
            Word(&GID, ""), Array(&[Word(&GID, "")])])])])]),
        Some(&[SID, Word(&SEQUENCE, ""), Word(&SESSION_FLAGS, ""), CHANNEL_ATTRS, CHANNEL_ATTRS])),
    ("DESTROY_SESSION", 1, Some(&[SID]), NOTHING),
    ("FREE_STATEID", 1, Some(&[STATE]), NOTHING),
    ("GET_DIR_DELEGATION", 1, None, None),
    ("GETDEVINFO", 1, None, None),
    ("GETDEVLIST", 1, None, None),
    ("LAYOUTCOMMIT", 1, None, None),
    ("LAYOUTGET", 1, Some(&[Word(&RECLAIM, ""), Word(&LAYOUT, ""), Word(&IO_MODE, ""), Long(&OFFSET4), Long(&LENGTH4), Long(&LAYOUT_LEAST),
        STATE, Word(&MOST_COUNT4, "")]), None),
    ("LAYOUTRETURN", 1, None, None),
    ("SECINFO_NO_NAME", 1, Some(&[Word(&RECLAIM, "")]), None),
    ("SEQUENCE", 5, Some(&[SID, Word(&SEQUENCE, ""), Word(&SLOT, ""), Word(&HIGH_SLOT, ""), Word(&CACHE, "")]),
        Some(&[SID, Word(&SEQUENCE, ""), Word(&SLOT, ""), Word(&HIGH_SLOT, ""), Word(&TARGET_SLOT, ""), Word(&SEQUENCE_FLAGS, "")])),
    ("SET_SSV", 1, None, None),
    ("TEST_STATEID", 1, Some(&[Array(&[STATE])]), Some(&[Array(&[Word(&STATUS4, STATES)])])),
    ("WANT_DELEG", 1, None, None),
    ("DESTROY_CLIENTID", 1, Some(&[Long(&CLIENT)]), NOTHING),
    ("RECLAIM_COMPLETE", 1, Some(&[Word(&ONE_SYSTEM, "")]), NOTHING),
];

pub fn describe(d: &mut Dissection, call: bool, body: &Bytes<'_>) -> Result<String, Problem> {
    let mut at = 0;
    if !call {
        status(d, body, &STATUS4, 4)?;
        at = 4;
    }
    at = run(d, body, at, &[Opaque(&TAG)])?;
    if call {
        at = run(d, body, at, &[Word(&MINOR, "")])?;
    }
    let count = body.u32(at)?;
    at = run(d, body, at, &[Word(&OPERATIONS, "")])?;
    // What is to be said, with each operation's rank.
    let mut told: Vec<(u8, String)> = Vec::new();
    let mut handle = None;
    for _ in 0..count.min(200) {
        let (line, code) = (d.fields.len(), body.u32(at)?);
        let end = at.saturating_add(4);
        let known = code.checked_sub(3).and_then(|at| OPERATION_TABLE.get(usize::try_from(at).ok()?));
        let Some(&(name, rank, arguments, results)) = known else {
            d.noted(&OPERATION, body.span(at..end), code, "ILLEGAL");
            told.push((1, "ILLEGAL".to_owned()));
            break;
        };
        d.noted(&OPERATION, body.span(at..end), code, name);
        let read = d.nest(|d| {
            if call {
                return arguments.map_or(Ok(None), |steps| run(d, body, end, steps).map(Some)).map(|at| (at, None));
            }
            let (state, error) = status(d, &body.from(end), &STATUS4, 4)?;
            let end = end.saturating_add(4);
            // An operation that failed ends the compound; what some of them tell then is not read.
            let next =
                if state == 0 { results.map_or(Ok(None), |steps| run(d, body, end, steps).map(Some))? } else { None };
            Ok((next, (state != 0).then_some(error)))
        });
        if let Some(hash) = all(d, line, &HASH).last() {
            handle = Some(hash.text());
        }
        let (next, error) = read.unwrap_or((None, None));
        let said = match (call, error) {
            (_, Some(error)) => format!(" Status: {error}"),
            (true, _) => asked(d, line, name, handle.as_deref()),
            (false, _) => answered(d, line, name),
        };
        told.push((rank, format!("{name}{said}")));
        let Some(next) = next else { break };
        at = next;
    }
    let least = told.iter().map(|(rank, _)| *rank).min().unwrap_or_default();
    let main: Vec<_> = told.into_iter().filter(|(rank, _)| *rank == least).map(|(_, text)| text).collect();
    Ok(format!(" {}", main.join(" | ")))
}

fn asked(d: &Dissection, line: usize, name: &str, handle: Option<&str>) -> String {
    let file = || handle.map(|hash| format!(" FH: {hash}")).unwrap_or_default();
    let entry = || format!(" DH: {}/{}", handle.unwrap_or_default(), nth(d, line, &COMPONENT, 0));
    let state = || format!(" StateID: {}", nth(d, line, &STATE_HASH, 0));
    let offset = number(d, line, &OFFSET4);
    match name {
        "ACCESS" => format!("{}, [Check:{}]", file(), access(number(d, line, &ACCESS))),
        "LOOKUP" | "REMOVE" => entry(),
        "OPEN" if all(d, line, &COMPONENT).next().is_some() => entry(),
        "READ" => format!("{} Offset: {offset} Len: {}", state(), number(d, line, &COUNT4)),
        "WRITE" => {
            let length = all(d, line, &DATA).next().map_or(0, |found| found.span.len());
            format!("{} Offset: {offset} Len: {length}", state())
        }
        "CLOSE" | "DELEGRETURN" => state(),
        "LOCK" | "LOCKT" | "LOCKU" => format!("{} Offset: {offset} Length: {} ", file(), number(d, line, &LENGTH4)),
        "COMMIT" => format!("{} Offset: {offset} Len: {}", file(), number(d, line, &COUNT4)),
        "RENAME" => format!(" From: {} To: {}", nth(d, line, &COMPONENT, 0), nth(d, line, &COMPONENT, 1)),
        "RENEW" => format!(" CID: {}", nth(d, line, &CLIENT, 0)),
        "GETATTR" | "SETATTR" | "READDIR" => file(),
        _ => String::new(),
    }
}

fn answered(d: &Dissection, line: usize, name: &str) -> String {
    match name {
        "ACCESS" => {
            let (supported, granted) = (number(d, line, &SUPPORTED4), number(d, line, &GRANTED));
            let denied = access(supported & !granted);
            let denied = if denied.is_empty() { denied } else { format!(", [Access Denied:{denied}]") };
            format!("{denied}, [Allowed:{}]", access(granted))
        }
        "OPEN" => format!(" StateID: {}", nth(d, line, &STATE_HASH, 0)),
        _ => String::new(),
    }
}
