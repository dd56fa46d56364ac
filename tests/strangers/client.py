#!/usr/bin/env python3
"""A client of the chunk-sharing overlay, written from docs/protocol.md alone."""

from __future__ import annotations

import argparse
import ipaddress
import math
import os
import random
import select
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, TextIO

Addr = tuple[str, int]

HELLO, CHUNKS_INFO, GET, RESPONSE = 1, 3, 4, 5
MAX_CHUNK, MAX_LIST, BURST = 1024, 500, 64
DRAIN = 256  # datagrams read before the waits are looked at again


class Parser(argparse.ArgumentParser):
    """Tells a usage error in one sentence, without argparse's usage lines."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def number(text: str, lowest: int = 0) -> int:
    """A plain decimal from `lowest` to 65,535."""
    # int() alone would also take "+5", "1_0" and digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {lowest} to 65535")
    return int(text)


def contact(text: str) -> Addr:
    """<ip:port> with a dotted IPv4 (section "Programs")."""
    host, _, port = text.rpartition(":")
    try:
        return str(ipaddress.IPv4Address(host)), number(port, 1)
    except (ValueError, argparse.ArgumentTypeError):
        raise argparse.ArgumentTypeError(f"{text!r} is not an <ip:port>") from None


def id_list(text: str) -> list[int]:
    """<id,id,...>, each id once, in the order asked for."""
    return list(dict.fromkeys(number(item.strip()) for item in text.split(",")))


def seconds(text: str) -> float:
    """A length of time."""
    with suppress(ValueError):
        if 0 <= float(text) <= 86400:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 86400")


@dataclass
class Search:
    """One HELLO with its repeats (section "Time, repeats and loss")."""

    ids: list[int]  # of the first HELLO
    listed: list[int]  # of the latest one
    sends: int = 0
    wait_ends: float = math.inf
    found: bool = False  # every listed id has a holder: the wait is now the gathering time
    over: bool = False


@dataclass
class Request:
    """One GET with its repeats (section "Time, repeats and loss")."""

    holder: Addr
    ids: list[int]  # not yet arrived
    sends: int = 0
    wait_ends: float = math.inf
    answered: bool = False


class Client:
    """Finds, downloads, stores and logs chunks."""

    def __init__(self, sock: socket.socket, log: TextIO, args: argparse.Namespace) -> None:
        self.sock, self.log, self.args = sock, log, args
        self.rng = random.Random(args.seed)
        self.holders: dict[int, list[Addr]] = {chunk_id: [] for chunk_id in args.ids}
        self.asked: set[tuple[int, Addr]] = set()
        self.given_up: set[tuple[int, Addr]] = set()
        self.arrived: set[int] = set()
        self.released: set[int] = set()  # may be asked for as soon as a holder is known
        self.chosen: dict[int, Addr] = {}  # will be asked for when the burst allows
        self.requests: list[Request] = []
        groups = [args.ids[i:i + MAX_LIST] for i in range(0, len(args.ids), MAX_LIST)]
        self.searches = [Search(group, group) for group in groups]

    def run(self) -> None:
        """Until everything arrived, or nothing is left to wait for."""
        for search in self.searches:
            self.send_hello(search)
        drained = 0
        while len(self.arrived) < len(self.holders):
            deadlines = [s.wait_ends for s in self.searches if not s.over]
            deadlines += [r.wait_ends for r in self.requests]
            if not deadlines:
                break
            timeout = max(0.0, min(deadlines) - time.monotonic())
            # What already arrived is read before a wait is called over, but a flood must not stop the clock.
            if drained < DRAIN and select.select([self.sock], [], [], timeout)[0]:
                drained += 1
                self.receive()
            else:
                drained = 0
                self.check_waits(time.monotonic())

    def check_waits(self, now: float) -> None:
        """Whatever is due: GETs of a search, repeats, giving up."""
        for search in self.searches:
            if not search.over and now >= search.wait_ends:
                self.end_wait(search)
        stalled = [request for request in self.requests if now >= request.wait_ends]
        for request in stalled:
            if request.sends <= self.args.repeats:
                self.send_get(request)
            else:
                self.give_up(request)
        self.fill_burst(bool(stalled))

    def end_wait(self, search: Search) -> None:
        """GETs for what was found, HELLO again for the rest, or the end of the search."""
        without = [i for i in search.listed if not self.holders[i]]
        search.over = not without or search.sends > self.args.repeats
        # After the last wait everything is released: a late holder is still good while downloads go on.
        self.release(search.listed if search.over else [i for i in search.listed if self.holders[i]])
        if not search.over:
            search.listed = without
            self.send_hello(search)

    def release(self, ids: list[int]) -> None:
        """Choose a holder for each id that is neither here nor on its way ("A search", step 4)."""
        self.released.update(ids)
        busy = {i for request in self.requests for i in request.ids} | self.arrived | self.chosen.keys()
        for chunk_id in ids:
            known = [h for h in self.holders[chunk_id] if (chunk_id, h) not in self.given_up]
            if known and chunk_id not in busy:
                self.chosen[chunk_id] = self.rng.choice(known)

    def fill_burst(self, stalled: bool) -> None:
        """Send what the burst allows in as few GETs as that allows."""
        queues: dict[Addr, list[int]] = {}
        for chunk_id, holder in self.chosen.items():
            queues.setdefault(holder, []).append(chunk_id)
        room = BURST - sum(len(request.ids) for request in self.requests)
        for holder, queue in queues.items():
            # A part of a batch would cost a GET more later; worth it only when someone keeps us waiting.
            if not room or (min(len(queue), BURST) > room and not stalled):
                continue
            batch = queue[:room]
            room -= len(batch)
            for chunk_id in batch:
                del self.chosen[chunk_id]
            self.requests.append(Request(holder, batch))
            self.send_get(self.requests[-1])

    def give_up(self, request: Request) -> None:
        """All repeats were in vain: ask other holders."""
        self.requests.remove(request)
        lost = list(request.ids)
        if not request.answered:  # nobody is there: nor is what else was announced
            lost = [i for i, holders in self.holders.items() if request.holder in holders]
        for chunk_id in lost:
            self.given_up.add((chunk_id, request.holder))
            if self.chosen.get(chunk_id) == request.holder:
                del self.chosen[chunk_id]
        self.release([i for i in lost if i in self.released])

    def receive(self) -> None:
        """One datagram; what is malformed or not for a client is dropped."""
        data, sender = b"", ("", 0)
        with suppress(OSError):  # a stale readiness, or an ICMP error on some systems
            data, sender = self.sock.recvfrom(65535)
        if len(data) < 4 or sender[1] == 0:
            return
        kind, second = struct.unpack_from("!HH", data)
        if kind == CHUNKS_INFO and len(data) >= 4 + 2 * second:
            self.chunks_info(sender, struct.unpack_from(f"!{second}H", data, 4))
        elif kind == RESPONSE and len(data) >= 6:
            size = struct.unpack_from("!H", data, 4)[0]
            if size <= MAX_CHUNK and len(data) >= 6 + size:
                self.response(sender, second, data[6:6 + size])

    def chunks_info(self, sender: Addr, ids: tuple[int, ...]) -> None:
        """Note the new (id, holder) pairs and what they mean for the waits."""
        new = [i for i in dict.fromkeys(ids) if i in self.holders and sender not in self.holders[i]]
        for chunk_id in new:
            self.holders[chunk_id].append(sender)
        now = time.monotonic()
        for search in self.searches:
            if not (search.over or search.found or set(new).isdisjoint(search.ids)):
                search.found = all(self.holders[i] for i in search.listed)
                search.wait_ends = now + (self.args.gather if search.found else self.args.wait)
        self.release([i for i in new if i in self.released])
        self.fill_burst(False)

    def response(self, sender: Addr, chunk_id: int, chunk: bytes) -> None:
        """Store and log a chunk that the sender was asked for; it also starts the sender's waits anew."""
        if (chunk_id, sender) not in self.asked:
            return
        for request in self.requests:
            if request.holder == sender:
                request.answered = True
                request.wait_ends = time.monotonic() + self.args.wait
            if chunk_id in request.ids:
                request.ids.remove(chunk_id)
        self.requests = [request for request in self.requests if request.ids]
        if chunk_id in self.arrived:
            return
        self.arrived.add(chunk_id)
        self.chosen.pop(chunk_id, None)
        path = os.path.join(self.args.out, f"BigBuckBunny_{chunk_id}.m4s")
        with open(f"{path}.{os.getpid()}.tmp", "wb") as file:
            file.write(chunk)
        os.replace(file.name, path)
        self.write_log(sender, chunk_id)
        self.fill_burst(False)

    def write_log(self, holder: Addr, chunk_id: int) -> None:
        """Section "Programs", log."""
        print("%s:%d - %d" % (*holder, chunk_id), file=self.log, flush=True)

    def missing(self) -> list[int]:
        """What never arrived, in the order asked for."""
        return [i for i in self.args.ids if i not in self.arrived]

    def send_hello(self, search: Search) -> None:
        """HELLO, or HELLO again: a new search with a new wait."""
        search.sends += 1
        search.wait_ends = time.monotonic() + self.args.wait
        self.send(HELLO, search.listed, self.args.contact)

    def send_get(self, request: Request) -> None:
        """GET, or GET again."""
        request.sends += 1
        request.wait_ends = time.monotonic() + self.args.wait
        self.asked.update((i, request.holder) for i in request.ids)
        self.send(GET, request.ids, request.holder)

    def send(self, kind: int, ids: list[int], addr: Addr) -> None:
        """Send; what the system refuses counts as lost."""
        with suppress(OSError):
            self.sock.sendto(struct.pack(f"!HH{len(ids)}H", kind, len(ids), *ids), addr)


