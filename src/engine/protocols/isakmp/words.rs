//! What the numbers of ISAKMP and IKEv2 mean: IANA "ISAKMP" and "IKEv2 Parameters".
use crate::engine::dissect::Names;

pub static PAYLOADS: Names = "NONE / No Next Payload |Security Association|Proposal|Transform|Key Exchange|Identification|\
    Certificate|Certificate Request|Hash|Signature|Nonce|Notification|Delete|Vendor ID|Attributes|SA KEK Payload|\
    SA TEK Payload|Key Download|Sequence Number|Proof of Possession|NAT-D (RFC 3947)|NAT-OA (RFC 3947)|\
    Group Associated Policy|33=Security Association|Key Exchange|Identification - Initiator|Identification - Responder|\
    Certificate|Certificate Request|Authentication|Nonce|Notify|Delete|Vendor ID|Traffic Selector - Initiator|\
    Traffic Selector - Responder|Encrypted and Authenticated|Configuration|Extensible Authentication|\
    Generic Secure Password Method|Group Identification|Group Security Association|Key Download|\
    Encrypted and Authenticated Fragment|130=NAT-D (draft-ietf-ipsec-nat-t-ike-01 to 03)|\
    NAT-OA (draft-ietf-ipsec-nat-t-ike-01 to 03)|Cisco-Fragmentation";
pub static EXCHANGES: Names = "NONE|Base|Identity Protection (Main Mode)|Authentication Only|Aggressive|Informational|\
    Transaction (Config Mode)|32=Quick Mode|New Group Mode|IKE_SA_INIT|IKE_AUTH|CREATE_CHILD_SA|INFORMATIONAL|\
    IKE_SESSION_RESUME";
pub static NOTIFICATIONS1: Names = "RESERVED|INVALID-PAYLOAD-TYPE|DOI-NOT-SUPPORTED|SITUATION-NOT-SUPPORTED|INVALID-COOKIE|\
    INVALID-MAJOR-VERSION|INVALID-MINOR-VERSION|INVALID-EXCHANGE-TYPE|INVALID-FLAGS|INVALID-MESSAGE-ID|\
    INVALID-PROTOCOL-ID|INVALID-SPI|INVALID-TRANSFORM-ID|ATTRIBUTES-NOT-SUPPORTED|NO-PROPOSAL-CHOSEN|BAD-PROPOSAL-SYNTAX|\
    PAYLOAD-MALFORMED|INVALID-KEY-INFORMATION|INVALID-ID-INFORMATION|INVALID-CERT-ENCODING|INVALID-CERTIFICATE|\
    CERT-TYPE-UNSUPPORTED|INVALID-CERT-AUTHORITY|INVALID-HASH-INFORMATION|AUTHENTICATION-FAILED|INVALID-SIGNATURE|\
    ADDRESS-NOTIFICATION|NOTIFY-SA-LIFETIME|CERTIFICATE-UNAVAILABLE|UNSUPPORTED-EXCHANGE-TYPE|UNEQUAL-PAYLOAD-LENGTHS|\
    16384=CONNECTED|24576=RESPONDER-LIFETIME|REPLAY-STATUS|INITIAL-CONTACT|36136=R-U-THERE|R-U-THERE-ACK|\
    40501=UNITY-LOAD-BALANCE|UNITY-UNKNOWN|UNITY-GROUP-HASH";
