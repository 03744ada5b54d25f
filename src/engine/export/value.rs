//! Any row of an answer as a tree of plain values, so that all the formats of text are written by the same few lines for every table.
use serde::de::value::Error;
use serde::ser::{Error as _, Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, Serializer};
use std::borrow::Cow;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(Cow<'static, str>),
    List(Vec<Value>),
    /// Fields with their names.
    Fields(Vec<(Cow<'static, str>, Value)>),
}

impl Value {
    pub fn of(row: &impl Serialize) -> Self {
        // Rows are made of what is known below.
        row.serialize(Writer).unwrap_or(Self::Null)
    }
}

/// Makes the tree.
struct Writer;

/// A list or a struct in the making.
struct List(Vec<Value>);
struct Fields(Vec<(Cow<'static, str>, Value)>);

type Made = Result<Value, Error>;

/// What no row has.
fn unknown<T>() -> Result<T, Error> {
    Err(Error::custom("no value of a row"))
}

macro_rules! numbers {
    ($($name:ident $type:ty => $kind:ident;)*) => { $(fn $name(self, v: $type) -> Made { Ok(Value::$kind(v.into())) })* };
}

impl Serializer for Writer {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = Impossible<Value, Error>;
    type SerializeTupleVariant = Impossible<Value, Error>;
    type SerializeMap = Impossible<Value, Error>;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Impossible<Value, Error>;

    numbers! {
        serialize_bool bool => Bool;
        serialize_i8 i8 => Int;
        serialize_i16 i16 => Int;
        serialize_i32 i32 => Int;
        serialize_i64 i64 => Int;
        serialize_u8 u8 => Uint;
        serialize_u16 u16 => Uint;
        serialize_u32 u32 => Uint;
        serialize_u64 u64 => Uint;
        serialize_f32 f32 => Float;
        serialize_f64 f64 => Float;
    }

    fn serialize_char(self, v: char) -> Made {
        Ok(Value::Text(v.to_string().into()))
    }

    fn serialize_str(self, v: &str) -> Made {
        Ok(Value::Text(v.to_owned().into()))
    }

    fn serialize_bytes(self, v: &[u8]) -> Made {
        Ok(Value::List(v.iter().map(|&byte| Value::Uint(byte.into())).collect()))
    }

    fn serialize_none(self) -> Made {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Made {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Made {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Made {
        Ok(Value::Text(variant.into()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Made {
        Ok(Value::Fields(vec![(variant.into(), value.serialize(self)?)]))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List, Error> {
        Ok(List(Vec::new()))
    }

    fn serialize_tuple(self, _: usize) -> Result<List, Error> {
        Ok(List(Vec::new()))
    }

    fn serialize_struct(self, _: &'static str, fields: usize) -> Result<Fields, Error> {
        Ok(Fields(Vec::with_capacity(fields)))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        unknown()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        unknown()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        unknown()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        unknown()
    }
}

impl SerializeSeq for List {
    type Ok = Value;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.0.push(value.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Made {
        Ok(Value::List(self.0))
    }
}

impl SerializeTuple for List {
    type Ok = Value;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Made {
        Ok(Value::List(self.0))
    }
}

impl SerializeStruct for Fields {
    type Ok = Value;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.0.push((name.into(), value.serialize(Writer)?));
        Ok(())
    }

    fn end(self) -> Made {
        Ok(Value::Fields(self.0))
    }
}