def own_ip(args: argparse.Namespace) -> str:
    """The --bind address, else the one this machine uses towards the contact."""
    if args.bind and not args.bind.is_unspecified:
        return str(args.bind)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(args.contact)  # of UDP: sends nothing
        return probe.getsockname()[0]


def main() -> int:
    """Section "Programs"; 0: all arrived, 1: some missing, 2: cannot work."""
    parser = Parser(description=__doc__)
    parser.add_argument("contact", metavar="ip:port", type=contact)
    parser.add_argument("ids", metavar="id,id,...", type=id_list)
    parser.add_argument("--wait", type=seconds, default=5.0, help="seconds of a wait")
    parser.add_argument("--repeats", type=number, default=5, help="repeats of a HELLO or a GET")
    parser.add_argument("--gather", type=seconds, default=0.1, help="seconds of gathering")
    parser.add_argument("--bind", metavar="IP", type=ipaddress.IPv4Address, help="own IPv4")
    parser.add_argument("--out", metavar="DIR", default=".", help="where the chunks and the log go")
    parser.add_argument("--seed", type=int, help="makes the choice of holders repeatable")
    args = parser.parse_args()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            ip = own_ip(args)
            sock.bind((ip, 0))
            os.makedirs(args.out, exist_ok=True)
            with open(os.path.join(args.out, f"output-{ip}.log"), "w", newline="\n") as log:
                client = Client(sock, log, args)
                with suppress(KeyboardInterrupt):
                    client.run()
                for chunk_id in client.missing():
                    client.write_log(("0.0.0.0", 0), chunk_id)
                return 1 if client.missing() else 0
    except (OSError, ValueError) as error:
        parser.error(f"cannot go on: {error}")


if __name__ == "__main__":
    sys.exit(main())