pub static NOTIFICATIONS2: Names = "RESERVED|UNSUPPORTED_CRITICAL_PAYLOAD|4=INVALID_IKE_SPI|INVALID_MAJOR_VERSION|\
    7=INVALID_SYNTAX|9=INVALID_MESSAGE_ID|11=INVALID_SPI|14=NO_PROPOSAL_CHOSEN|17=INVALID_KE_PAYLOAD|\
    24=AUTHENTICATION_FAILED|34=SINGLE_PAIR_REQUIRED|NO_ADDITIONAL_SAS|INTERNAL_ADDRESS_FAILURE|FAILED_CP_REQUIRED|\
    TS_UNACCEPTABLE|INVALID_SELECTORS|UNACCEPTABLE_ADDRESSES|UNEXPECTED_NAT_DETECTED|USE_ASSIGNED_HoA|TEMPORARY_FAILURE|\
    CHILD_SA_NOT_FOUND|INVALID_GROUP_ID|CHILD_SA_NOT_FOUND|16384=INITIAL_CONTACT|SET_WINDOW_SIZE|ADDITIONAL_TS_POSSIBLE|\
    IPCOMP_SUPPORTED|NAT_DETECTION_SOURCE_IP|NAT_DETECTION_DESTINATION_IP|COOKIE|USE_TRANSPORT_MODE|\
    HTTP_CERT_LOOKUP_SUPPORTED|REKEY_SA|ESP_TFC_PADDING_NOT_SUPPORTED|NON_FIRST_FRAGMENTS_ALSO|MOBIKE_SUPPORTED|\
    ADDITIONAL_IP4_ADDRESS|ADDITIONAL_IP6_ADDRESS|NO_ADDITIONAL_ADDRESSES|UPDATE_SA_ADDRESSES|COOKIE2|NO_NATS_ALLOWED|\
    AUTH_LIFETIME|MULTIPLE_AUTH_SUPPORTED|ANOTHER_AUTH_FOLLOWS|REDIRECT_SUPPORTED|REDIRECT|REDIRECTED_FROM|\
    TICKET_LT_OPAQUE|TICKET_REQUEST|TICKET_ACK|TICKET_NACK|TICKET_OPAQUE|LINK_ID|USE_WESP_MODE|ROHC_SUPPORTED|\
    EAP_ONLY_AUTHENTICATION|CHILDLESS_IKEV2_SUPPORTED|QUICK_CRASH_DETECTION|IKEV2_MESSAGE_ID_SYNC_SUPPORTED|\
    IPSEC_REPLAY_COUNTER_SYNC_SUPPORTED|IKEV2_MESSAGE_ID_SYNC|IPSEC_REPLAY_COUNTER_SYNC|SECURE_PASSWORD_METHODS|\
    PSK_PERSIST|PSK_CONFIRM|ERX_SUPPORTED|IFOM_CAPABILITY|SENDER_REQUEST_ID|IKEV2_FRAGMENTATION_SUPPORTED|\
    SIGNATURE_HASH_ALGORITHMS";
pub static PROTOCOLS1: Names = "RESERVED|ISAKMP|IPSEC_AH|IPSEC_ESP|IPCOMP";
pub static PROTOCOLS2: Names = "RESERVED|IKE|AH|ESP";
pub static IDENTITIES1: Names = "RESERVED|IPV4_ADDR|FQDN|USER_FQDN|IPV4_ADDR_SUBNET|IPV6_ADDR|IPV6_ADDR_SUBNET|\
    IPV4_ADDR_RANGE|IPV6_ADDR_RANGE|DER_ASN1_DN|DER_ASN1_GN|KEY_ID|KEY_LIST";
pub static IDENTITIES2: Names = "RESERVED|IPV4_ADDR|FQDN|ID_RFC822_ADDR|5=IPV6_ADDR|9=DER_ASN1_DN|DER_ASN1_GN|KEY_ID|\
    ID_FC_NAME";
pub static CERTIFICATES: Names = "NONE|PKCS #7 wrapped X.509 certificate|PGP Certificate|DNS Signed Key|\
    X.509 Certificate - Signature|X.509 Certificate - Key Exchange|Kerberos Tokens|Certificate Revocation List (CRL)|\
    Authority Revocation List (ARL)|SPKI Certificate|X.509 Certificate - Attribute|Raw RSA Key|\
    Hash and URL of X.509 certificate|Hash and URL of X.509 bundle|OCSP Content";
pub static AUTHENTICATIONS: Names = "RESERVED|RSA Digital Signature|Shared Key Message Integrity Code|DSS Digital Signature|\
    9=ECDSA with SHA-256 on the P-256 curve|ECDSA with SHA-384 on the P-384 curve|ECDSA with SHA-512 on the P-521 curve|\
    Generic Secure Password Authentication Method|NULL Authentication|Digital Signature";
pub static GROUPS: Names = "UNDEFINED - 0|Default 768-bit MODP group|Alternate 1024-bit MODP group|\
    EC2N group on GP[2^155] group|EC2N group on GP[2^185] group|1536 bit MODP group|EC2N group over GF[2^163]|\
    EC2N group over GF[2^163]|EC2N group over GF[2^283]|EC2N group over GF[2^283]|EC2N group over GF[2^409]|\
    EC2N group over GF[2^409]|EC2N group over GF[2^571]|EC2N group over GF[2^571]|2048 bit MODP group|\
    3072 bit MODP group|4096 bit MODP group|6144 bit MODP group|8192 bit MODP group|256-bit random ECP group|\
    384-bit random ECP group|521-bit random ECP group|1024-bit MODP Group with 160-bit Prime Order Subgroup|\
    2048-bit MODP Group with 224-bit Prime Order Subgroup|2048-bit MODP Group with 256-bit Prime Order Subgroup|\
    192-bit Random ECP Group|224-bit Random ECP Group|224-bit Brainpool ECP group|256-bit Brainpool ECP group|\
    384-bit Brainpool ECP group|512-bit Brainpool ECP group|Curve25519|Curve448|GOST3410_2012_256|GOST3410_2012_512";
