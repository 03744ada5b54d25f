//! Transactions about files and file systems, [MS-CIFS] §2.2.6 and §2.2.8: parameters and data by subcommand and level.
use super::tables::{FILE_ATTRIBUTES, SEARCH_ATTRIBUTES};
use super::titles::{level_title, subcommand_title};
use super::{
    ACCESSED_AT, Asked, CHANGED_AT, CREATED_AT, FILE, FILE_ID, LABEL, Message, PATTERN, SUBCOMMAND, VOLUME, WRITTEN_AT,
    steps,
};
use crate::engine::dissect::{Bytes, Dissection, Field, Problem, Reader, Slot, layouts};

layouts! {
    LEVEL = [Uint => "smb.qpi_loi", "Level of Interest", 2;]
    RESERVED = [Bytes => "smb.reserved", "Reserved", 4;]
    FIND = [
        Uint => "smb.search_count", "Search Count", 2;
        Hex(4) => "smb.find_first2.flags", "Flags", 2;
        Bool => "smb.find_first2.flags.backup", "Backup Intent", &0x10;
        Bool => "smb.find_first2.flags.continue", "Continue", &0x8;
        Bool => "smb.find_first2.flags.resume", "Resume", &0x4;
        Bool => "smb.find_first2.flags.eos", "Close on EOS", &0x2;
        Bool => "smb.find_first2.flags.close", "Close", &0x1;
        Uint => "smb.ff2_loi", "Level of Interest", 2: FIND_LEVELS;
        Uint => "smb.storage_type", "Storage Type", 4;
    ]
    NEXT = [
        Hex(4) => "smb.search_id", "Search ID", 2;
        Uint => "smb.search_count", "Search Count", 2;
        Uint => "smb.ff2_loi", "Level of Interest", 2: FIND_LEVELS;
        Uint => "smb.resume", "Resume Key", 4;
        Hex(4) => "smb.find_first2.flags", "Flags", 2;
        Bool => "smb.find_first2.flags.backup", "Backup Intent", &0x10;
        Bool => "smb.find_first2.flags.continue", "Continue", &0x8;
        Bool => "smb.find_first2.flags.resume", "Resume", &0x4;
        Bool => "smb.find_first2.flags.eos", "Close on EOS", &0x2;
        Bool => "smb.find_first2.flags.close", "Close", &0x1;
    ]
    FOUND = [
        Hex(4) => "smb.search_id", "Search ID", 2;
        Uint => "smb.search_count", "Search Count", 2;
        Uint => "smb.end_of_search", "End Of Search", 2;
        Uint => "smb.ea.error_offset", "EA Error offset", 2;
        Uint => "smb.last_name_offset", "Last Name Offset", 2;
    ]
    FS_LEVEL = [Hex(4) => "smb.qfsi_loi", "Level of Interest", 2: FS_LEVELS;]
    REFERRAL = [Uint => "smb.max_referral_level", "Max Referral Level", 2;]
    EA_ERROR = [Uint => "smb.ea.error_offset", "EA Error offset", 2;]
    STANDARD = [
        Uint => "smb.alloc_size64", "Allocation Size", 8;
        Uint => "smb.end_of_file", "End Of File", 8;
        Uint => "smb.link_count", "Link Count", 4;
        Uint => "smb.delete_pending", "Delete Pending", 1: "Normal, no pending delete|This object has DELETE PENDING";
        Uint => "smb.is_directory", "Is Directory", 1: "This is NOT a directory|This is a DIRECTORY";
    ]
    NAME_LENGTH = [Uint => "smb.file_name_len", "File Name Len", 4;]
    EAS = [Uint => "smb.ea.list_length", "EA List Length", 4;]
    ATTRIBUTE = [
        Hex(8) => "smb.fs_attr", "FS Attributes", 4;
        Bool => "smb.fs_attr.css", "Case Sensitive Search", &0x1;
        Bool => "smb.fs_attr.cpn", "Case Preserving", &0x2;
        Bool => "smb.fs_attr.uod", "Unicode On Disk", &0x4;
        Bool => "smb.fs_attr.pacls", "Persistent ACLs", &0x8;
        Bool => "smb.fs_attr.fc", "Compression", &0x10;
        Bool => "smb.fs_attr.vq", "Volume Quotas", &0x20;
        Bool => "smb.fs_attr.ssf", "Sparse Files", &0x40;
        Bool => "smb.fs_attr.srp", "Reparse Points", &0x80;
        Bool => "smb.fs_attr.srs", "Remote Storage", &0x100;
        Bool => "smb.fs_attr.sla", "LFN APIs", &0x4000;
        Bool => "smb.fs_attr.vis", "Volume Is Compressed", &0x8000;
        Bool => "smb.fs_attr.soids", "Supports OIDs", &0x10000;
        Bool => "smb.fs_attr.se", "Supports Encryption", &0x20000;
        Bool => "smb.fs_attr.ns", "Named Streams", &0x40000;
        Bool => "smb.fs_attr.rov", "Read Only Volume", &0x80000;
        Bool => "smb.fs_attr.swo", "Sequential Write Once", &0x10_0000;
        Bool => "smb.fs_attr.st", "Transactions", &0x20_0000;
        Bool => "smb.fs_attr.shl", "Hard Links", &0x40_0000;
        Bool => "smb.fs_attr.sis", "Integrity Streams", &0x400_0000;
        Bool => "smb.fs_attr.sbr", "Block Refcounting", &0x800_0000;
        Bool => "smb.fs_attr.ssv", "Sparse VDL", &0x1000_0000;
        Uint => "smb.fs_max_name_len", "Max name length", 4;
        Uint => "smb.fs_name.len", "Label Length", 4;
    ]
    SIZE = [
        Uint => "smb.alloc_size64", "Allocation Size", 8;
        Uint => "smb.free_alloc_units", "Free Units", 8;
        Uint => "smb.fs_sector_per_unit", "Sectors/Unit", 4;
        Uint => "smb.fs_bytes_per_sector", "Bytes per Sector", 4;
    ]
    SERIAL = [
        Hex(8) => "smb.volume.serial", "Volume Serial Number", 4;
        Uint => "smb.volume.label.len", "Label Length", 4;
        Bytes => "smb.reserved", "Reserved", 2;
    ]
}
pub static ALL: &[&[Slot]] = LAYOUTS;

