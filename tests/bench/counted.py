# SPDX-License-Identifier: BSD-2-Clause
"""What quotas cost a message: the daemon without them, with them in its own file, and in a Redis, in the same rounds; and while that Redis is stopped."""
import contextlib
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import time

from filters import ACCEPTED, Trouble
from report import median, print_table, ratio

# A message is counted for an account, an identity, a principal and a sender, and no limit is ever reached.
MANY = {"per_day": 1_000_000_000, "per_second": 1_000_000, "burst": 1_000_000_000}
ARN = "arn:aws:iam::123456789012:user/billing"
LIMITS = {"account": MANY, "identities": [{"identity": "example.net"} | MANY], "senders": [{"sender": "*@example.net"} | MANY],
          "principals": [{"arn": ARN} | MANY]}
POLICIES = (
    ("sender, envelope", ("sender.json",), {"from_address": "envelope"}),
    ("all three", ("sender.json", "recipients.json", "network.json"), {}),
)
CONNECTIONS = (1, 10)
# Of the CPU time of a message, to that without quotas in the same round. Where a yes could be told early, counting has to wait for the
# end of the message: that is another conversation, not the counting.
BOUNDS = {"file": 1.10, "Redis": 1.50}
BOUNDED = "all three"
STOPPED = (("refuse", "451@eom"), ("accept", "accept"))


