//! How the native dialect stores a [`Value::Opaque`]: as a marked array of a name and parts.
//!
//! | name | parts |
//! |---|---|
//! | `int`, `bytearray` | bytes |
//! | `set`, `frozenset` | its items |
//! | `UUID` | a UUID, the number of its `is_safe` |
//! | `Ext` | the number of an extension type, bytes |
//! | `type` | module, name |
//! | a module and a name, `datetime.date` | three arrays: the arguments, the appended items, alternating keys and values |

use super::native::{Native, OPAQUE};
use super::writer::Writer;
use crate::codec::EncodeError;
use crate::value::{Class, Instance, Object, Opaque, Value};

impl Writer<Native> {
    pub(super) fn object(&mut self, object: &Object) -> Result<(), EncodeError> {
        let bytes = |bytes: &Vec<u8>| Value::Bytes(bytes.clone());
        match object {
            Object::Int(number) => self.parts("int", &[bytes(number)]),
            Object::ByteArray(content) => self.parts("bytearray", &[bytes(content)]),
            Object::Set(items) => self.parts("set", items),
            Object::FrozenSet(items) => self.parts("frozenset", items),
            Object::Uuid { uuid, safety } => self.parts("UUID", &[Value::Uuid(*uuid), Value::Int(*safety)]),
            Object::Extension { code, content } => self.parts("Ext", &[Value::from(*code), bytes(content)]),
            Object::Class(class) => self.parts("type", &[class.module().into(), class.name().into()]),
            Object::Instance(made) => self.made(made),
        }
    }

    fn parts(&mut self, name: &str, parts: &[Value]) -> Result<(), EncodeError> {
        self.open_marked(OPAQUE, parts.len() + 1)?;
        self.value(&name.into())?;
        parts.iter().try_for_each(|part| self.value(part))?;
        self.close();
        Ok(())
    }

    fn made(&mut self, made: &Instance) -> Result<(), EncodeError> {
        self.open_marked(OPAQUE, 4)?;
        self.value(&format!("{}.{}", made.class.module(), made.class.name()).into())?;
        self.array(&made.arguments)?;
        self.array(&made.items)?;
        self.open_array(made.entries.len() * 2)?;
        for (key, value) in &made.entries {
            self.value(key)?;
            self.value(value)?;
        }
        self.close();
        self.close();
        Ok(())
    }
}

/// The value with these parts; `None` if Python never writes such an object.
pub(super) fn read(parts: Vec<Value>) -> Option<Value> {
    let mut parts = parts.into_iter();
    let name = parts.next()?;
    let object = match (name.as_str()?, parts.as_slice()) {
        ("int", [Value::Bytes(bytes)]) => Object::Int(bytes.clone()),
        ("bytearray", [Value::Bytes(bytes)]) => Object::ByteArray(bytes.clone()),
        ("set", _) => Object::Set(parts.collect()),
        ("frozenset", _) => Object::FrozenSet(parts.collect()),
        ("UUID", [Value::Uuid(uuid), Value::Int(safety)]) => Object::Uuid { uuid: *uuid, safety: *safety },
        ("Ext", [Value::Int(code), Value::Bytes(content)]) => {
            Object::Extension { code: i8::try_from(*code).ok()?, content: content.clone() }
        }
        ("type", [module, name]) => Object::Class(Class::from_name(module.as_str()?, name.as_str()?)?),
        (name, [Value::List(arguments), Value::List(items), Value::List(entries)]) => {
            Object::Instance(made(name, arguments, items, entries)?)
        }
        _ => return None,
    };
    Some(Value::Opaque(Opaque::new(object)))
}

fn made(name: &str, arguments: &[Value], items: &[Value], entries: &[Value]) -> Option<Instance> {
    let (module, name) = name.split_once('.')?;
    let (pairs, []) = entries.as_chunks() else { return None };
    let made = Instance {
        class: Class::from_name(module, name)?,
        arguments: arguments.to_vec(),
        items: items.to_vec(),
        entries: pairs.iter().map(|[key, value]| (key.clone(), value.clone())).collect(),
    };
    Some(made).filter(Instance::is_valid)
}
