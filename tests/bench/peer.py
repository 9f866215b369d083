#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The checks of the three example policies by hand, as a filter of python3-milter: what a few lines of script cost."""
import ipaddress
import sys

import Milter

NETWORK = ipaddress.ip_network("172.31.0.0/16")


class Peer(Milter.Base):
    def connect(self, hostname, family, hostaddr):
        self.inside = bool(hostaddr) and ipaddress.ip_address(hostaddr[0]) in NETWORK
        return Milter.CONTINUE

    def envfrom(self, sender, *parameters):
        self.listed = False
        if not self.inside or sender.strip("<>") != "no-reply@example.net":
            return self.refuse()
        return Milter.CONTINUE

    def envrcpt(self, recipient, *parameters):
        self.listed |= recipient.strip("<>").endswith("@example.org")
        return Milter.CONTINUE

    def data(self):
        return Milter.CONTINUE if self.listed else self.refuse()

    def eom(self):
        return Milter.CONTINUE

    def refuse(self):
        self.setreply("550", "5.7.1", "Access denied")
        return Milter.REJECT


if __name__ == "__main__":
    Milter.factory = Peer
    Milter.runmilter("peer", sys.argv[sys.argv.index("--socket") + 1], 0)
