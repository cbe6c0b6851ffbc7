"""The agency's own certificate and key, as files: may the proxy read them, do they belong together, for which name?

The proxy is root without root's rights: it reads what root, root's group or everybody may. Whoever else looks may see
less of the key than the proxy does, and then says nothing about what is in it.
"""

import re
import stat
from collections.abc import Iterator
from os import stat_result
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from deploy.doctor.findings import Finding

CERTIFICATE, KEY = "certificate.pem", "key.pem"
PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
"""Other blocks may stand around it."""
ROOT = 0


def examine_files(directory: Path, name: str) -> Iterator[Finding]:
    """What the proxy, called *name* by browsers, has in *directory*; one line where nothing is wrong with it."""
    ill = [*_unread(directory)] or [*_misfits(directory, name)]
    yield from ill or [Finding("certificate_files", well=True)]


def _unread(directory: Path) -> Iterator[Finding]:
    for file in (CERTIFICATE, KEY):
        reason = _refused(directory / file)
        if reason:
            yield Finding("certificate_unread", well=False, facts={"file": file, "reason": reason})


def _misfits(directory: Path, name: str) -> Iterator[Finding]:
    certificate, key = _readable(directory / CERTIFICATE), _readable(directory / KEY)
    first, public = None, None
    try:
        first = x509.load_pem_x509_certificates(certificate)[0] if certificate is not None else None
    except ValueError as refusal:
        yield _unusable(CERTIFICATE, refusal)
    try:
        public = _public_half(key) if key is not None else None
    except (ValueError, TypeError, UnsupportedAlgorithm) as refusal:
        yield _unusable(KEY, refusal)
    if first and public and _bytes(public) != _bytes(first.public_key()):
        yield Finding("certificate_misfit", well=False)
    if first and not _is_for(first, name):
        yield Finding("certificate_name", well=False, facts={"name": name, "names": ", ".join(_names(first)) or "–"})


def _refused(path: Path) -> str | None:
    """Why the proxy may not read *path*; None where it may, or where that cannot be told from here."""
    try:
        directory, file = path.parent.stat(), path.stat()
    except PermissionError:  # the directory is closed to us
        return None if _may(path.parent.stat(), stat.S_IXOTH) else _mode(path.parent.stat())
    except OSError as missing:
        return missing.strerror or str(missing)
    closed = [each for each, right in ((directory, stat.S_IXOTH), (file, stat.S_IROTH)) if not _may(each, right)]
    return _mode(closed[0]) if closed else None


def _may(status: stat_result, right: int) -> bool:
    """Whether root without its rights has *right*, which is told as that of others: its bits come last."""
    place = 6 if status.st_uid == ROOT else 3 if status.st_gid == ROOT else 0
    return bool(status.st_mode & right << place)


def _mode(status: stat_result) -> str:
    return f"{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}"


def _readable(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except PermissionError:
        return None


def _public_half(key: bytes) -> PublicKeyTypes:
    block = PRIVATE.search(key)
    return load_pem_private_key(block[0] if block else key, None).public_key()


def _bytes(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _unusable(file: str, refusal: Exception) -> Finding:
    return Finding("certificate_unusable", well=False, facts={"file": file, "reason": str(refusal).partition("\n")[0]})


def _is_for(certificate: x509.Certificate, name: str) -> bool:
    """Whether browsers take it for *name*; a star stands for one label."""
    names = {each.lower() for each in _names(certificate)}
    return bool(names & {name.lower(), f"*.{name.lower().partition('.')[2]}"})


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(each.value) for each in names if isinstance(each, x509.DNSName | x509.IPAddress)]
