#!/usr/bin/env python3
"""A peer of the chunk-sharing overlay, written from docs/protocol.md alone."""

from __future__ import annotations

import argparse
import ipaddress
import os
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass
from typing import NoReturn

Addr = tuple[str, int]
SearchKey = tuple[Addr, bytes]

HELLO, QUERY, CHUNKS_INFO, GET, RESPONSE = 1, 2, 3, 4, 5
MAX_CHUNK = 1024
TTL_CAP = 8
FORGET_AFTER = 2.5


class BadInput(Exception):
    """A mistake of the user's, told in one sentence."""


class Parser(argparse.ArgumentParser):
    """Tells a usage error in one sentence, without argparse's usage lines."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def number(text: str) -> int:
    """A plain decimal of 16 bits."""
    # int() alone would also take "+5", "1_0" and digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 65535")
    return int(text)


def address(text: str) -> Addr:
    """<ip:port> with a dotted IPv4 (section "Programs")."""
    host, _, port = text.rpartition(":")
    try:
        return str(ipaddress.IPv4Address(host)), number(port)
    except (ValueError, argparse.ArgumentTypeError):
        raise argparse.ArgumentTypeError(f"{text!r} is not an <ip:port>") from None


def neighbour(text: str) -> Addr:
    """An address that datagrams can be sent to."""
    addr = address(text)
    if not usable(addr):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be the address of a neighbour")
    return addr


def usable(addr: Addr) -> bool:
    """Whether a client may live there (section "What programs of other people do")."""
    first_octet = int(addr[0].split(".")[0])
    # From 224 on: multicast, 240/4 and the broadcast address.
    return addr[1] != 0 and addr[0] != "0.0.0.0" and first_octet < 224


def read_chunks(key_values: str) -> dict[int, bytes]:
    """The stored chunks (section "Programs", key-values file); relative paths start at the working directory."""
    chunks: dict[int, bytes] = {}
    try:
        with open(key_values, "rb") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise BadInput(f"cannot read {key_values}: {error.strerror}") from None
    for line_number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{key_values}, line {line_number}"
        key, _, value = os.fsdecode(line.strip()).partition(":")
        path = value.strip()
        try:
            chunk_id = number(key.strip())
        except argparse.ArgumentTypeError as error:
            raise BadInput(f"{where}: {error}") from None
        if not path:
            raise BadInput(f"{where}: no path for chunk {chunk_id}")
        if chunk_id in chunks:
            raise BadInput(f"{where}: chunk {chunk_id} is listed twice")
        try:
            with open(path, "rb") as file:
                chunks[chunk_id] = file.read(MAX_CHUNK + 1)
        except (OSError, ValueError) as error:
            raise BadInput(f"{where}: cannot read {path!r}: {getattr(error, 'strerror', error)}") from None
        if len(chunks[chunk_id]) > MAX_CHUNK:
            raise BadInput(f"{where}: {path!r} is longer than the {MAX_CHUNK} bytes of a RESPONSE")
    return chunks


@dataclass
class Seen:
    """What the peer remembers of a search (section "Duplicates")."""

    first_copy: float
    best_ttl: int


class Peer:
    """Answers clients and floods their searches."""

    def __init__(self, sock: socket.socket, chunks: dict[int, bytes], neighbours: list[Addr],
                 ttl: int, duplicates: str) -> None:
        self.sock = sock
        self.chunks = chunks
        self.ttl = ttl
        self.cap = max(TTL_CAP, ttl)
        self.duplicates = duplicates
        self.memory: dict[SearchKey, Seen] = {}
        own = sock.getsockname()
        self.neighbours = [addr for addr in dict.fromkeys(neighbours) if addr != own]

    def run(self) -> NoReturn:
        """Serve for ever; a signal ends the program."""
        while True:
            try:
                data, sender = self.sock.recvfrom(65535)
            except ConnectionError:  # some systems report an unreachable client here
                continue
            self.receive(data, sender)

    def receive(self, data: bytes, sender: Addr) -> None:
        """One datagram; anything that is not a whole message for a peer is dropped."""
        if len(data) < 4:
            return
        kind, count = struct.unpack_from("!HH", data)
        if kind == QUERY:
            if len(data) < 12:
                return
            host, port, ttl, count = struct.unpack_from("!4sHHH", data, 2)
            client = (socket.inet_ntoa(host), port)
            ids = exactly(data[12:], count)
            if ids and usable(client):
                self.query(client, ttl, ids, sender)
        elif kind == HELLO:
            ids = exactly(data[4:], count)
            if ids and usable(sender):
                self.hello(sender, ids)
        elif kind == GET:
            for chunk_id in self.held(exactly(data[4:], count)):
                chunk = self.chunks[chunk_id]
                self.send(struct.pack("!HHH", RESPONSE, chunk_id, len(chunk)) + chunk, sender)

    def hello(self, client: Addr, ids: bytes) -> None:
        """Sections "A search", step 2, and "Duplicates": every HELLO is a new search."""
        if self.duplicates != "literal":
            self.forget()
            # Popped first so that the memory stays in the order of first copies.
            self.memory.pop((client, ids), None)
            self.memory[client, ids] = Seen(time.monotonic(), self.ttl + 1)
        self.announce(client, ids)
        self.flood(client, self.ttl, ids, None)

    def query(self, client: Addr, ttl: int, ids: bytes, sender: Addr) -> None:
        """Section "A search", step 3, with the TTL cap of "Ours, for safety"."""
        ttl = min(ttl, self.cap)
        answer, forward = self.judge((client, ids), ttl)
        if answer:
            self.announce(client, ids)
        if forward:
            self.flood(client, ttl - 1, ids, sender)

    def judge(self, key: SearchKey, ttl: int) -> tuple[bool, bool]:
        """Whether to answer and whether to forward a copy (section "Duplicates")."""
        if self.duplicates == "literal":
            return True, True
        self.forget()
        seen = self.memory.get(key)
        if seen is None:
            self.memory[key] = Seen(time.monotonic(), ttl)
            return True, True
        if self.duplicates == "best" and ttl > seen.best_ttl:
            seen.best_ttl = ttl
            return False, True
        return False, False

    def forget(self) -> None:
        """Drop the searches whose first copy is old (section "Duplicates")."""
        oldest = time.monotonic() - FORGET_AFTER
        while self.memory:
            key = next(iter(self.memory))
            if self.memory[key].first_copy > oldest:
                break
            del self.memory[key]

    def held(self, ids: bytes) -> list[int]:
        """Those of the ids that are stored here, each once, in the order asked for."""
        wanted = struct.unpack(f"!{len(ids) // 2}H", ids)
        return [chunk_id for chunk_id in dict.fromkeys(wanted) if chunk_id in self.chunks]

    def announce(self, client: Addr, ids: bytes) -> None:
        """CHUNKS_INFO, never an empty one."""
        held = self.held(ids)
        if held:
            self.send(struct.pack(f"!HH{len(held)}H", CHUNKS_INFO, len(held), *held), client)

    def flood(self, client: Addr, ttl: int, ids: bytes, sender: Addr | None) -> None:
        """QUERY to every neighbour but the sender, never one with TTL 0."""
        if ttl <= 0:
            return
        head = struct.pack("!H4sHHH", QUERY, socket.inet_aton(client[0]), client[1], ttl, len(ids) // 2)
        for addr in self.neighbours:
            if addr != sender:
                self.send(head + ids, addr)

    def send(self, datagram: bytes, addr: Addr) -> None:
        """Send; what the system refuses counts as lost."""
        try:
            self.sock.sendto(datagram, addr)
        except OSError:
            pass


def exactly(body: bytes, count: int) -> bytes:
    """The `count` ids at the front of `body` without any tail; nothing when some are not there."""
    return body[:2 * count] if len(body) >= 2 * count else b""


def main() -> int:
    """Section "Programs"."""
    parser = Parser(description=__doc__)
    parser.add_argument("own", metavar="ip:port", type=address)
    parser.add_argument("key_values", metavar="key-values-file")
    parser.add_argument("neighbours", metavar="neighbour", type=neighbour, nargs="*")
    parser.add_argument("--ttl", type=number, default=3, help="peer-TTL of a new search")
    parser.add_argument("--duplicates", choices=["literal", "first", "best"], default="literal")
    args = parser.parse_intermixed_args()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: sys.exit(0))
    try:
        chunks = read_chunks(args.key_values)
    except BadInput as error:
        parser.error(str(error))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind(args.own)
        except OSError as error:
            parser.error(f"cannot use {args.own[0]}:{args.own[1]} as its own address: {error.strerror}")
        print("listening on %s:%d" % sock.getsockname(), flush=True)
        Peer(sock, chunks, args.neighbours, args.ttl, args.duplicates).run()


if __name__ == "__main__":
    sys.exit(main())
