"""The agency's certificate and key as the proxy will find them: root without root's rights."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.docker.certificates import main
from deploy.doctor.certificates import examine_files
from deploy.settings import Settings
from tests.kit.certified import certificate
from tests.kit.examined import in_english

HOST = "cds.example"
WELL = ["✓ The proxy may read the agency's certificate.pem and key.pem."]


def said(directory: Path, name: str = HOST) -> Sequence[str]:
    return [in_english(finding) for finding in examine_files(directory, name)]


def begun(directory: Path, name: str = HOST, tls: str = "files") -> int:
    """What the job before the proxy ends with."""
    return main(Settings(tls=tls, certificates=directory, page_url=f"https://{name}:8443", lang="en"))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A pair that the proxy may read, whoever runs the tests."""
    for path in certificate(tmp_path, HOST):
        path.chmod(0o644)
    tmp_path.chmod(0o755)
    return tmp_path


def test_a_pair_that_fits_is_one_line(directory: Path) -> None:
    assert said(directory) == WELL
    assert begun(directory) == 0


@pytest.mark.parametrize("file", ["certificate.pem", "key.pem"])
def test_a_file_that_is_missing_is_named(directory: Path, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / file).unlink()
    [line] = said(directory)
    assert line.startswith(f"✗ The proxy cannot read {file} in ICT_CERTIFICATES (No such file or directory): ")
    assert begun(directory) == 1
    assert capsys.readouterr().out == line.removeprefix("✗ ") + "\n"


@pytest.mark.parametrize("of_others", ["the file", "its directory"])
def test_what_nobody_but_its_owner_may_read_has_to_be_roots(directory: Path, of_others: str) -> None:
    path = directory / "key.pem" if of_others == "the file" else directory
    path.chmod(path.stat().st_mode & 0o700)
    if os.geteuid() == 0:
        assert said(directory) == WELL
        os.chown(path, 1234, 1234)
    line = said(directory)[-1]
    assert line.startswith("✗ The proxy cannot read key.pem in ICT_CERTIFICATES (")
    assert begun(directory) == 1


def test_a_key_of_another_certificate_is_named(directory: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (directory / "key.pem").write_bytes(certificate(other, HOST)[1].read_bytes())
    [line] = said(directory)
    assert line.startswith("✗ In ICT_CERTIFICATES key.pem does not belong to certificate.pem: ")
    assert begun(directory) == 1


@pytest.mark.parametrize("file", ["certificate.pem", "key.pem"])
def test_what_is_no_certificate_or_no_key_is_named(directory: Path, file: str) -> None:
    (directory / file).write_text("nothing of the kind")
    [line] = said(directory)
    assert line.startswith(f"✗ {file} in ICT_CERTIFICATES cannot be used (")
    assert begun(directory) == 1


def test_a_key_under_a_password_is_named(directory: Path) -> None:
    certificate(directory, HOST, lock="abc")
    [line] = said(directory)
    assert line.startswith("✗ key.pem in ICT_CERTIFICATES cannot be used (Password was not given")


def test_a_key_with_its_parameters_before_it_is_taken(directory: Path) -> None:
    path = directory / "key.pem"
    path.write_text("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + path.read_text())
    assert said(directory) == WELL


def test_a_certificate_for_another_name_is_named_and_the_proxy_starts(directory: Path) -> None:
    [line] = said(directory, "other.example")
    assert line.startswith(f"✗ The certificate is for {HOST}, not for other.example: ")
    assert begun(directory, "other.example") == 0


def test_a_star_stands_for_one_label(directory: Path) -> None:
    certificate(directory, "*.agency.example")
    assert said(directory, "CDS.agency.example") == WELL
    assert len(said(directory, "a.cds.agency.example")) == 1


def test_where_the_proxy_makes_its_own_nothing_is_looked_at(tmp_path: Path) -> None:
    assert begun(tmp_path / "nowhere", tls="internal") == 0
