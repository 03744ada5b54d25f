//! The methods of AMQP 0-9-1 with their arguments (amqp0-9-1.xml, and what RabbitMQ adds), and the properties of a message.
use super::*;
use Is::*;

/// How an argument is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    /// Bits stand together in as few bytes as they need.
    Bit,
    Octet,
    Short,
    Long,
    LongLong,
    String,
    Blob,
    Table,
}

/// An argument: how it is written, its field, and what stands before its value in the Info column.
pub(super) struct Argument(pub Is, pub &'static Field, pub &'static str);

/// Class, method, name and arguments.
pub(super) type Method = (u16, u16, &'static str, &'static [Argument]);

const A_ACTIVE: Argument = Argument(Bit, &ACTIVE, "");
const A_ARGUMENTS: Argument = Argument(Table, &ARGUMENTS, "");
const A_AUTO_DELETE: Argument = Argument(Bit, &AUTO_DELETE, "");
const A_CAPABILITIES: Argument = Argument(String, &CAPABILITIES, "");
const A_CHALLENGE: Argument = Argument(Blob, &CHALLENGE, "");
const A_CHANNEL_ID: Argument = Argument(Blob, &CHANNEL_ID, "");
const A_CHANNEL_MAX: Argument = Argument(Short, &CHANNEL_MAX, "");
const A_CLASS_ID: Argument = Argument(Short, &CLASS_ID, "");
const A_CLIENT_PROPERTIES: Argument = Argument(Table, &CLIENT_PROPERTIES, "");
const A_CLUSTER_ID: Argument = Argument(String, &CLUSTER_ID, "");
const A_CONSUMER_COUNT: Argument = Argument(Long, &CONSUMER_COUNT, "");
const A_CONSUMER_TAG: Argument = Argument(String, &CONSUMER_TAG, "");
const A_DELIVERY_TAG: Argument = Argument(LongLong, &DELIVERY_TAG, "");
const A_DESTINATION_DX: Argument = Argument(String, &DESTINATION, "dx=");
const A_DURABLE: Argument = Argument(Bit, &DURABLE, "");
const A_EXCHANGE: Argument = Argument(String, &EXCHANGE, "");
const A_EXCHANGE_X: Argument = Argument(String, &EXCHANGE, "x=");
const A_EXCLUSIVE: Argument = Argument(Bit, &EXCLUSIVE, "");
const A_FRAME_MAX: Argument = Argument(Long, &FRAME_MAX, "");
const A_GLOBAL: Argument = Argument(Bit, &GLOBAL, "");
const A_HEARTBEAT: Argument = Argument(Short, &HEARTBEAT, "");
const A_IF_EMPTY: Argument = Argument(Bit, &IF_EMPTY, "");
const A_IF_UNUSED: Argument = Argument(Bit, &IF_UNUSED, "");
const A_IMMEDIATE: Argument = Argument(Bit, &IMMEDIATE, "");
const A_INSIST: Argument = Argument(Bit, &INSIST, "");
const A_INTERNAL: Argument = Argument(Bit, &INTERNAL, "");
const A_KNOWN_HOSTS: Argument = Argument(String, &KNOWN_HOSTS, "");
const A_LOCALE: Argument = Argument(String, &LOCALE, "");
const A_LOCALES: Argument = Argument(Blob, &LOCALES, "");
const A_MANDATORY: Argument = Argument(Bit, &MANDATORY, "");
const A_MECHANISM: Argument = Argument(String, &MECHANISM, "");
const A_MECHANISMS: Argument = Argument(Blob, &MECHANISMS, "");
const A_MESSAGE_COUNT: Argument = Argument(Long, &MESSAGE_COUNT, "");
const A_METHOD_ID: Argument = Argument(Short, &METHOD_ID, "");
const A_MULTIPLE: Argument = Argument(Bit, &MULTIPLE, "");
const A_NO_ACK: Argument = Argument(Bit, &NO_ACK, "");
const A_NO_LOCAL: Argument = Argument(Bit, &NO_LOCAL, "");
const A_NOWAIT: Argument = Argument(Bit, &NOWAIT, "");
const A_OUT_OF_BAND: Argument = Argument(String, &OUT_OF_BAND, "");
const A_PASSIVE: Argument = Argument(Bit, &PASSIVE, "");
const A_PREFETCH_COUNT: Argument = Argument(Short, &PREFETCH_COUNT, "");
const A_PREFETCH_SIZE: Argument = Argument(Long, &PREFETCH_SIZE, "");
const A_QUEUE_Q: Argument = Argument(String, &QUEUE, "q=");
const A_REASON: Argument = Argument(String, &REASON, "");
const A_REDELIVERED: Argument = Argument(Bit, &REDELIVERED, "");
const A_REPLY_CODE: Argument = Argument(Short, &REPLY_CODE, "");
const A_REPLY_TEXT: Argument = Argument(String, &REPLY_TEXT, "");
const A_REPLY_TEXT_REPLY: Argument = Argument(String, &REPLY_TEXT, "reply=");
const A_REQUEUE: Argument = Argument(Bit, &REQUEUE, "");
const A_RESPONSE: Argument = Argument(Blob, &RESPONSE, "");
const A_ROUTING_KEY: Argument = Argument(String, &ROUTING_KEY, "");
const A_ROUTING_KEY_BK: Argument = Argument(String, &ROUTING_KEY, "bk=");
const A_ROUTING_KEY_RK: Argument = Argument(String, &ROUTING_KEY, "rk=");
const A_SERVER_PROPERTIES: Argument = Argument(Table, &SERVER_PROPERTIES, "");
const A_SOURCE_SX: Argument = Argument(String, &SOURCE, "sx=");
const A_TICKET: Argument = Argument(Short, &TICKET, "");
const A_TYPE: Argument = Argument(String, &TYPE, "");
const A_VERSION_MAJOR: Argument = Argument(Octet, &VERSION_MAJOR, "");
const A_VERSION_MINOR: Argument = Argument(Octet, &VERSION_MINOR, "");
const A_VIRTUAL_HOST_VHOST: Argument = Argument(String, &VIRTUAL_HOST, "vhost=");

