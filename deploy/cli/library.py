"""What the command-line library itself says, in Vietnamese."""

from typing import Any

import typer
from typer import rich_utils
from typer.main import get_command

STRINGS = {
    "COMMANDS_PANEL_TITLE": "Các lệnh",
    "OPTIONS_PANEL_TITLE": "Tùy chọn",
    "ARGUMENTS_PANEL_TITLE": "Tham số",
    "ERRORS_PANEL_TITLE": "Lỗi",
    "DEFAULT_STRING": "[mặc định: {}]",
    "REQUIRED_LONG_STRING": "[bắt buộc]",
    "RICH_HELP": "Xem hướng dẫn: [blue]{command_path} {help_option}[/]",
}
HELP = {
    "install_completion": "Cài tính năng tự hoàn thành lệnh cho shell đang dùng.",
    "show_completion": "In đoạn mã tự hoàn thành lệnh cho shell đang dùng.",
    "help": "In hướng dẫn này.",
}


def in_vietnamese(app: typer.Typer) -> Any:  # noqa: ANN401 - the library keeps its command type to itself
    """*app*, ready to be called, with the library's own words translated."""
    for name, text in STRINGS.items():
        setattr(rich_utils, name, text)
    command = get_command(app)
    for each in (command, *getattr(command, "commands", {}).values()):
        context = typer.Context(each)
        for option in each.get_params(context):
            if option.name in HELP:
                option.help = HELP[option.name]
    return command
