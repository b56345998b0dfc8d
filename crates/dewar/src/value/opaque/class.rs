//! The Python classes whose instances are accepted. All of them are plain data.

/// A class, by its module and name in Python 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Bool,
    ByteArray,
    Bytes,
    Complex,
    Counter,
    Date,
    DateTime,
    Decimal,
    DefaultDict,
    Deque,
    Dict,
    Float,
    Fraction,
    FrozenSet,
    Int,
    Ipv4Address,
    Ipv4Network,
    Ipv6Address,
    Ipv6Network,
    List,
    Markup,
    OrderedDict,
    Range,
    Set,
    Str,
    Time,
    TimeDelta,
    TimeZone,
    Tuple,
    Uuid,
    ZoneInfo,
}

const NAMES: [(Class, &str, &str); 31] = [
    (Class::Bool, "builtins", "bool"),
    (Class::ByteArray, "builtins", "bytearray"),
    (Class::Bytes, "builtins", "bytes"),
    (Class::Complex, "builtins", "complex"),
    (Class::Counter, "collections", "Counter"),
    (Class::Date, "datetime", "date"),
    (Class::DateTime, "datetime", "datetime"),
    (Class::Decimal, "decimal", "Decimal"),
    (Class::DefaultDict, "collections", "defaultdict"),
    (Class::Deque, "collections", "deque"),
    (Class::Dict, "builtins", "dict"),
    (Class::Float, "builtins", "float"),
    (Class::Fraction, "fractions", "Fraction"),
    (Class::FrozenSet, "builtins", "frozenset"),
    (Class::Int, "builtins", "int"),
    (Class::Ipv4Address, "ipaddress", "IPv4Address"),
    (Class::Ipv4Network, "ipaddress", "IPv4Network"),
    (Class::Ipv6Address, "ipaddress", "IPv6Address"),
    (Class::Ipv6Network, "ipaddress", "IPv6Network"),
    (Class::List, "builtins", "list"),
    (Class::Markup, "markupsafe", "Markup"),
    (Class::OrderedDict, "collections", "OrderedDict"),
    (Class::Range, "builtins", "range"),
    (Class::Set, "builtins", "set"),
    (Class::Str, "builtins", "str"),
    (Class::Time, "datetime", "time"),
    (Class::TimeDelta, "datetime", "timedelta"),
    (Class::TimeZone, "datetime", "timezone"),
    (Class::Tuple, "builtins", "tuple"),
    (Class::Uuid, "uuid", "UUID"),
    (Class::ZoneInfo, "zoneinfo", "ZoneInfo"),
];

impl Class {
    /// The class of this name in Python 3 or 2.
    pub(crate) fn from_name(module: &str, name: &str) -> Option<Self> {
        let (module, name) = match (module, name) {
            ("__builtin__", "unicode") => ("builtins", "str"),
            ("__builtin__", "long") => ("builtins", "int"),
            ("__builtin__", "xrange") => ("builtins", "range"),
            ("__builtin__", name) => ("builtins", name),
            ("flask", "Markup") => ("markupsafe", "Markup"),
            named => named,
        };
        NAMES.iter().find(|known| (known.1, known.2) == (module, name)).map(|known| known.0)
    }

    pub(crate) fn module(self) -> &'static str {
        self.names().0
    }

    pub(crate) fn name(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        NAMES.iter().find(|known| known.0 == self).map_or(("builtins", "object"), |known| (known.1, known.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_name() {
        for (class, module, name) in NAMES {
            assert_eq!(Class::from_name(module, name), Some(class));
            assert_eq!((class.module(), class.name()), (module, name));
        }
        for (module, name) in
            [("os", "system"), ("builtins", "eval"), ("builtins", "getattr"), ("datetime", "tzinfo")]
        {
            assert_eq!(Class::from_name(module, name), None, "{module}.{name}");
        }
    }
}