static FIND_LEVELS: &str = "1=Info Standard|Info Query EA Size|Info Query EAs From List|257=Find File Directory Info|\
    Find File Full Directory Info|Find File Names Info|Find File Both Directory Info|514=Find File UNIX";
static FS_LEVELS: &str = "1=Info Allocation|Info Volume|257=Query FS Label Info|Query FS Volume Info|Query FS Size Info|\
    Query FS Device Info|Query FS Attribute Info";

const FIND_FIRST: u16 = 1;
const FIND_NEXT: u16 = 2;
const OF_FS: u16 = 3;
const OF_PATH: u16 = 5;
const SET_PATH: u16 = 6;
const OF_FILE: u16 = 7;
const SET_FILE: u16 = 8;
const REFERRALS: u16 = 0x10;

/// The level that a request asks for.
pub fn level(number: u16, parameters: &Bytes<'_>) -> u16 {
    let at = if matches!(number, OF_FILE | SET_FILE) { 2 } else { 0 };
    parameters.u16_le(at).unwrap_or_default()
}

pub fn request(d: &mut Dissection, message: &Message<'_>, number: u16, parameters: &Bytes<'_>) -> Result<(), Problem> {
    let mut reader = Reader::little(*parameters, 0);
    let named = match number {
        FIND_FIRST => {
            reader.layout(d, SEARCH_ATTRIBUTES)?;
            reader.layout(d, FIND)?;
            Some(&PATTERN)
        }
        FIND_NEXT => {
            reader.layout(d, NEXT)?;
            Some(&FILE)
        }
        OF_FS => {
            reader.layout(d, FS_LEVEL)?;
            None
        }
        OF_PATH | SET_PATH => {
            tell_level(d, &mut reader)?;
            reader.layout(d, RESERVED)?;
            Some(&FILE)
        }
        OF_FILE | SET_FILE => {
            reader.field(d, &FILE_ID, 2)?;
            tell_level(d, &mut reader)?;
            None
        }
        REFERRALS => {
            reader.layout(d, REFERRAL)?;
            Some(&FILE)
        }
        _ => None,
    };
    if let Some(field) = named {
        name(d, message, field, &reader);
    }
    Ok(())
}