pub(super) static METHODS: &[Method] = &[
    (10, 10, "Connection.Start", &[A_VERSION_MAJOR, A_VERSION_MINOR, A_SERVER_PROPERTIES, A_MECHANISMS, A_LOCALES]),
    (10, 11, "Connection.Start-Ok", &[A_CLIENT_PROPERTIES, A_MECHANISM, A_RESPONSE, A_LOCALE]),
    (10, 20, "Connection.Secure", &[A_CHALLENGE]),
    (10, 21, "Connection.Secure-Ok", &[A_RESPONSE]),
    (10, 30, "Connection.Tune", &[A_CHANNEL_MAX, A_FRAME_MAX, A_HEARTBEAT]),
    (10, 31, "Connection.Tune-Ok", &[A_CHANNEL_MAX, A_FRAME_MAX, A_HEARTBEAT]),
    (10, 40, "Connection.Open", &[A_VIRTUAL_HOST_VHOST, A_CAPABILITIES, A_INSIST]),
    (10, 41, "Connection.Open-Ok", &[A_KNOWN_HOSTS]),
    (10, 50, "Connection.Close", &[A_REPLY_CODE, A_REPLY_TEXT_REPLY, A_CLASS_ID, A_METHOD_ID]),
    (10, 51, "Connection.Close-Ok", &[]),
    (10, 60, "Connection.Blocked", &[A_REASON]),
    (10, 61, "Connection.Unblocked", &[]),
    (20, 10, "Channel.Open", &[A_OUT_OF_BAND]),
    (20, 11, "Channel.Open-Ok", &[A_CHANNEL_ID]),
    (20, 20, "Channel.Flow", &[A_ACTIVE]),
    (20, 21, "Channel.Flow-Ok", &[A_ACTIVE]),
    (20, 40, "Channel.Close", &[A_REPLY_CODE, A_REPLY_TEXT_REPLY, A_CLASS_ID, A_METHOD_ID]),
    (20, 41, "Channel.Close-Ok", &[]),
    (
        40,
        10,
        "Exchange.Declare",
        &[A_TICKET, A_EXCHANGE_X, A_TYPE, A_PASSIVE, A_DURABLE, A_AUTO_DELETE, A_INTERNAL, A_NOWAIT, A_ARGUMENTS],
    ),
    (40, 11, "Exchange.Declare-Ok", &[]),
    (40, 20, "Exchange.Delete", &[A_TICKET, A_EXCHANGE_X, A_IF_UNUSED, A_NOWAIT]),
    (40, 21, "Exchange.Delete-Ok", &[]),
    (40, 30, "Exchange.Bind", &[A_TICKET, A_DESTINATION_DX, A_SOURCE_SX, A_ROUTING_KEY_BK, A_NOWAIT, A_ARGUMENTS]),
    (40, 31, "Exchange.Bind-Ok", &[]),
    (40, 40, "Exchange.Unbind", &[A_TICKET, A_DESTINATION_DX, A_SOURCE_SX, A_ROUTING_KEY_BK, A_NOWAIT, A_ARGUMENTS]),
    (40, 41, "Exchange.Unbind-Ok", &[]),
    (40, 51, "Exchange.Unbind-Ok", &[]),
    (
        50,
        10,
        "Queue.Declare",
        &[A_TICKET, A_QUEUE_Q, A_PASSIVE, A_DURABLE, A_EXCLUSIVE, A_AUTO_DELETE, A_NOWAIT, A_ARGUMENTS],
    ),
    (50, 11, "Queue.Declare-Ok", &[A_QUEUE_Q, A_MESSAGE_COUNT, A_CONSUMER_COUNT]),
    (50, 20, "Queue.Bind", &[A_TICKET, A_QUEUE_Q, A_EXCHANGE_X, A_ROUTING_KEY_BK, A_NOWAIT, A_ARGUMENTS]),
    (50, 21, "Queue.Bind-Ok", &[]),
    (50, 30, "Queue.Purge", &[A_TICKET, A_QUEUE_Q, A_NOWAIT]),
    (50, 31, "Queue.Purge-Ok", &[A_MESSAGE_COUNT]),
    (50, 40, "Queue.Delete", &[A_TICKET, A_QUEUE_Q, A_IF_UNUSED, A_IF_EMPTY, A_NOWAIT]),
    (50, 41, "Queue.Delete-Ok", &[A_MESSAGE_COUNT]),
    (50, 50, "Queue.Unbind", &[A_TICKET, A_QUEUE_Q, A_EXCHANGE_X, A_ROUTING_KEY_RK, A_ARGUMENTS]),
    (50, 51, "Queue.Unbind-Ok", &[]),
    (60, 10, "Basic.Qos", &[A_PREFETCH_SIZE, A_PREFETCH_COUNT, A_GLOBAL]),
    (60, 11, "Basic.Qos-Ok", &[]),
    (
        60,
        20,
        "Basic.Consume",
        &[A_TICKET, A_QUEUE_Q, A_CONSUMER_TAG, A_NO_LOCAL, A_NO_ACK, A_EXCLUSIVE, A_NOWAIT, A_ARGUMENTS],
    ),
    (60, 21, "Basic.Consume-Ok", &[A_CONSUMER_TAG]),
    (60, 30, "Basic.Cancel", &[A_CONSUMER_TAG, A_NOWAIT]),
    (60, 31, "Basic.Cancel-Ok", &[A_CONSUMER_TAG]),
    (60, 40, "Basic.Publish", &[A_TICKET, A_EXCHANGE_X, A_ROUTING_KEY_RK, A_MANDATORY, A_IMMEDIATE]),
    (60, 50, "Basic.Return", &[A_REPLY_CODE, A_REPLY_TEXT, A_EXCHANGE, A_ROUTING_KEY]),
    (60, 60, "Basic.Deliver", &[A_CONSUMER_TAG, A_DELIVERY_TAG, A_REDELIVERED, A_EXCHANGE_X, A_ROUTING_KEY_RK]),
    (60, 70, "Basic.Get", &[A_TICKET, A_QUEUE_Q, A_NO_ACK]),
    (60, 71, "Basic.Get-Ok", &[A_DELIVERY_TAG, A_REDELIVERED, A_EXCHANGE_X, A_ROUTING_KEY_RK, A_MESSAGE_COUNT]),
    (60, 72, "Basic.Get-Empty", &[A_CLUSTER_ID]),
    (60, 80, "Basic.Ack", &[A_DELIVERY_TAG, A_MULTIPLE]),
    (60, 90, "Basic.Reject", &[A_DELIVERY_TAG, A_REQUEUE]),
    (60, 100, "Basic.Recover-Async", &[A_REQUEUE]),
    (60, 110, "Basic.Recover", &[A_REQUEUE]),
    (60, 111, "Basic.Recover-Ok", &[]),
    (60, 120, "Basic.Nack", &[A_DELIVERY_TAG, A_MULTIPLE, A_REQUEUE]),
    (85, 10, "Confirm.Select", &[A_NOWAIT]),
    (85, 11, "Confirm.Select-Ok", &[]),
    (90, 10, "Tx.Select", &[]),
    (90, 11, "Tx.Select-Ok", &[]),
    (90, 20, "Tx.Commit", &[]),
    (90, 21, "Tx.Commit-Ok", &[]),
    (90, 30, "Tx.Rollback", &[]),
    (90, 31, "Tx.Rollback-Ok", &[]),
];

