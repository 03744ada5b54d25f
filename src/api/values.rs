//! Reading what came from the other side of the border: serde-wasm-bindgen for all single values, but structures are read as the list
//! of their values. By name, each would bring code that looks for every field among all names; both sides are of one version, and
//! JavaScript keeps the order in which fields were set.
use js_sys::{Array, Object, Reflect};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, SeqAccess, VariantAccess, Visitor,
};
use serde_wasm_bindgen::Error;
use wasm_bindgen::{JsCast, JsValue};

/// # Errors
/// When the value is not of that type.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Error> {
    T::deserialize(Value(value))
}

struct Value(JsValue);

impl Value {
    fn is_nothing(&self) -> bool {
        self.0.is_undefined() || self.0.is_null()
    }

    fn list(self) -> Result<Values, Error> {
        let list = self.0.dyn_into::<Array>().map_err(|_| Error::custom("a list was expected"))?;
        Ok(Values { left: 0..list.length(), list })
    }

    fn fields(self, names: &[&str]) -> Result<Values, Error> {
        let object = self.0.dyn_into::<Object>().map_err(|_| Error::custom("a structure was expected"))?;
        let mut list = Object::values(&object);
        if list.length() as usize != names.len() {
            // Some are left out where they are empty.
            list = names.iter().map(|name| Reflect::get(&object, &(*name).into()).unwrap_or_default()).collect();
        }
        Ok(Values { left: 0..list.length(), list })
    }

    /// A word, or a structure with the word as its only field.
    fn variant(self) -> (Value, Value) {
        match self.0.dyn_ref::<Object>() {
            Some(object) => (Value(Object::keys(object).get(0)), Value(Object::values(object).get(0))),
            None => (self, Value(JsValue::UNDEFINED)),
        }
    }
}

struct Values {
    list: Array,
    left: std::ops::Range<u32>,
}

impl Values {
    fn next(&mut self) -> Option<Value> {
        self.left.next().map(|at| Value(self.list.get(at)))
    }
}

impl<'de> SeqAccess<'de> for Values {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.next().map(|value| seed.deserialize(value)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

macro_rules! as_it_is {
    ($($name:ident)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            serde_wasm_bindgen::Deserializer::from(self.0).$name(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value {
    type Error = Error;

    as_it_is! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_identifier deserialize_ignored_any deserialize_map
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_nothing() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // A list that was left out is empty.
        visitor.visit_seq(if self.is_nothing() { Value(Array::new().into()) } else { self }.list()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(self.fields(fields)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self)
    }
}

impl<'de> EnumAccess<'de> for Value {
    type Error = Error;
    type Variant = Value;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Value), Error> {
        let (word, content) = self.variant();
        Ok((seed.deserialize(word)?, content))
    }
}

impl<'de> VariantAccess<'de> for Value {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    /// A function for each answer's type, so that those of later views need not be there at first (`scripts/later.mjs`).
    #[inline(never)]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self.list()?)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self.fields(fields)?)
    }
}
