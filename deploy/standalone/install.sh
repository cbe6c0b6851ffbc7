#!/bin/sh
# install.sh run|test — makes .venv beside it all and installs the pinned, hashed dependencies and this tree itself.
# Needs Python 3.11 or newer with venv, and a network the first time; says by name what is missing. Run by the Makefile.
set -eu
cd "$(dirname "$0")/../.."
what=${1:?run or test}
venv=.venv

say() { # VIETNAMESE ENGLISH
  case ${ICT_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in en*) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac >&2
}
refuse() { say "$@"; exit 1; }

[ "$(uname -s)" = Linux ] || refuse \
  "Bản chạy không cần Docker chỉ có cho Linux x86-64 và arm64 (glibc 2.34 trở lên); máy này là $(uname -s)." \
  "Running without Docker works on Linux x86-64 and arm64 with glibc 2.34 or newer; this is $(uname -s)."
case $(uname -m) in
  x86_64 | aarch64 | arm64) ;;
  *) refuse "Chỉ có bản cho x86-64 và arm64; máy này là $(uname -m)." "There are builds for x86-64 and arm64; this is $(uname -m)." ;;
esac
glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/^glibc //')
case $glibc in
  '') refuse "Cần glibc 2.34 trở lên; máy này dùng thư viện C khác (musl?)." "glibc 2.34 or newer is needed; this system has another C library (musl?)." ;;
  2.[0-9] | 2.[12][0-9] | 2.3[0-3]) refuse "Cần glibc 2.34 trở lên; máy này có $glibc." "glibc 2.34 or newer is needed; this system has $glibc." ;;
esac

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
  found=$("${PYTHON:-python3}" --version 2>/dev/null || true)
  refuse "Cần Python 3.11 trở lên (máy này: ${found:-chưa có}). Cài đặt: apt install python3 python3-venv" \
    "Python 3.11 or newer is needed (here: ${found:-none}). Install it: apt install python3 python3-venv"
fi

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  "$python" -c 'import ensurepip, venv' 2>/dev/null || refuse \
    "Thiếu mô-đun venv của Python. Cài đặt: apt install python3-venv" \
    "Python's venv module is missing. Install it: apt install python3-venv"
  rm -rf "$venv"
  "$python" -m venv "$venv" || refuse \
    "Không tạo được $venv (ổ đĩa đầy, hoặc thiếu quyền ghi?)." "$venv could not be made (a full disk, or no right to write?)."
fi

pip() { "$venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
say "Cài đặt các gói phụ thuộc (lần đầu cần mạng, khoảng một phút)…" "Installing the dependencies (the first time needs a network, about a minute)…"
# Everything is pinned and hashed, so there is nothing to resolve; wheels only, so that nothing is built here.
pip install --no-deps --require-hashes --only-binary :all: --root-user-action=ignore -r "requirements/$what.txt" || refuse \
  "Không cài được các gói phụ thuộc (xem lỗi ở trên): cần mạng tới kho gói Python và chỗ trống trên đĩa; rồi chạy lại." \
  "The dependencies could not be installed (see above): a network to the Python packages and room on the disk are needed; then run it again."
# The builder came with the lock: no network.
pip install --no-deps --no-index --no-build-isolation --root-user-action=ignore -e . || refuse \
  "Không cài được chính chương trình (xem lỗi ở trên)." "The program itself could not be installed (see above)."
