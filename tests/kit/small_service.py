"""``small_service NAME FAILING…``: the least that a service is to those who start it: ready on its port."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"service": sys.argv[1], "path": self.path, "told": sorted(os.environ)}).encode()  # noqa: TID251 - it shows its surroundings
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    if sys.argv[1] in sys.argv[2:]:
        sys.exit("no: this one was told to fail")
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["ICT_PORT_INNER"])), Answers).serve_forever()  # noqa: TID251


if __name__ == "__main__":
    main()
