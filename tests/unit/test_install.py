import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "standalone" / "install.sh"
OLD = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n'
BARE = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\nexit 0\n'
MUSL = "#!/bin/sh\nexit 1\n"
ALIEN = "#!/bin/sh\necho riscv64\n"


@pytest.mark.parametrize(
    ("program", "text", "vietnamese", "english"),
    [
        ("python", OLD, "Cần Python 3.11 trở lên (máy này: Python 3.9.2)", "apt install python3 python3-venv"),
        ("python", BARE, "Thiếu mô-đun venv", "apt install python3-venv"),
        ("getconf", MUSL, "Cần glibc 2.34", "glibc 2.34 or newer is needed"),
        ("uname", ALIEN, "Linux x86-64 và arm64", "Linux x86-64 and arm64"),
    ],
)
def test_what_a_machine_lacks_is_said_before_anything_is_made(
    tmp_path: Path, program: str, text: str, vietnamese: str, english: str
) -> None:
    clone, programs = tmp_path / "clone" / "deploy" / "standalone", tmp_path / "programs"
    clone.mkdir(parents=True)
    programs.mkdir()
    shutil.copy(SCRIPT, clone)
    (programs / program).write_text(text)
    (programs / program).chmod(0o755)
    surroundings = {"PATH": f"{programs}:{os.defpath}", "PYTHON": str(programs / "python")}
    for language, sentence in (("vi", vietnamese), ("en", english)):
        command = ["sh", str(clone / "install.sh"), "run"]
        done = subprocess.run(
            command, env=surroundings | {"ICT_LANG": language}, check=False, capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 1
        assert sentence in done.stderr
    assert not (tmp_path / "clone" / ".venv").exists()