/// Of a content header, in the order of the bits of its flags, from the highest down.
pub(super) static PROPERTIES: &[Argument] = &[
    Argument(String, &PROPERTY_CONTENT_TYPE, "type="),
    Argument(String, &PROPERTY_CONTENT_ENCODING, ""),
    Argument(Table, &PROPERTY_HEADERS, ""),
    Argument(Octet, &PROPERTY_DELIVERY_MODE, ""),
    Argument(Octet, &PROPERTY_PRIORITY, ""),
    Argument(String, &PROPERTY_CORRELATION_ID, ""),
    Argument(String, &PROPERTY_REPLY_TO, ""),
    Argument(String, &PROPERTY_EXPIRATION, ""),
    Argument(String, &PROPERTY_MESSAGE_ID, ""),
    Argument(LongLong, &PROPERTY_TIMESTAMP, ""),
    Argument(String, &PROPERTY_TYPE, ""),
    Argument(String, &PROPERTY_USER_ID, ""),
    Argument(String, &PROPERTY_APP_ID, ""),
    Argument(String, &PROPERTY_CLUSTER_ID, ""),
];

/// Classes by number.
pub(super) fn class(number: u16) -> Option<&'static str> {
    METHODS.iter().find(|(class, ..)| *class == number).and_then(|(.., name, _)| name.split('.').next())
}
