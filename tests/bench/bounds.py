# SPDX-License-Identifier: BSD-2-Clause
"""What `relay` holds the daemon to, beside what it has seen: a table of bounds."""
import statistics

from report import print_table

YES_EARLY = 0.97        # msgs/s of the no-op that says ACCEPT at the same stage, one message a session
NO_FILTER = 0.80        # msgs/s of no filter, sessions kept open
POSTFIX_CPU = 1.05      # Postfix's own, of no filter
READ_AHEAD = 0.75       # the filter's CPU with headers, of the daemon that does not read ahead
INET = 0.80             # msgs/s of a unix socket


class Bounds:
    """`runs`: by candidate's name and messages in a session, its runs in their order."""

    def __init__(self, runs, kept_open):
        self.runs = runs
        self.kept_open = kept_open
        self.rows = []

    def ratios(self, figure, messages, own, other):
        pairs = zip(self.runs[own, messages], self.runs[other, messages])
        return [mine[figure] / its[figure] for mine, its in pairs]

    def hold(self, what, messages, seen, least=None, most=None):
        """A bound that lies inside the spread of the rounds is neither reached nor missed."""
        middle, bound = statistics.median(seen), most if least is None else least
        held = middle >= bound if least is not None else middle <= bound
        inside = min(seen) <= bound <= max(seen)
        self.rows.append([what, str(messages), f"{'at least' if least is not None else 'at most'} {bound:.2f}",
                          f"{middle:.2f} ({min(seen):.2f}-{max(seen):.2f})",
                          "held" if held else "tie" if inside else "NOT HELD"])

    def envelope(self, name):
        own, alike = f"D, {name}", f"B, {name}"
        self.hold(f"{name}: msgs/s to the no-op that says yes at the same stage", 1, self.ratios("messages_s", 1, own, alike), YES_EARLY)
        self.hold(f"{name}: msgs/s to no filter", self.kept_open, self.ratios("messages_s", self.kept_open, own, "no filter"), NO_FILTER)
        for messages in (1, self.kept_open):
            self.hold(f"{name}: Postfix's CPU to no filter", messages, self.ratios("postfix_us", messages, own, "no filter"),
                      most=POSTFIX_CPU)

    def headers(self, name, without):
        for messages in (1, self.kept_open):
            self.hold(f"{name}: CPU of the filter to {without}", messages,
                      self.ratios("filter_us", messages, f"D, {name}", f"D, {name}, {without}"), most=READ_AHEAD)
            self.hold(f"{name}: msgs/s to the no-op that negotiated the same", messages,
                      self.ratios("messages_s", messages, f"D, {name}", f"B, {name}"), 1)

    def inet(self, name):
        for messages in (1, self.kept_open):
            self.hold(f"{name}: msgs/s over TCP to a unix socket", messages,
                      self.ratios("messages_s", messages, f"D, {name}, inet", f"D, {name}"), INET)

    def peer(self, peer, what, names):
        """Of these rows of the daemon the one that stands worst."""
        for messages in (1, self.kept_open):
            slowest = min((self.ratios("messages_s", messages, f"D, {name}", peer) for name in names), key=statistics.median)
            dearest = max((self.ratios("both_us", messages, f"D, {name}", peer) for name in names), key=statistics.median)
            self.hold(f"{what}: msgs/s to {peer}, slowest row", messages, slowest, 1)
            self.hold(f"{what}: CPU of both to {peer}, dearest row", messages, dearest, most=1)

    def report(self):
        print_table("Bounds. tie: the bound lies inside the spread of the rounds.", ["what", "msgs/session", "bound", "seen", ""], self.rows)
