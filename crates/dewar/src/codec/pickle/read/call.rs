//! Names and calls. Nothing is imported or called: each object is built here.

use super::node::{Id, Node, Nodes};
use crate::codec::DecodeError;
use crate::codec::pickle::text;
use crate::value::{Class, Object, Opaque, Text, Value};

/// A class or function that a pickle may name. Nothing is imported: only these are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A class of data.
    Class(Class),
    /// `_codecs.encode`, which Python 3 uses to write bytes up to protocol 2.
    Encode,
    /// `getattr`, which can only find `ZoneInfo._unpickle`.
    GetAttr,
    /// The base of a reconstructed class.
    Object,
    /// `copyreg._reconstructor`, of protocols 0 and 1.
    Reconstructor,
    /// `ZoneInfo._unpickle`.
    ZoneInfo,
}

impl Named {
    /// Finds it by its name in Python 3 or 2.
    pub(super) fn from_name(module: &str, name: &str) -> Option<Self> {
        Some(match (module, name) {
            ("_codecs", "encode") => Self::Encode,
            ("builtins" | "__builtin__", "getattr") => Self::GetAttr,
            ("builtins" | "__builtin__", "object") => Self::Object,
            ("copyreg" | "copy_reg", "_reconstructor") => Self::Reconstructor,
            _ => Self::Class(Class::from_name(module, name)?),
        })
    }
}

/// No known class or function takes more arguments.
const MOST_ARGUMENTS: usize = 3;

impl Nodes {
    /// Finds it by a module and a name on the stack.
    pub(super) fn named(&self, module: Id, name: Id) -> Option<Named> {
        Named::from_name(self.text(module)?.as_str()?, self.text(name)?.as_str()?)
    }

    /// The result of a call; `None` for an unknown call.
    pub(super) fn call(&mut self, called: Id, arguments: Id) -> Result<Option<Node>, DecodeError> {
        let Some((named, arguments)) = self.name_and_arguments(called, arguments) else { return Ok(None) };
        Ok(match (named, arguments.as_slice()) {
            (Named::Class(class), arguments) => return self.object(class, arguments),
            (Named::Encode, &[text, encoding]) => {
                self.encoded(text, encoding).map(Value::Bytes).map(Node::Value)
            }
            (Named::GetAttr, &[class, name]) => self.unpickler_of_zones(class, name),
            (Named::ZoneInfo, arguments) => Some(Node::instance(Class::ZoneInfo, arguments.to_vec())),
            (Named::Reconstructor, &[class, base, state]) => self.reconstructed(class, base, state),
            _ => None,
        })
    }

    /// A new instance of a class, as `cls.__new__` creates it; `None` for an unknown class.
    pub(super) fn create(&self, class: Id, arguments: Id) -> Option<Node> {
        match self.name_and_arguments(class, arguments)? {
            (Named::Class(Class::Uuid), arguments) if arguments.is_empty() => Some(Node::BlankUuid),
            (Named::Class(Class::Markup), arguments) => match arguments.as_slice() {
                [text] => self.markup(*text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Sets the state of a blank UUID; `None` for any other object or state.
    pub(super) fn build(&mut self, object: Id, state: Id) -> Option<()> {
        let (Some(Node::BlankUuid), Some(Node::Dict(entries))) = (self.get(object), self.get(state)) else {
            return None;
        };
        let (mut number, mut safety) = (None, None);
        for &(key, value) in entries {
            match (self.text(key)?.as_str()?, self.get(value)?) {
                ("int", Node::Value(Value::Int(int))) => number = Some(u128::try_from(*int).ok()?),
                ("int", Node::Value(Value::BigInt(int))) => number = Some(int.as_str().parse().ok()?),
                ("is_safe", Node::Value(Value::Int(int))) => safety = Some(*int),
                ("is_safe", Node::Value(Value::Null)) => {}
                _ => return None,
            }
        }
        let uuid = number?.to_be_bytes();
        *self.get_mut(object)? = Node::Value(match safety {
            None => Value::Uuid(uuid),
            Some(safety) => Value::Opaque(Opaque::new(Object::Uuid { uuid, safety })),
        });
        Some(())
    }

    fn name_and_arguments(&self, named: Id, arguments: Id) -> Option<(Named, Vec<Id>)> {
        match (self.get(named)?, self.get(arguments)?) {
            (Node::Named(named), Node::Tuple(arguments)) if arguments.len() <= MOST_ARGUMENTS => {
                Some((*named, arguments.clone()))
            }
            _ => None,
        }
    }

    pub(super) fn encoded(&self, text: Id, encoding: Id) -> Option<Vec<u8>> {
        let is_latin1 = matches!(self.text(encoding)?.as_str()?, "latin1" | "latin-1");
        text::to_latin1(self.text(text)?).filter(|_| is_latin1)
    }

    fn unpickler_of_zones(&self, class: Id, name: Id) -> Option<Node> {
        let is_zone_info = matches!(self.get(class)?, Node::Named(Named::Class(Class::ZoneInfo)));
        let is_unpickler = self.text(name)?.as_str() == Some("_unpickle");
        (is_zone_info && is_unpickler).then_some(Node::Named(Named::ZoneInfo))
    }

    fn reconstructed(&self, class: Id, base: Id, state: Id) -> Option<Node> {
        match (self.get(class)?, self.get(base)?, self.get(state)?) {
            (
                Node::Named(Named::Class(Class::Uuid)),
                Node::Named(Named::Object),
                Node::Value(Value::Null),
            ) => Some(Node::BlankUuid),
            (Node::Named(Named::Class(Class::Markup)), Node::Named(Named::Class(Class::Str)), _) => {
                self.markup(state)
            }
            _ => None,
        }
    }

    fn markup(&self, text: Id) -> Option<Node> {
        self.text(text).map(|text| Node::Value(Value::Markup(text.clone())))
    }

    /// Reads bytes. Those that Python 2 wrote may have been read as text.
    pub(super) fn bytes(&self, id: Id) -> Option<Vec<u8>> {
        match self.get(id)? {
            Node::Value(Value::Bytes(bytes)) => Some(bytes.clone()),
            Node::Value(Value::Str(text)) => Some(text.as_str()?.as_bytes().to_vec()),
            _ => None,
        }
    }

    pub(super) fn text(&self, id: Id) -> Option<&Text> {
        match self.get(id)? {
            Node::Value(Value::Str(text)) => Some(text),
            _ => None,
        }
    }
}
