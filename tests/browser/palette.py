"""A picture with 256 colours at most, as PNG: a page has few, and takes a third of the bytes."""

import struct
import zlib

import numpy as np


def png(pixels: bytes, width: int, height: int) -> bytes:
    """`pixels` are red, green, blue, alpha, row by row; the same ones give the same bytes."""
    colours = np.frombuffer(pixels, np.uint8).reshape(-1, 4)[:, :3].astype(np.int32)
    palette, places = reduced(colours)
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = places.reshape(height, width)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [
        (b"IHDR", head),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in parts)


def reduced(colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The most frequent colours, and for each pixel the place of the nearest."""
    keys = colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]
    found, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    every = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    kept = every[np.argsort(-counts, kind="stable")[:256]]
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in every], np.uint8)
    return kept.astype(np.uint8), nearest[places]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
