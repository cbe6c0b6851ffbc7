"""``python -m deploy.docker.certificates``: before the proxy starts, whether it can with the agency's own certificate.

It would end with the first file that it cannot read, be started again, and end again; this says what helps, once.
"""

import sys
from urllib.parse import urlsplit

from deploy.doctor.certificates import examine_files
from deploy.settings import Settings, surroundings
from shared.edge.sentences import SENTENCES, in_words

BEARABLE = {"certificate_name"}
"""Browsers warn of it, and the proxy starts."""


def main(asked: Settings) -> int:
    """1 where the proxy could not start."""
    if asked.own_certificates is None:
        return 0
    name = urlsplit(asked.page_url or "").hostname or ""
    ill = [each for each in examine_files(asked.own_certificates, name) if not each.well]
    for each in ill:
        vietnamese, english = SENTENCES[each.code]
        print(in_words(english if asked.language() == "en" else vietnamese, each.facts))
    return int(any(each.what not in BEARABLE for each in ill))


if __name__ == "__main__":
    sys.exit(main(surroundings()))