class Server:
    """A Redis of its own on a unix socket that the daemon may use."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "redis.sock")
        self.process = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", self.path, "--unixsocketperm", "777", "--dir", folder,
                                         "--save", "", "--appendonly", "yes"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        limit = time.monotonic() + 60
        while subprocess.run(["redis-cli", "-s", self.path, "PING"], capture_output=True, check=False).stdout != b"PONG\n":
            if self.process.poll() is not None or time.monotonic() > limit:
                raise Trouble("redis-server does not start", 2)
            time.sleep(0.05)

    @property
    def store(self):
        return f"unix:{self.path}"

    @contextlib.contextmanager
    def stopped(self):
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def traffic(self):
        """Bytes that came in and went out, and questions, since it runs."""
        said = subprocess.run(["redis-cli", "-s", self.path, "INFO", "everything"], capture_output=True, text=True, check=True).stdout
        return [sum(map(int, re.findall(pattern, said))) for pattern in (r"total_net_input_bytes:(\d+)", r"total_net_output_bytes:(\d+)",
                                                                          r"cmdstat_evalsha:calls=(\d+)")]

    def pin(self, processors):
        """As the filter: on two processors it would be the time that a sleeping one takes to wake up."""
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread), processors)

    def end(self):
        self.process.kill()
        self.process.wait()


class Yes(Server):
    """In the place of a Redis, one that says yes to everything and counts nothing: what any store in another process costs the daemon."""

    def __init__(self, folder, program):
        self.path = os.path.join(folder, "yes.sock")
        self.process = subprocess.Popen([program, self.path], stdin=subprocess.DEVNULL)
        limit = time.monotonic() + 60
        while not os.path.exists(self.path):
            if self.process.poll() is not None or time.monotonic() > limit:
                raise Trouble("yes does not start", 2)
            time.sleep(0.01)


def start(bench, files, settings, store=None, **quotas):
    counted = {"quotas": LIMITS | {"store": store} | quotas} if store else {}
    return bench.start_daemon(files, {"principals": [{"arn": ARN}]} | settings | counted)


def measure_trip(bench, sizes, connections):
    """What a question of as many bytes to another process costs, whatever that does: what no store outside the daemon goes below."""
    processors = {min(bench.processors)} if connections == 1 else bench.processors
    os.sched_setaffinity(0, processors)
    try:
        done = subprocess.run([os.path.join(bench.options.programs, "trip"), *map(str, (connections, *sizes, bench.options.seconds))],
                              capture_output=True, text=True, check=False)
    finally:
        os.sched_setaffinity(0, bench.processors)
    if done.returncode:
        raise Trouble("trip: it cannot be measured", 2)
    return json.loads(done.stdout)


def sizes_of(bench, server, daemon):
    """Bytes of a question and of its answer."""
    before = server.traffic()
    bench.measure(daemon, ACCEPTED, connections=1)
    sent, answered, questions = (after - first for after, first in zip(server.traffic(), before))
    return round(sent / questions), round(answered / questions)


def trip_row(trips, none):
    """Beside a message without quotas."""
    both = [{"cpu_us": floor["cpu_us"] + trip["cpu_us"]} for floor, trip in zip(none, trips)]
    return ["", "", "none, and a trip", "", "", f"{median(both, 'cpu_us'):.1f}", "", "", ratio(both, none, "cpu_us"), f"a trip {median(trips, 'cpu_us'):.1f}"]


def bench_cost(bench, server):
    """CPU of a message; "none again" is a second daemon without quotas: what two that do the same differ by."""
    daemons, yes = {}, None
    if server:
        yes = Yes(bench.folder, os.path.join(bench.options.programs, "yes"))
        bench.stack.callback(yes.end)
    for name, files, settings in POLICIES:
        daemons[name] = {"none": start(bench, files, settings), "none again": start(bench, files, settings),
                         "file": start(bench, files, settings, os.path.join(bench.folder, f"{files[0]}{len(files)}.db"))}
        if server:
            daemons[name] |= {"yes": start(bench, files, settings, yes.store), "Redis": start(bench, files, settings, server.store)}
    runs, trips = {}, {}
    sizes = sizes_of(bench, server, daemons[BOUNDED]["Redis"]) if server else None
    for turn in range(bench.options.rounds):
        for connections in CONNECTIONS:
            if server:
                for one in (server, yes):
                    one.pin({min(bench.processors)} if connections == 1 else bench.processors)
                trips.setdefault(connections, []).append(measure_trip(bench, sizes, connections))
            for name, stores in daemons.items():
                for store in reversed(stores) if turn % 2 else stores:
                    runs.setdefault((name, connections, store), []).append(bench.measure(stores[store], ACCEPTED, connections=connections))
    rows = []
    for name, stores in daemons.items():
        for connections in CONNECTIONS:
            none = runs[(name, connections, "none")]
            for store in stores:
                own = runs[(name, connections, store)]
                held = hold(own, none, BOUNDS[store]) if name == BOUNDED and store in BOUNDS else ""
                rows.append([name if store == "none" else "", str(connections) if store == "none" else "", store,
                             f"{median(own, 'round_trips'):.0f}", f"{median(own, 'messages_s'):.0f}", f"{median(own, 'cpu_us'):.1f}",
                             f"{median(own, 'p50_us'):.0f}", f"{median(own, 'p99_us'):.0f}",
                             "" if store == "none" else ratio(own, none, "cpu_us"), held])
            if server:
                rows.append(trip_row(trips[connections], none))
    print_table("What quotas cost, 4 keys a message (account, identity, principal, sender): CPU of the daemon, to that without quotas." + (
        f" A trip: send of {sizes[0]} bytes, recv of {sizes[1]}, as for a question to Redis, to a process that does nothing else. "
        "yes: a store that says yes to everything and counts nothing." if sizes else ""),
                ["policies", "conn.", "counted in", "trips", "msgs/s", "us", "p50 us", "p99 us", "us ratio", "bound"], rows)


def hold(runs, floors, bound):
    """A bound that lies inside the spread of the rounds is neither reached nor missed."""
    ratios = [run["cpu_us"] / floor["cpu_us"] for run, floor in zip(runs, floors)]
    held = "held" if statistics.median(ratios) <= bound else "tie" if min(ratios) <= bound else "NOT HELD"
    return f"at most {bound:.2f}: {held}"


def bench_stopped(bench, server):
    """Messages while Redis is stopped, from the moment on when it is left alone; and without quotas."""
    name, files, settings = POLICIES[1]
    none = start(bench, files, settings)
    # One stop for each of the two ways: how long it is left alone grows with each probe.
    rows = []
    for way, answer in STOPPED:
        counted = start(bench, files, settings, server.store, unavailable=way)
        bench.measure(counted, ACCEPTED, connections=10)
        runs = {"none": [], way: []}
        with server.stopped():
            # These wait for Redis, until it is left alone.
            bench.measure(counted, ACCEPTED | {"expect": answer}, connections=10, seconds=1)
            counted.wait_line("left alone")
            for turn in range(bench.options.rounds):
                pair = [("none", none, {}), (way, counted, {"expect": answer})]
                for what, target, change in reversed(pair) if turn % 2 else pair:
                    runs[what].append(bench.measure(target, ACCEPTED | change, connections=10))
        for what, shown in (("none", "no quotas"), (way, f"stopped, {way}")):
            own = runs[what]
            rows.append([shown, f"{median(own, 'messages_s'):.0f}", f"{median(own, 'cpu_us'):.1f}", f"{median(own, 'p50_us'):.0f}",
                         f"{median(own, 'p99_us'):.0f}", "" if what == "none" else ratio(own, runs["none"], "p99_us")])
    print_table(f"While Redis is stopped (SIGSTOP) and left alone: policies {name}, 10 connections. To no quotas in the same rounds.",
                ["Redis", "msgs/s", "us", "p50 us", "p99 us", "p99 ratio"], rows)


def bench_counted(bench):
    server = Server(bench.folder) if shutil.which("redis-server") else None
    if not server:
        print("\nWithout a redis-server nothing is counted in one.")
    else:
        bench.stack.callback(server.end)
    bench_cost(bench, server)
    if server:
        bench_stopped(bench, server)
