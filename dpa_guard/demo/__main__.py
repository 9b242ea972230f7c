"""The server's own process: ``python -m dpa_guard.demo NUMBER`` answers on that open socket until its input ends."""

from __future__ import annotations

import os
import socket
import sys
import threading

from dpa_guard.demo.front import Front


def main(number: int) -> None:
    """Serve until the process that started this one is gone, or lets go."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server
    from werkzeug.test import Client

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, *_: object, **__: object) -> None:
            """Say nothing."""

    with socket.socket(fileno=os.dup(number)) as listening:
        host, port = listening.getsockname()
    moto = DomainDispatcherApplication(create_backend_app)
    Client(moto).post("/moto-api/seed", query_string={"a": "1"})  # the ids it makes up are the same each time
    front = Front(moto, f"{host}:{port}")
    server = make_server(host, port, front, threaded=True, request_handler=Quiet, fd=number)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server.serve_forever()


def _end_with_parent() -> None:
    """Standard input is a pipe that the parent holds open: it ends with the parent, however that ends."""
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
