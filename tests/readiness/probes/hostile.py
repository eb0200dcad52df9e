"""Servers that mean harm, each of its own sort; run as a program, it prints their ports."""

import gzip
import json
import socket
import struct
import sys
import time
import zlib

import brotli

from tests.readiness.probes.peers import Peer, answering, http, request

MEGABYTE = b"\0" * 1_000_000


def slowloris(connection, number):
    for byte in b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 10_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def dripping(connection, number):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def endless(connection, number):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65_536)


def endless_chunks(connection, number):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1\r\nx\r\n" * 10_000)


def huge(connection, number):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65_536)


def huge_headers(connection, number):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"x: " + b"y" * 100_000)


def cookies(connection, number):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"Set-Cookie: a=b; Path=/\r\n" * 50_000 + b"\r\n")


def reset(connection, number):
    """Ends with RST in the middle of the body."""
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    time.sleep(0.05)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def loop(connection, number):
    request(connection)
    connection.sendall(http(status="302 Found", Location="/again"))


def silent(connection, number):
    connection.makefile("rb").read()


def deep(connection, number):
    request(connection)
    connection.sendall(http(b"[" * 65_000))


def bomb(encoding):
    packed = {
        "gzip": lambda: gzip.compress(MEGABYTE * 50),
        "deflate": lambda: zlib.compress(MEGABYTE * 50),
        "br": lambda: brotli.compress(MEGABYTE * 50, quality=5),
    }[encoding]()
    return answering(http(packed, Content_Encoding=encoding))


def kinds():
    """Every sort of harm by its name; a bomb takes a moment to build."""
    return {
        "slowloris": slowloris,
        "dripping": dripping,
        "endless": endless,
        "endless chunks": endless_chunks,
        "10 GB declared": huge,
        "huge headers": huge_headers,
        "a flood of cookies": cookies,
        "reset": reset,
        "a redirect loop": loop,
        "silence": silent,
        "deep JSON": deep,
        "HTTP/0.9": answering(b"<html>it works</html>"),
        **{f"a {encoding} bomb": bomb(encoding) for encoding in ("gzip", "deflate", "br")},
    }


def main():
    print(json.dumps({name: Peer(serve).port for name, serve in kinds().items()}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
