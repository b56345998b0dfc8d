//! How Dewar's own dialect holds what was kept of another program's: a marked array of a name and parts.
//!
//! | name | parts |
//! |---|---|
//! | `int`, `bytearray` | bytes |
//! | `set`, `frozenset` | its items |
//! | `UUID` | a UUID, how safely it was made |
//! | `Ext` | the number of an extension type, bytes |
//! | `type` | module, name |
//! | a module and a name, `datetime.date` | the arguments, what is appended, keys and values in turn; an array each |

use super::extension;
use super::writer::Writer;
use crate::codec::EncodeError;
use crate::value::{Class, Made, Object, Opaque, Value};

impl Writer {
    pub(super) fn kept(&mut self, object: &Object) -> Result<(), EncodeError> {
        let bytes = |bytes: &Vec<u8>| Value::Bytes(bytes.clone());
        match object {
            Object::Int(number) => self.parts("int", &[bytes(number)]),
            Object::ByteArray(content) => self.parts("bytearray", &[bytes(content)]),
            Object::Set(items) => self.parts("set", items),
            Object::FrozenSet(items) => self.parts("frozenset", items),
            Object::Uuid { uuid, safety } => self.parts("UUID", &[Value::Uuid(*uuid), Value::Int(*safety)]),
            Object::Extension { code, content } => self.parts("Ext", &[Value::from(*code), bytes(content)]),
            Object::Class(class) => self.parts("type", &[class.module().into(), class.name().into()]),
            Object::Made(made) => self.made(made),
        }
    }

    fn parts(&mut self, name: &str, parts: &[Value]) -> Result<(), EncodeError> {
        self.open(parts.len() + 2, 0x90, 0xdc)?;
        self.mark(extension::KEPT)?;
        self.value(&name.into())?;
        parts.iter().try_for_each(|part| self.value(part))?;
        self.budget.leave();
        Ok(())
    }

    fn made(&mut self, made: &Made) -> Result<(), EncodeError> {
        self.open(5, 0x90, 0xdc)?;
        self.mark(extension::KEPT)?;
        self.value(&format!("{}.{}", made.class.module(), made.class.name()).into())?;
        self.array(made.arguments.len(), None, &made.arguments)?;
        self.array(made.items.len(), None, &made.items)?;
        self.open(made.entries.len() * 2, 0x90, 0xdc)?;
        for (key, value) in &made.entries {
            self.value(key)?;
            self.value(value)?;
        }
        self.budget.leave();
        self.budget.leave();
        Ok(())
    }
}

/// What these parts make; `None` for what is kept nowhere.
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
        ("type", [module, name]) => Object::Class(Class::named(module.as_str()?, name.as_str()?)?),
        (name, [Value::List(arguments), Value::List(items), Value::List(entries)]) => {
            Object::Made(made(name, arguments, items, entries)?)
        }
        _ => return None,
    };
    Some(Value::Opaque(Opaque::new(object)))
}

fn made(name: &str, arguments: &[Value], items: &[Value], entries: &[Value]) -> Option<Made> {
    let (module, name) = name.split_once('.')?;
    let (pairs, []) = entries.as_chunks() else { return None };
    let made = Made {
        class: Class::named(module, name)?,
        arguments: arguments.to_vec(),
        items: items.to_vec(),
        entries: pairs.iter().map(|[key, value]| (key.clone(), value.clone())).collect(),
    };
    Some(made).filter(Made::is_sound)
}
