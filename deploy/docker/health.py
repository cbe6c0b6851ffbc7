"""``python -m deploy.docker.health``: the exit code tells the engine whether the service in this container is ready."""

import sys
from urllib.error import URLError
from urllib.request import urlopen

URL = "http://127.0.0.1:8000/readyz"
READY = 200


def main() -> int:
    try:
        with urlopen(URL, timeout=4) as answer:
            return int(answer.status != READY)
    except (URLError, TimeoutError) as found:
        print(found)
        return 1


if __name__ == "__main__":
    sys.exit(main())
