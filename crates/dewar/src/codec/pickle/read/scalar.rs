//! The opcodes that push a value without parts.

use super::input::Input;
use crate::codec::DecodeError;
use crate::codec::pickle::{integer, opcode, text};
use crate::value::{Object, Opaque, Text, Value};

/// The value of an opcode and its argument; `None` for any other opcode.
pub(super) fn read(opcode: u8, input: &mut Input<'_>) -> Result<Option<Value>, DecodeError> {
    Ok(Some(match opcode {
        opcode::NONE => Value::Null,
        opcode::NEWTRUE => Value::Bool(true),
        opcode::NEWFALSE => Value::Bool(false),
        opcode::INT => int(input)?,
        opcode::BININT => Value::Int(i32::from_le_bytes(input.chunk()?).into()),
        opcode::BININT1 => Value::Int(input.byte()?.into()),
        opcode::BININT2 => Value::Int(u16::from_le_bytes(input.chunk()?).into()),
        opcode::LONG => long(input)?,
        opcode::LONG1 => binary(input, Input::sized1)?,
        opcode::LONG4 => binary(input, Input::sized4)?,
        opcode::FLOAT => float(input)?,
        opcode::BINFLOAT => Value::Float(f64::from_be_bytes(input.chunk()?)),
        opcode::STRING => quoted(input)?,
        opcode::BINSTRING => text::from_python_2(input.sized4()?),
        opcode::SHORT_BINSTRING => text::from_python_2(input.sized1()?),
        opcode::UNICODE => escaped(input)?,
        opcode::SHORT_BINUNICODE => unicode(input, Input::sized1)?,
        opcode::BINUNICODE => unicode(input, Input::sized4)?,
        opcode::BINUNICODE8 => unicode(input, Input::sized8)?,
        opcode::SHORT_BINBYTES => Value::Bytes(input.sized1()?.to_vec()),
        opcode::BINBYTES => Value::Bytes(input.sized4()?.to_vec()),
        opcode::BINBYTES8 => Value::Bytes(input.sized8()?.to_vec()),
        opcode::BYTEARRAY8 => Value::Opaque(Opaque::new(Object::ByteArray(input.sized8()?.to_vec()))),
        _ => return Ok(None),
    }))
}

type Sized<'a> = fn(&mut Input<'a>) -> Result<&'a [u8], DecodeError>;

/// An integer, or a bool: `00` and `01`.
fn int(input: &mut Input<'_>) -> Result<Value, DecodeError> {
    let at = input.at();
    match input.ascii_line()? {
        "00" => Ok(Value::Bool(false)),
        "01" => Ok(Value::Bool(true)),
        line => digits(line, at),
    }
}

fn long(input: &mut Input<'_>) -> Result<Value, DecodeError> {
    let at = input.at();
    let line = input.ascii_line()?;
    digits(line.strip_suffix('L').unwrap_or(line), at)
}

fn digits(line: &str, at: usize) -> Result<Value, DecodeError> {
    let digits = line.strip_prefix('-').unwrap_or(line);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DecodeError::Malformed { at, expected: "an integer" });
    }
    integer::from_digits(line).ok_or(DecodeError::NumberOutOfRange { at })
}

fn binary<'a>(input: &mut Input<'a>, sized: Sized<'a>) -> Result<Value, DecodeError> {
    let bytes = sized(input)?;
    let long = || Value::Opaque(Opaque::new(Object::Int(bytes.to_vec())));
    Ok(integer::from_le_bytes(bytes).unwrap_or_else(long))
}

fn float(input: &mut Input<'_>) -> Result<Value, DecodeError> {
    let at = input.at();
    let float = input.ascii_line()?.parse().map(Value::Float);
    float.map_err(|_| DecodeError::Malformed { at, expected: "a float" })
}

fn quoted(input: &mut Input<'_>) -> Result<Value, DecodeError> {
    let at = input.at();
    let bytes = text::from_repr(input.line()?);
    let bytes = bytes.ok_or(DecodeError::Malformed { at, expected: "a string in quotes" })?;
    Ok(text::from_python_2(&bytes))
}

fn escaped(input: &mut Input<'_>) -> Result<Value, DecodeError> {
    let at = input.at();
    let text = text::from_raw_unicode_escape(input.line()?);
    text.map(Value::Str).ok_or(DecodeError::Malformed { at, expected: "a text of raw Unicode escapes" })
}

fn unicode<'a>(input: &mut Input<'a>, sized: Sized<'a>) -> Result<Value, DecodeError> {
    let bytes = sized(input)?;
    let start = input.at() - bytes.len();
    let text: Option<Text> = text::from_utf8(bytes);
    let valid = |bytes| str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    text.map(Value::Str).ok_or_else(|| DecodeError::NotUtf8 { at: start + valid(bytes) })
}
