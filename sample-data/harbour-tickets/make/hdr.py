"""HdrHistogram V2 payloads, written and read with the standard library only.

encode(values) and decode(text) are independent of each other on purpose: truth.py decodes what
make_latency.py encoded. Layout: three significant digits, lowest value 1, so 2048 sub-buckets
(half 1024): exact up to 2047, then buckets that double in width. Counts are zigzag LEB128; a
negative count is a run of empty buckets. Values have no unit in this format; ours are microseconds.
"""
import base64
import struct
import zlib

DIGITS, LOWEST, HIGHEST = 3, 1, 3_600_000_000
HALF_BITS = 10  # 2 * 10^3 needs 11 bits; half of the sub-buckets is 2^10
INNER, OUTER = 0x1C849303 | 0x10, 0x1C849304 | 0x10


def index_of(value):
    bucket = max(0, value.bit_length() - (HALF_BITS + 1))
    return (bucket << HALF_BITS) + (value >> bucket)


def zigzag_leb128(number):
    """At most nine bytes: the ninth would carry eight bits, but our counts never get that long."""
    bits = (number << 1) ^ (number >> 63)
    out = bytearray()
    while bits >> 7:
        out.append(bits & 0x7F | 0x80)
        bits >>= 7
    out.append(bits)
    return bytes(out)


def encode(values):
    counts = {}
    for value in values:
        at = index_of(value)
        counts[at] = counts.get(at, 0) + 1
    payload, expected = bytearray(), 0
    for at in sorted(counts):
        if at > expected:
            payload += zigzag_leb128(expected - at)
        payload += zigzag_leb128(counts[at])
        expected = at + 1
    inner = struct.pack(">iiiiqqd", INNER, len(payload), 0, DIGITS, LOWEST, HIGHEST, 1.0) + payload
    packed = zlib.compress(inner, 9)
    return base64.b64encode(struct.pack(">ii", OUTER, len(packed)) + packed).decode("ascii")


def decode(text):
    """Returns [(lowest value of the bucket, width, count)]; follows the grammar, not encode()."""
    blob = base64.b64decode(text, validate=True)
    cookie, length = struct.unpack_from(">ii", blob)
    if cookie & ~0xF0 != 0x1C849304 or length != len(blob) - 8:
        raise ValueError("not a compressed V2 histogram")
    inner = zlib.decompress(blob[8:])
    cookie, size, offset, digits, lowest, _, ratio = struct.unpack_from(">iiiiqqd", inner)
    if cookie & ~0xF0 != 0x1C849303 or size != len(inner) - 40 or offset or ratio != 1.0:
        raise ValueError("not a V2 histogram")
    half = 1
    while 2 * half < 2 * 10**digits:
        half *= 2
    unit = lowest.bit_length() - 1
    at, position, out = 0, 40, []
    while position < len(inner):
        bits = shift = 0
        while True:
            byte = inner[position]
            position += 1
            if shift == 56:  # the ninth byte carries eight bits
                bits |= byte << shift
                break
            bits |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
        count = (bits >> 1) ^ -(bits & 1)
        if count < 0:
            at -= count
            continue
        bucket, sub = divmod(at, half)
        bucket, sub = (bucket - 1, sub + half) if bucket else (0, sub)
        if count:
            out.append((sub << (bucket + unit), 1 << (bucket + unit), count))
        at += 1
    return out