fn tell_level(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let start = reader.at;
    let level = u16::try_from(reader.uint(2)?).unwrap_or_default();
    if let Some(slot) = LEVEL.first() {
        d.noted(&slot.field, reader.since(start), level, &level_title(level));
    }
    Ok(())
}

fn name(d: &mut Dissection, message: &Message<'_>, field: &'static Field, reader: &Reader<'_>) {
    let (shown, end) = message.string_of(&reader.bytes, reader.at);
    let end = end.min(reader.bytes.wire_len());
    if reader.at < end {
        d.field(field, reader.bytes.span(reader.at..end), shown);
    }
}

pub fn response(
    d: &mut Dissection,
    message: &Message<'_>,
    asked: &Asked,
    parameters: Bytes<'_>,
    data: Bytes<'_>,
) -> Result<(), Problem> {
    let Some(number) = asked.subcommand else { return Ok(()) };
    d.add_generated(&SUBCOMMAND, Default::default(), number, subcommand_title(number));
    let mut parameters = Reader::little(parameters, 0);
    let mut reader = Reader::little(data, 0);
    match number {
        FIND_FIRST => _ = parameters.layout(d, FOUND)?,
        FIND_NEXT => _ = parameters.layout(d, FOUND.get(1..).unwrap_or_default())?,
        OF_FS => of_fs(d, message, asked.level, &mut reader)?,
        OF_PATH | OF_FILE => {
            if let Some(slot) = LEVEL.first() {
                d.add_generated(&slot.field, Default::default(), asked.level, &level_title(asked.level));
            }
            if parameters.left() >= 2 {
                parameters.layout(d, EA_ERROR)?;
            }
            of_file(d, message, asked.level, &mut reader)?;
        }
        _ => {}
    }
    Ok(())
}

fn of_file(d: &mut Dissection, message: &Message<'_>, level: u16, reader: &mut Reader<'_>) -> Result<(), Problem> {
    if matches!(level, 0x101 | 0x107) {
        for field in [&CREATED_AT, &ACCESSED_AT, &WRITTEN_AT, &CHANGED_AT] {
            steps::time(d, field, reader)?;
        }
        reader.layout(d, FILE_ATTRIBUTES)?;
        reader.take(reader.left().min(4))?;
    }
    if matches!(level, 0x102 | 0x107) {
        reader.layout(d, STANDARD)?;
        reader.take(reader.left().min(2))?;
    }
    if matches!(level, 0x103 | 0x107) {
        reader.layout(d, EAS)?;
    }
    if matches!(level, 0x104 | 0x107 | 0x108) {
        reader.layout(d, NAME_LENGTH)?;
        name(d, message, &FILE, reader);
    }
    Ok(())
}

fn of_fs(d: &mut Dissection, message: &Message<'_>, level: u16, reader: &mut Reader<'_>) -> Result<(), Problem> {
    if let Some(slot) = FS_LEVEL.first() {
        d.add_generated(
            &slot.field,
            Default::default(),
            level,
            crate::engine::dissect::name_of(FS_LEVELS, level.into()),
        );
    }
    match level {
        0x102 => {
            steps::time(d, &CREATED_AT, reader)?;
            reader.layout(d, SERIAL)?;
            name(d, message, &VOLUME, reader);
        }
        0x103 => _ = reader.layout(d, SIZE)?,
        0x105 => {
            reader.layout(d, ATTRIBUTE)?;
            name(d, message, &LABEL, reader);
        }
        _ => {}
    }
    Ok(())
}
