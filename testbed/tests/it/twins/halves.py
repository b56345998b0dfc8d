"""Floats that lie exactly between two shortest spellings, as many as asked for: their bits, Python's repr, msgspec's text."""

import random
import struct
import sys
from decimal import Decimal

import msgspec


def is_half(value):
    shortest = Decimal(repr(value))
    return abs(Decimal(value) - shortest) * 2 == Decimal(10) ** shortest.as_tuple().exponent


random.seed(7)
left = int(sys.argv[1])
while left:
    whole = float(random.getrandbits(random.randint(46, 51)))
    value = whole * 2.0 ** random.randint(-3, 3) + random.choice([0.25, 0.75, 0.125, 0.375, 0.625, 0.875, 0.5])
    value *= random.choice([1, -1])
    if value and is_half(value):
        print(struct.pack(">d", value).hex(), repr(value), msgspec.json.encode(value).decode())
        left -= 1
