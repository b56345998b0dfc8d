//! Reads the opcodes of plain data, and no others.

use super::call::Named;
use super::input::Input;
use super::machine::Machine;
use super::node::{Id, Node};
use super::scalar;
use super::to_value::to_value;
use crate::codec::limits::Budget;
use crate::codec::pickle::opcode;
use crate::codec::{DecodeError, Limits};
use crate::value::Value;

/// Reads one pickle and nothing after it.
pub(in crate::codec::pickle) fn read(bytes: &[u8], limits: Limits) -> Result<Value, DecodeError> {
    Budget::new(limits).bytes(bytes.len())?;
    let mut reader = Reader { input: Input::new(bytes), machine: Machine::new(limits) };
    while let Some(opcode) = reader.next()? {
        reader.step(opcode)?;
    }
    let (id, end) = (reader.machine.finish()?, reader.machine.nodes.at);
    match reader.input.remaining() {
        0 => to_value(&reader.machine.nodes, id, limits, end),
        _ => Err(DecodeError::TrailingBytes { at: reader.input.at() }),
    }
}

/// The newest protocol.
const NEWEST: u8 = 5;

struct Reader<'a> {
    input: Input<'a>,
    machine: Machine,
}

impl Reader<'_> {
    /// The next opcode; `None` at the end of the pickle.
    fn next(&mut self) -> Result<Option<u8>, DecodeError> {
        self.machine.nodes.at = self.input.at();
        Ok(Some(self.input.byte()?).filter(|&opcode| opcode != opcode::STOP))
    }

    fn step(&mut self, opcode: u8) -> Result<(), DecodeError> {
        if let Some(value) = scalar::read(opcode, &mut self.input)? {
            return self.machine.push(Node::Value(value));
        }
        match opcode {
            opcode::PROTO => self.protocol(),
            opcode::FRAME => self.frame(),
            opcode::PUT | opcode::BINPUT | opcode::LONG_BINPUT | opcode::MEMOIZE => self.put(opcode),
            opcode::GET | opcode::BINGET | opcode::LONG_BINGET => self.get(opcode),
            opcode::GLOBAL | opcode::STACK_GLOBAL => self.named(opcode),
            opcode::REDUCE => self.call(),
            opcode::NEWOBJ => self.create(),
            opcode::BUILD => self.build(),
            _ => self.container(opcode),
        }
    }

    /// The opcodes that create a container.
    fn container(&mut self, opcode: u8) -> Result<(), DecodeError> {
        let machine = &mut self.machine;
        let node = match opcode {
            opcode::EMPTY_LIST => Node::List(Vec::new()),
            opcode::EMPTY_TUPLE => Node::Tuple(Vec::new()),
            opcode::EMPTY_SET => Node::Set(Vec::new()),
            opcode::EMPTY_DICT => Node::Dict(Vec::new()),
            opcode::LIST => Node::List(machine.pop_mark()?),
            opcode::TUPLE => Node::Tuple(machine.pop_mark()?),
            opcode::FROZENSET => Node::FrozenSet(machine.pop_mark()?),
            opcode::TUPLE1 => Node::Tuple(machine.pop_many::<1>()?.to_vec()),
            opcode::TUPLE2 => Node::Tuple(machine.pop_many::<2>()?.to_vec()),
            opcode::TUPLE3 => Node::Tuple(machine.pop_many::<3>()?.to_vec()),
            opcode::DICT => {
                let items = machine.pop_mark()?;
                Node::Dict(machine.pairs(&items)?)
            }
            _ => return self.stack(opcode),
        };
        machine.push(node)
    }

    /// The opcodes that move objects on the stack, or add them to a container.
    fn stack(&mut self, opcode: u8) -> Result<(), DecodeError> {
        let machine = &mut self.machine;
        match opcode {
            opcode::MARK => machine.mark(),
            opcode::POP => machine.discard(),
            opcode::POP_MARK => machine.pop_mark().map(drop),
            opcode::DUP => machine.duplicate(),
            opcode::APPEND => machine.pop().and_then(|item| machine.append(vec![item])),
            opcode::APPENDS => machine.pop_mark().and_then(|items| machine.append(items)),
            opcode::ADDITEMS => machine.pop_mark().and_then(|items| machine.insert(items)),
            opcode::SETITEM => machine.pop_many().and_then(|[key, value]| machine.set(vec![key, value])),
            opcode::SETITEMS => machine.pop_mark().and_then(|items| machine.set(items)),
            _ if opcode::OF_OBJECTS.contains(&opcode) => Err(machine.not_plain_data()),
            _ => Err(machine.malformed("an opcode of pickle")),
        }
    }

    fn protocol(&mut self) -> Result<(), DecodeError> {
        match self.input.byte()? {
            ..=NEWEST => Ok(()),
            _ => Err(self.machine.malformed("a protocol up to 5")),
        }
    }

    /// A frame only says how many bytes can be read at once.
    fn frame(&mut self) -> Result<(), DecodeError> {
        let len = u64::from_le_bytes(self.input.chunk()?);
        let is_there = usize::try_from(len).is_ok_and(|len| len <= self.input.remaining());
        if is_there { Ok(()) } else { Err(self.machine.malformed("a frame that is all there")) }
    }

    fn put(&mut self, opcode: u8) -> Result<(), DecodeError> {
        let id = self.machine.top()?;
        match opcode {
            opcode::MEMOIZE => self.machine.memo.memoize(id),
            _ => {
                let number = self.number(opcode)?;
                self.machine.memo.put(number, id)
            }
        }
    }

    fn get(&mut self, opcode: u8) -> Result<(), DecodeError> {
        let number = self.number(opcode)?;
        let id = self.machine.memo.get(number);
        let id = id.ok_or_else(|| self.machine.malformed("the number of an object"))?;
        self.machine.push_again(id);
        Ok(())
    }

    fn number(&mut self, opcode: u8) -> Result<u32, DecodeError> {
        match opcode {
            opcode::BINPUT | opcode::BINGET => self.input.byte().map(u32::from),
            opcode::LONG_BINPUT | opcode::LONG_BINGET => self.input.chunk().map(u32::from_le_bytes),
            _ => {
                let number = self.input.ascii_line()?.parse();
                number.map_err(|_| self.machine.malformed("the number of an object"))
            }
        }
    }

    fn named(&mut self, opcode: u8) -> Result<(), DecodeError> {
        let named = match opcode {
            opcode::GLOBAL => {
                let (module, name) = (self.input.line()?, self.input.line()?);
                str::from_utf8(module)
                    .ok()
                    .zip(str::from_utf8(name).ok())
                    .and_then(|(module, name)| Named::from_name(module, name))
            }
            _ => {
                let [module, name] = self.machine.pop_many()?;
                self.machine.nodes.named(module, name)
            }
        };
        let named = named.ok_or_else(|| self.machine.not_plain_data())?;
        self.machine.push(Node::Named(named))
    }

    fn call(&mut self) -> Result<(), DecodeError> {
        let [called, arguments] = self.machine.pop_many()?;
        let made = self.machine.nodes.call(called, arguments)?;
        self.push_object(made)
    }

    fn create(&mut self) -> Result<(), DecodeError> {
        let [class, arguments] = self.machine.pop_many()?;
        let made = self.machine.nodes.create(class, arguments);
        self.push_object(made)
    }

    fn push_object(&mut self, made: Option<Node>) -> Result<(), DecodeError> {
        let made = made.ok_or_else(|| self.machine.not_plain_data())?;
        self.machine.push(made)
    }

    fn build(&mut self) -> Result<(), DecodeError> {
        let (state, object): (Id, Id) = (self.machine.pop()?, self.machine.top()?);
        self.machine.nodes.build(object, state).ok_or_else(|| self.machine.not_plain_data())
    }
}
