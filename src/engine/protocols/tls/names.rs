//! Fields of handshake messages, which TLS and DTLS name alike but for the prefix.
use crate::engine::dissect::{Field, Kind, lines};

macro_rules! names {
    ($($id:ident: $kind:ident $(($digits:literal))? => $name:literal, $title:literal;)*) => {
        pub(super) struct Names { $(pub(super) $id: Field),* }
        #[allow(non_camel_case_types, reason = "counts the fields")]
        enum Line { $($id),* }

        /// Fields as TLS names them.
        pub(super) static TLS: Names = names!(@all "tls", $($id: $kind $(($digits))? => $name, $title;)*);
        /// Fields as DTLS names them.
        pub(super) static DTLS: Names = names!(@all "dtls", $($id: $kind $(($digits))? => $name, $title;)*);
        pub(super) static TLS_FIELDS: &[&Field] = &[$(&TLS.$id),*];
        pub(super) static DTLS_FIELDS: &[&Field] = &[$(&DTLS.$id),*];
    };
    (@all $prefix:literal, $($id:ident: $kind:ident $(($digits:literal))? => $name:literal, $title:literal;)*) => {{
        static TEXTS: &str = concat!($($prefix, ".", $name, "\t", $title, "\n"),*);
        const LINES: [u16; [$($name),*].len()] = lines(TEXTS);
        Names { $($id: Field::of_line(&TEXTS, &LINES, Line::$id as usize, Kind::$kind $(($digits))?)),* }
    }};
}