pub static CIPHERS2: Names = "RESERVED|ENCR_DES_IV64|ENCR_DES|ENCR_3DES|ENCR_RC5|ENCR_IDEA|ENCR_CAST|ENCR_BLOWFISH|\
    ENCR_3IDEA|ENCR_DES_IV32|RESERVED|ENCR_NULL|ENCR_AES_CBC|ENCR_AES_CTR|ENCR_AES-CCM_8|ENCR-AES-CCM_12|ENCR-AES-CCM_16|\
    UNASSIGNED|AES-GCM with a 8 octet ICV|AES-GCM with a 12 octet ICV|AES-GCM with a 16 octet ICV|\
    ENCR_NULL_AUTH_AES_GMAC|Reserved for IEEE P1619 XTS-AES|ENCR_CAMELLIA_CBC|ENCR_CAMELLIA_CTR|\
    ENCR_CAMELLIA_CCM with an 8-octet ICV|ENCR_CAMELLIA_CCM with a 12-octet ICV|ENCR_CAMELLIA_CCM with a 16-octet ICV|\
    ENCR_CHACHA20_POLY1305";
pub static PRFS: Names = "RESERVED|PRF_HMAC_MD5|PRF_HMAC_SHA1|PRF_HMAC_TIGER|PRF_AES128_CBC|PRF_HMAC_SHA2_256|\
    PRF_HMAC_SHA2_384|PRF_HMAC_SHA2_512|PRF_AES128_CMAC6";
pub static INTEGRITIES: Names = "NONE|AUTH_HMAC_MD5_96|AUTH_HMAC_SHA1_96|AUTH_DES_MAC|AUTH_KPDK_MD5|AUTH_AES_XCBC_96|\
    AUTH_HMAC_MD5_128|AUTH_HMAC_SHA1_160|AUTH_AES_CMAC_96|AUTH_AES_128_GMAC|AUTH_AES_192_GMAC|AUTH_AES_256_GMAC|\
    AUTH_HMAC_SHA2_256_128|AUTH_HMAC_SHA2_384_192|AUTH_HMAC_SHA2_512_256";
pub static TRANSFORMS: Names = "RESERVED|Encryption Algorithm (ENCR)|Pseudo-random Function (PRF)|\
    Integrity Algorithm (INTEG)|Diffie-Hellman Group (D-H)|Extended Sequence Numbers (ESN)";
pub static ESNS: Names = "No Extended Sequence Numbers|Extended Sequence Numbers";
pub static ATTRIBUTES1: Names = "1=Encryption-Algorithm|Hash-Algorithm|Authentication-Method|Group-Description|Group-Type|\
    Group-Prime|Group-Generator-One|Group-Generator-Two|Group-Curve-A|Group-Curve-B|Life-Type|Life-Duration|PRF|\
    Key-Length|Field-Size|Group-Order|Block-Size|20=Asymmetric-Cryptographic-Algorithm-Type";
pub static IPSEC_ATTRIBUTES: Names = "1=SA-Life-Type|SA-Life-Duration|Group-Description|Encapsulation-Mode|\
    Authentication-Algorithm|Key-Length|Key-Rounds|Compress-Dictionary-Size|Compress-Private-Algorithm|ECN Tunnel|\
    Extended (64-bit) Sequence Number|Authentication Key Length|Signature Encoding Algorithm|Address Preservation|\
    SA Direction";
pub static CIPHERS1: Names =
    "RESERVED|DES-CBC|IDEA-CBC|BLOWFISH-CBC|RC5-R16-B64-CBC|3DES-CBC|CAST-CBC|AES-CBC|CAMELLIA-CBC";
pub static HASHES: Names = "RESERVED|MD5|SHA|TIGER|SHA2-256|SHA2-384|SHA2-512";
pub static METHODS1: Names = "RESERVED|Pre-shared key|DSS signatures|RSA signatures|Encryption with RSA|\
    Revised encryption with RSA|Reserved (was Encryption with El-Gamal)|Reserved (was Revised encryption with El-Gamal)|\
    Reserved (was ECDSA signatures)|ECDSA with SHA-256 on the P-256 curve|ECDSA with SHA-384 on the P-384 curve|\
    ECDSA with SHA-512 on the P-521 curve|64221=HybridInitRSA|HybridRespRSA|HybridInitDSS|HybridRespDSS|\
    65001=XAUTHInitPreShared|XAUTHRespPreShared|XAUTHInitDSS|XAUTHRespDSS|XAUTHInitRSA|XAUTHRespRSA|\
    XAUTHInitRSAEncryption|XAUTHRespRSAEncryption|XAUTHInitRSARevisedEncryption|XAUTHRespRSARevisedEncryption";
