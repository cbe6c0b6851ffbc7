"""``python -m deploy.docker.secrets``: makes what is still missing of an installation's secrets, each where it is read.

``/secrets/<reader>/`` is a volume that only *reader* mounts, so that a service finds its own and nobody else's. What is
there stays: passwords change by removing the file and starting again.
"""

import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.identity.schema import IDENTITY
from deploy.identity.tokens import Signer
from shared.contracts import SERVICES

ROOT = Path("/secrets")
SUPERUSER, OWNER, AUDITOR, ADMIN = "superuser", "ictindex_owner", "auditor", "kafka_admin"
KEY, JWKS = "signing-key.json", "jwks.json"
READABLE = 0o444
"""By whatever user the reader's container runs as: the volume is what keeps others out."""


def readers() -> Mapping[str, Mapping[str, str]]:
    """Who reads what: by reader, the name of each file there, and of the secret in it."""
    logins = {name: name for name in (SUPERUSER, OWNER, *SERVICES, IDENTITY, AUDITOR, ADMIN)}
    kafka = {f"kafka_{name}": f"kafka_{name}" for name in (*SERVICES, AUDITOR)}
    service = {name: {"database": name, "kafka": f"kafka_{name}", JWKS: JWKS} for name in SERVICES}
    return {
        "prepare": {**logins, **kafka},  # and the first to be made: all others are copies of these
        "postgres": {SUPERUSER: SUPERUSER},
        "kafka": {ADMIN: ADMIN},
        "grafana": {"grafana": "grafana"},
        "tools": {AUDITOR: AUDITOR, f"kafka_{AUDITOR}": f"kafka_{AUDITOR}", KEY: KEY, IDENTITY: IDENTITY},
        IDENTITY: {"database": IDENTITY, KEY: KEY},
        **service,
    }


def make(root: Path) -> Iterator[Path]:
    """Write every missing file; tells each."""
    known = _known(root)
    for reader, files in readers().items():
        for name, secret in files.items():
            path = root / reader / name
            if not path.exists():
                _write(path, known.setdefault(secret, secrets.token_urlsafe(24)))
                yield path


def _known(root: Path) -> dict[str, str]:
    """Everything that was made before, and the pair of keys, whose public half follows from the private one."""
    found = {path.name: path.read_text() for path in sorted((root / "prepare").glob("*"))}
    key_file = root / "tools" / KEY
    private = key_file.read_text() if key_file.exists() else Signer.new()
    return found | {KEY: private, JWKS: Signer(private).public}


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader that starts meanwhile finds no half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    new.chmod(READABLE)
    with new.open() as file:
        os.fsync(file.fileno())
    new.replace(path)


if __name__ == "__main__":
    for path in make(Path(sys.argv[1]) if sys.argv[1:] else ROOT):
        print(f"made {path}")