names! {
    record: Label => "record", "Record Layer";
    content_type: Uint => "record.content_type", "Content Type";
    opaque_type: Uint => "record.opaque_type", "Opaque Type";
    record_version: Hex(4) => "record.version", "Version";
    record_epoch: Uint => "record.epoch", "Epoch";
    record_sequence: Uint => "record.sequence_number", "Sequence Number";
    record_length: Uint => "record.length", "Length";
    app_data: Bytes => "app_data", "Encrypted Application Data";
    change: Label => "change_cipher_spec", "Change Cipher Spec Message";
    alert: Label => "alert_message", "Alert Message";
    alert_level: Uint => "alert_message.level", "Level";
    alert_description: Uint => "alert_message.desc", "Description";
    heartbeat_type: Uint => "heartbeat_message.type", "Type";
    heartbeat_length: Uint => "heartbeat_message.payload_length", "Payload Length";
    handshake: Label => "handshake", "Handshake Protocol";
    kind: Uint => "handshake.type", "Handshake Type";
    length: Uint => "handshake.length", "Length";
    message_seq: Uint => "handshake.message_seq", "Message Sequence";
    fragment_offset: Uint => "handshake.fragment_offset", "Fragment Offset";
    fragment_length: Uint => "handshake.fragment_length", "Fragment Length";
    version: Hex(4) => "handshake.version", "Version";
    random: Bytes => "handshake.random", "Random";
    random_time: Text => "handshake.random_time", "GMT Unix Time";
    random_bytes: Bytes => "handshake.random_bytes", "Random Bytes";
    session_length: Uint => "handshake.session_id_length", "Session ID Length";
    session: Bytes => "handshake.session_id", "Session ID";
    cookie_length: Uint => "handshake.cookie_length", "Cookie Length";
    cookie: Bytes => "handshake.cookie", "Cookie";
    suites_length: Uint => "handshake.cipher_suites_length", "Cipher Suites Length";
    suites: Label => "handshake.ciphersuites", "Cipher Suites";
    suite: Hex(4) => "handshake.ciphersuite", "Cipher Suite";
    compressions_length: Uint => "handshake.comp_methods_length", "Compression Methods Length";
    compressions: Label => "handshake.comp_methods", "Compression Methods";
    compression: Uint => "handshake.comp_method", "Compression Method";
    extensions_length: Uint => "handshake.extensions_length", "Extensions Length";
    extension: Label => "handshake.extension", "Extension";
    extension_type: Uint => "handshake.extension.type", "Type";
    extension_length: Uint => "handshake.extension.len", "Length";
    extension_data: Bytes => "handshake.extension.data", "Data";
    name_list_length: Uint => "handshake.extensions_server_name_list_len", "Server Name list length";
    name_type: Uint => "handshake.extensions_server_name_type", "Server Name Type";
    name_length: Uint => "handshake.extensions_server_name_len", "Server Name length";
    server_name: Text => "handshake.extensions_server_name", "Server Name";
    alpn_length: Uint => "handshake.extensions_alpn_len", "ALPN Extension Length";
    alpn_list: Label => "handshake.extensions_alpn_list", "ALPN Protocol";
    alpn_name_length: Uint => "handshake.extensions_alpn_str_len", "ALPN string length";
    alpn: Text => "handshake.extensions_alpn_str", "ALPN Next Protocol";
    groups_length: Uint => "handshake.extensions_supported_groups_length", "Supported Groups List Length";
    groups: Label => "handshake.extensions_supported_groups", "Supported Groups";
    group: Hex(4) => "handshake.extensions_supported_group", "Supported Group";
    formats_length: Uint => "handshake.extensions_ec_point_formats_length", "EC point formats Length";
    formats: Label => "handshake.extensions_ec_point_formats", "Elliptic curves point formats";
    format: Uint => "handshake.extensions_ec_point_format", "EC point format";
    algorithms_length: Uint => "handshake.sig_hash_alg_len", "Signature Hash Algorithms Length";
    algorithms: Label => "handshake.sig_hash_algs", "Signature Hash Algorithms";
    algorithm: Hex(4) => "handshake.sig_hash_alg", "Signature Algorithm";
    hash: Uint => "handshake.sig_hash_hash", "Signature Hash Algorithm Hash";
    hash_signature: Uint => "handshake.sig_hash_sig", "Signature Hash Algorithm Signature";
    versions_length: Uint => "handshake.extensions.supported_versions_len", "Supported Versions length";
    supported_version: Hex(4) => "handshake.extensions.supported_version", "Supported Version";
    shares_length: Uint => "handshake.extensions_key_share_client_length", "Client Key Share Length";
    share_group: Uint => "handshake.extensions_key_share_group", "Group";
    share_length: Uint => "handshake.extensions_key_share_key_exchange_length", "Key Exchange Length";
    share: Bytes => "handshake.extensions_key_share_key_exchange", "Key Exchange";
    modes_length: Uint => "extension.psk_ke_modes_length", "PSK Key Exchange Modes Length";
    mode: Uint => "extension.psk_ke_mode", "PSK Key Exchange Mode";
    status_type: Uint => "handshake.extensions_status_request_type", "Certificate Status Type";
    responders_length: Uint => "handshake.extensions_status_request_responder_ids_len", "Responder ID list Length";
    requests_length: Uint => "handshake.extensions_status_request_exts_len", "Request Extensions Length";
    heartbeat_mode: Uint => "handshake.extension.heartbeat.mode", "Mode";
    padding: Bytes => "handshake.extensions_padding_data", "Padding Data";
    renegotiation_length: Uint => "handshake.extensions_reneg_info_len", "Renegotiation info extension length";
    ja4: Text => "handshake.ja4", "JA4";
    ja3_full: Text => "handshake.ja3_full", "JA3 Fullstring";
    ja3: Text => "handshake.ja3", "JA3";
    ja3s_full: Text => "handshake.ja3s_full", "JA3S Fullstring";
    ja3s: Text => "handshake.ja3s", "JA3S";
    certificates_length: Uint => "handshake.certificates_length", "Certificates Length";
    certificates: Label => "handshake.certificates", "Certificates";
    certificate_length: Uint => "handshake.certificate_length", "Certificate Length";
    certificate: Bytes => "handshake.certificate", "Certificate";
    curve_type: Hex(2) => "handshake.server_curve_type", "Curve Type";
    named_curve: Hex(4) => "handshake.server_named_curve", "Named Curve";
    server_point_length: Uint => "handshake.server_point_len", "Pubkey Length";
    server_point: Bytes => "handshake.server_point", "Pubkey";
    client_point_length: Uint => "handshake.client_point_len", "Pubkey Length";
    client_point: Bytes => "handshake.client_point", "Pubkey";
    signature_length: Uint => "handshake.sig_len", "Signature Length";
    signature: Bytes => "handshake.sig", "Signature";
    certificate_types_count: Uint => "handshake.cert_types_count", "Certificate types count";
    certificate_type: Uint => "handshake.cert_type", "Certificate type";
    names_length: Uint => "handshake.dnames_len", "Distinguished Names Length";
    distinguished_name_length: Uint => "handshake.dname_len", "Distinguished Name Length";
    distinguished_name: Bytes => "handshake.dname", "Distinguished Name";
    ticket_lifetime: Uint => "handshake.session_ticket_lifetime_hint", "Session Ticket Lifetime Hint";
    ticket_length: Uint => "handshake.session_ticket_length", "Session Ticket Length";
    ticket: Bytes => "handshake.session_ticket", "Session Ticket";
    status_response_type: Uint => "handshake.cert_status_type", "Certificate Status Type";
    status_response_length: Uint => "handshake.cert_status_len", "OCSP Response Length";
    verify_data: Bytes => "handshake.verify_data", "Verify Data";
}