pub static MODES: Names = "RESERVED|Tunnel|Transport|UDP-Encapsulated-Tunnel|UDP-Encapsulated-Transport";
pub static IPSEC_AUTHENTICATIONS: Names = "RESERVED|HMAC-MD5|HMAC-SHA|DES-MAC|KPDK|HMAC-SHA2-256|HMAC-SHA2-384|HMAC-SHA2-512|\
    HMAC-RIPEMD|AES-XCBC-MAC|SIG-RSA|AES-128-GMAC|AES-192-GMAC|AES-256-GMAC";
pub static LIVES: Names = "RESERVED|Seconds|Kilobytes";
pub static ESP_TRANSFORMS: Names = "RESERVED|DES-IV64|DES|3DES|RC5|IDEA|CAST|BLOWFISH|3IDEA|DES-IV32|RC4|NULL|AES";
pub static SETTINGS: Names = "RESERVED|INTERNAL_IP4_ADDRESS|INTERNAL_IP4_NETMASK|INTERNAL_IP4_DNS|INTERNAL_IP4_NBNS|\
    INTERNAL_ADDRESS_EXPIRY|INTERNAL_IP4_DHCP|APPLICATION_VERSION|INTERNAL_IP6_ADDRESS|INTERNAL_IP6_NETMASK|\
    INTERNAL_IP6_DNS|INTERNAL_IP6_NBNS|INTERNAL_IP6_DHCP|INTERNAL_IP4_SUBNET|SUPPORTED_ATTRIBUTES|INTERNAL_IP6_SUBNET|\
    MIP6_HOME_PREFIX|INTERNAL_IP6_LINK|INTERNAL_IP6_PREFIX|HOME_AGENT_ADDRESS|P_CSCF_IP4_ADDRESS|P_CSCF_IP6_ADDRESS|\
    FTT_KAT";
pub static SELECTORS: Names = "7=TS_IPV4_ADDR_RANGE|TS_IPV6_ADDR_RANGE|TS_FC_ADDR_RANGE";
pub static SIGNATURE_HASHES: Names = "RESERVED|SHA1|SHA2-256|SHA2-384|SHA2-512";

/// Vendor IDs that are met, by their first bytes in hexadecimal.
#[rustfmt::skip]
pub static VENDORS: &[(&str, &str)] = &[
    ("4a131c81070358455c5728f20e95452f", "RFC 3947 Negotiation of NAT-Traversal in the IKE"),
    ("afcad71368a1f1c96b8696fc77570100", "RFC 3706 DPD (Dead Peer Detection)"),
    ("09002689dfd6b712", "XAUTH"),
    ("12f5f28c457168a9702d9fe274cc", "CISCO-UNITY"),
    ("4485152d18b6bbcd0be8a8469579ddcc", "draft-ietf-ipsec-nat-t-ike-00"),
    ("16f6ca16e4a4066d83821a0f0aeaa862", "draft-ietf-ipsec-nat-t-ike-01"),
    ("cd60464335df21f87cfdb2fc68b6a448", "draft-ietf-ipsec-nat-t-ike-02"),
    ("90cb80913ebb696e086381b5ec427b1f", "draft-ietf-ipsec-nat-t-ike-02\\n"),
    ("7d9419a65310ca6f2c179d9215529d56", "draft-ietf-ipsec-nat-t-ike-03"),
    ("882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan"),
    ("4048b7d56ebce88525e7de7f00d6c2d3", "Cisco Fragmentation"),
    ("1e2b516905991c7d7c96fcbfb587e461", "MS NT5 ISAKMPOAKLEY"),
    ("fb1de3cdf341b7ea16b7e5be0855f120", "MS-Negotiation Discovery Capable"),
    ("26244d38eddb61b3172a36e3d0cfb819", "Microsoft Vid-Initial-Contact"),
    ("e3a5966a76379fe707228231e5ce8652", "IKE CGA Version 1"),
    ("434953434f2d44454c4554452d524541534f4e", "Cisco Delete Reason Supported"),
];
