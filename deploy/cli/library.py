"""What the command-line library itself says, in Vietnamese."""

import re
from typing import Any

import typer
from rich.highlighter import RegexHighlighter
from rich.text import Text
from typer import rich_utils
from typer.main import get_command

STRINGS = {
    "COMMANDS_PANEL_TITLE": "Các lệnh",
    "OPTIONS_PANEL_TITLE": "Tùy chọn",
    "ARGUMENTS_PANEL_TITLE": "Tham số",
    "ERRORS_PANEL_TITLE": "Lỗi",
    "DEFAULT_STRING": "[mặc định: {}]",
    "REQUIRED_LONG_STRING": "[bắt buộc]",
    "ABORTED_TEXT": "Đã hủy.",
    "RICH_HELP": "Xem hướng dẫn: [blue]{command_path} {help_option}[/]",
}
HELP = {
    "install_completion": "Cài tính năng tự hoàn thành lệnh cho shell đang dùng.",
    "show_completion": "In đoạn mã tự hoàn thành lệnh cho shell đang dùng.",
    "help": "In hướng dẫn này.",
}
MESSAGES = {
    r"^Usage: ": "Cách dùng: ",
    r"^No such command ('.*?')\.?": r"Không có lệnh \1.",
    r" ?Did you mean (.*)\?$": r" Có phải là \1?",
    r"^No such option: (\S+)": r"Không có tùy chọn \1.",
    r" \(Possible options: (.*)\)$": r" Có phải là \1?",
    r"^Missing command\.": "Thiếu tên lệnh.",
    r"^Missing option (.*?)\.": r"Thiếu tùy chọn \1.",
    r"^Missing argument (.*?)\.": r"Thiếu tham số \1.",
    r"^Missing parameter:? ?(.*?)\.?$": r"Thiếu tham số \1.",
    r"^Invalid value for (.*?): ": r"Giá trị của \1 không hợp lệ: ",
    r"^Invalid value: ": "Giá trị không hợp lệ: ",
    r"('.*') is not a valid int(?:eger| range)\.": r"\1 không phải số nguyên.",
    r"('.*') is not a valid float\.": r"\1 không phải số.",
    r"('.*') is not a valid boolean\. Recognized values: (.*)": r"\1 không phải giá trị đúng/sai (\2).",
    r"('.*') is not one of (.*)\.$": r"\1 không phải một trong: \2.",
    r"(\S+) is not in the range (.*)\.$": r"\1 nằm ngoài khoảng \2.",
    r"^Option ('.*?') requires an argument\.": r"Tùy chọn \1 cần một giá trị.",
    r"^Option ('.*?') does not take a value\.": r"Tùy chọn \1 không nhận giá trị.",
    r"^Got unexpected extra argument\(?s?\)? \((.*)\)$": r"Thừa tham số: \1.",
}
"""What the library says about a wrong command line stands in its code, not in a catalogue: it is known by its shape."""
ENGLISH = {name: getattr(rich_utils, name) for name in (*STRINGS, "highlighter")}


class _Translating(RegexHighlighter):
    """The library sends every message through its highlighter, and nothing else does."""

    def __call__(self, text: str | Text) -> Text:
        highlight: RegexHighlighter = ENGLISH["highlighter"]
        return highlight(in_vietnamese(text) if isinstance(text, str) else text)


def in_vietnamese(message: str) -> str:
    """A message of the library's about a wrong command line."""
    for pattern, replacement in MESSAGES.items():
        message = re.sub(pattern, replacement, message)
    return message


def command_of(app: typer.Typer, language: str) -> Any:  # noqa: ANN401 - the library keeps its command type to itself
    """*app*, ready to be called, with the library's own words in *language*."""
    for name, text in (ENGLISH | (STRINGS | {"highlighter": _Translating()} if language == "vi" else {})).items():
        setattr(rich_utils, name, text)
    command = get_command(app)
    if language != "vi":
        return command
    _explain(command)
    return command


def _explain(command: Any) -> None:  # noqa: ANN401 - as above
    for option in command.get_params(typer.Context(command)):
        if option.name in HELP:
            option.help = HELP[option.name]
    for below in getattr(command, "commands", {}).values():
        _explain(below)
