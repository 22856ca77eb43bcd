"""Ports for the servers of the tests."""

import socket


def free_port() -> int:
    """A port of this machine on which nothing listens now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
